"""The wording of E02xx about words, arguments and where they stand: facts in, diagnostics out, so
that the checks stay small.
"""

from __future__ import annotations

from collections.abc import Sequence

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.diag.suggest import distance, suggest
from specc.lang.argument_habits import alone, counted, of_its_own, share_elsewhere
from specc.lang.foreign import FALSE_FRIENDS, WITH_ARGUMENTS, ours, plain
from specc.lang.foreign_advice import argument_advice, word_advice
from specc.lang.spec import Call, Item, Name, Value
from specc.library.define import Arg

SINGULAR = {
    "layers": "layer",
    "activations": "activation",
    "inits": "initialisation",
    "losses": "loss",
    "regularizers": "regulariser",
    "optimizers": "optimiser",
    "schedules": "schedule",
    "clips": "bound on the gradient",
    "metrics": "metric",
    "sources": "data source",
    "normalizers": "normalisation",
    "stops": "stopping rule",
    "masks": "mask",
    "targets": "target",
    "augmentations": "augmentation",
}


def article(noun: str) -> str:
    """The noun with `a` or `an`."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def called(category: str) -> str:
    """`an optimiser`, for a category of the registry."""
    return article(SINGULAR.get(category, category))


def listing(words: Sequence[str], most: int = 14) -> str:
    """`a`, `b` and `c`."""
    shown = [f"`{w}`" for w in words[:most]] or ["nothing"]
    if len(words) > most:
        return ", ".join(shown) + " ..."
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


def meant(word: str, span: Span, candidates: Sequence[str], category: str = "") -> tuple[Help, ...]:
    """What was probably meant, as an edit: the same word spelt otherwise, what other tools call so,
    or the nearest; without any of these, what there is.
    """
    advice = word_advice(word, category) if category else None
    if advice is not None:
        return (Help(advice),)
    near = suggest(word, candidates)
    known = ours(word, category, candidates) if category else None
    if known is not None and (
        word in FALSE_FRIENDS or not (near and plain(near[0]) == plain(word))
    ):
        written = WITH_ARGUMENTS.get(plain(word.rpartition(".")[2]), known)
        return (Help(f"`{word}` is called `{written}` here", _in_place(span, written)),)
    if not near:
        return (Help(f"known here: {listing(candidates)}"),) if candidates else ()
    same = plain(near[0]) == plain(word)  # nothing else comes near
    offered = near[:1] if same else _nearest(word, near)
    others = [] if same else [n for n in near if n not in offered]
    texts = [f"did you mean `{n}`?" for n in offered]
    texts[-1] += f" (or {listing(others)})" if others else ""
    return tuple(Help(t, (Edit(span, n),)) for t, n in zip(texts, offered, strict=True))


def _nearest(word: str, near: Sequence[str]) -> tuple[str, ...]:
    """The first candidate, and those that are as many typing mistakes away where these are several:
    each an offer of its own, of which no machine takes one.
    """
    away = [distance(plain(word), plain(n)) for n in near]
    if away[0] < 2:
        return tuple(near[:1])
    return tuple(n for n, steps in zip(near, away, strict=True) if steps == away[0])


def _in_place(span: Span, written: str) -> tuple[Edit, ...]:
    """A word in place of another one, its arguments before those that stand there."""
    text = span.source.text
    if text[span.end : span.end + 1] != "(" or "(" not in written:
        return (Edit(span, written),)
    rest = "" if text[span.end + 1 : span.end + 2] == ")" else ", "
    return (Edit(Span(span.source, span.start, span.end + 1), written[:-1] + rest),)


def unknown_word(
    word: str, span: Span, what: str, candidates: Sequence[str], category: str = ""
) -> Diagnostic:
    """E0201: a word that nothing is called, `what` names the kind that was looked for."""
    return Diagnostic(
        "E0201",
        f"no {what} is called `{word}`",
        Label(span, f"unknown {what}"),
        helps=meant(word, span, candidates, category),
    )


def misplaced(word: str, span: Span, here: str, where: str, fix: Help) -> Diagnostic:
    """E0207: a known word that belongs elsewhere."""
    return Diagnostic(
        "E0207",
        f"`{word}` does not belong {here}: it is {where}",
        Label(span, "not here"),
        helps=(fix,),
    )


def unknown_argument(
    item: Item,
    word: str,
    args: Sequence[Arg],
    free: Sequence[Arg],
    holder: tuple[Value, Sequence[Arg]] | None = None,
) -> Diagnostic:
    """E0202. `free` are the arguments that are not given beside it, one of which it may stand for.
    `holder` is a call among the other values, with its arguments, in which a writer may have wanted
    this one.
    """
    name, span = item.name or "", item.name_span or item.span
    label = Label(span, "unknown argument")
    inside = _inside(item, holder) if holder is not None else ()
    if not args:
        message = f"`{word}` has no argument `{name}`: it takes none"
        advice = argument_advice(name)
        helps = inside or ((Help(advice),) if advice is not None else ())
        return Diagnostic("E0202", message, label, helps=helps)
    helps = inside or share_elsewhere(item, args) or counted(item, args)
    if not helps:
        helps = meant(name, span, [a.label for a in free or args], "arguments")
        advice = argument_advice(name)
        # What other tools mean by a name goes before what only looks like it.
        known = ours(name, "arguments", [a.label for a in free or args]) is not None
        if advice is not None and not known:
            helps = (Help(advice),)
        helps = tuple(h for h in helps if h.edits or h.text == advice)
        helps = helps or alone(item, args, free) or of_its_own(item)
    return Diagnostic(
        "E0202",
        f"`{word}` has no argument `{name}`",
        label,
        notes=signature(word, args),
        helps=helps,
    )


def not_called(item: Item, word: str) -> Diagnostic:
    """E0202: `clip norm = 1`, where `norm` is a word that takes the value."""
    call = f"{item.name}({item.value.span.text})"
    return Diagnostic(
        "E0202",
        f"`{word}` has no argument `{item.name}`: it takes `{item.name}` as its value",
        Label(item.name_span or item.span, "a word, not an argument"),
        helps=(Help(f"write `{word} {call}`", (Edit(item.span, call),)),),
    )


def _inside(item: Item, holder: tuple[Value, Sequence[Arg]] | None) -> tuple[Help, ...]:
    """`optimizer adam, lr = 0.1`: the argument of a word stands in brackets behind the word."""
    if holder is None or all(a.label != item.name for a in holder[1]):
        return ()
    value = holder[0]
    text = item.span.text
    gap = Edit(Span(item.span.source, value.span.end, item.span.end), "")
    edits: tuple[Edit, ...]
    if isinstance(value, Call) and value.items:
        last = value.items[-1].span.after()
        edits = (Edit(last, f", {text}"), gap)
    elif isinstance(value, Call):
        inner = Span(value.span.source, value.word_span.end, value.span.end)
        edits = (Edit(inner, f"({text})"), gap)
    else:
        edits = (Edit(gap.span, f"({text})"),)
    word = value.word if isinstance(value, Call) else value.span.text
    return (Help(f"`{item.name}` is an argument of `{word}`: put it in its brackets", edits),)


def signature(word: str, args: Sequence[Arg]) -> tuple[str, ...]:
    """`adam` takes `lr`, `beta1` ...: for a note; nothing where that would be an echo."""
    if [a.label for a in args] == [word]:
        return ()
    return (f"`{word}` takes {listing([a.label for a in args])}",)


def too_many(span: Span, word: str, args: Sequence[Arg], before: Span | None) -> Diagnostic:
    """E0211. `before` is the value before it."""
    places = [a for a in args if not a.keyword]
    fix = Help("leave it out")
    if before is not None and len(args) == 1 and args[0].sequence:
        gap = Span(span.source, before.end, span.start)
        fix = Help("one follows the other by `then`", (Edit(gap, " then "),))
    if not args:
        return Diagnostic(
            "E0211",
            f"`{word}` takes no arguments",
            Label(span, "one too many"),
            helps=(Help("leave it out"),),
        )
    values = "value" if len(places) == 1 else "values"
    count = f"at most {len(places)} {values}"
    if not places:
        count, name = "no value", args[0].label
        start = Span(span.source, span.start, span.start)
        edits = (Edit(start, f"{name} = "),) if len(args) == 1 else ()
        fix = Help(f"name it: `{name} = {span.text if edits else '...'}`", edits)
        if span.text.isdecimal() and _is_told_sizes(word):
            fix = Help("the size of what arrives is known: leave it out")
    return Diagnostic(
        "E0211",
        f"`{word}` takes {count} without a name",
        Label(span, "one too many" if places else "of which argument?"),
        notes=signature(word, args),
        helps=(fix,),
    )


def _is_told_sizes(word: str) -> bool:
    """Whether other tools tell a layer the size of what arrives."""
    from specc.lang.foreign_calls import SIZED

    return word in SIZED


def out_of_order(item: Item, items: Sequence[Item], meant_for: str) -> Diagnostic | None:
    """E0211 for a value without a name behind one with a name; `meant_for` is the argument that
    its place would give it.
    """
    before = next((i for i in items if i is item or i.name is not None), item)
    if before is item:
        return None
    start = Span(item.span.source, item.span.start, item.span.start)
    return Diagnostic(
        "E0211",
        f"a value without a name stands behind `{before.name} = ...`",
        Label(item.span, "which argument is this?"),
        (Label(before.span, "named arguments begin here"),),
        helps=(
            Help(f"name it: `{meant_for} = {item.span.text}`", (Edit(start, f"{meant_for} = "),)),
        ),
    )


def given_twice(name: str, again: Span, first: Span) -> Diagnostic:
    """E0208."""
    return Diagnostic(
        "E0208",
        f"`{name}` is given twice",
        Label(again, "given again"),
        (Label(first, "first given here"),),
        helps=(Help("keep one of them"),),
    )


def two_meanings(name: Name, place: Span) -> Diagnostic:
    """E0208: a word of the language that is the name of something else in the spec."""
    return Diagnostic(
        "E0208",
        f"`{name.text}` is a word of the language, and a name of this spec as well",
        Label(name.span, "which of the two?"),
        (Label(place, "named here"),),
        helps=(Help("give the value another name"),),
    )


def taken(name: Name, first: Span | None, what: str) -> Diagnostic:
    """E0208: a name that means something already."""
    secondary = () if first is None else (Label(first, "first named here"),)
    return Diagnostic(
        "E0208",
        f"`{name.text}` is {what} already",
        Label(name.span, "taken"),
        secondary,
        helps=(Help("choose another name"),),
    )
