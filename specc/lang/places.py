"""Statements where they do not belong, and what to say about them."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.diag.suggest import suggest
from specc.lang import report
from specc.lang.foreign import plain
from specc.lang.foreign_statements import habit
from specc.lang.ornaments import ornaments
from specc.lang.spec import Comparison, Name, Statement, String
from specc.lang.vocabulary import FORMS
from specc.library.define import Definition
from specc.library.registry import Registry
from specc.library.statements import BLOCKS, STRUCTURE
from specc.record import replace

SAMPLES = {
    "data": 'data { source csv("data.csv", target = "label") }',
    "train": "train { run 30 epochs }",
    "search": "search { trials 60 }",
    "expect": "expect { dev.accuracy >= 95% }",
}
"""Blocks with a statement that they may begin with."""
TOP = (*BLOCKS[""], *STRUCTURE)


def stray_claim(s: Statement) -> Diagnostic:
    """E0207: a comparison outside `expect`."""
    return Diagnostic(
        "E0207",
        "a comparison stands alone here: it belongs in `expect`",
        Label(s.span, "not here"),
        helps=(Help("`expect { " + s.span.text + " }` holds what must be true"),),
    )


def no_items(s: Statement, sink: Sink) -> None:
    """E0211 for values where only a block goes."""
    if not s.items:
        return
    fix = Help(f"its statements stand in braces: `{SAMPLES.get(s.word, s.word + ' { ... }')}`")
    value = s.items[0].value
    if s.block is None and len(s.items) == 1 and isinstance(value, Comparison):
        edits = (Edit(value.span, f"{{ {value.span.text} }}"),)
        fix = Help(f"write `{s.word} {{ {value.span.text} }}`", edits)
    message = f"`{s.word}` takes a block, not values"
    label = Label(s.items[0].span, "no value here")
    if s.block is not None:
        fix = Help("what it says stands inside the braces, as a statement of its own")
        if s.word == "network" and isinstance(value, Name | String):
            gap = Span(s.head.source, s.word_span.end, s.items[-1].span.end)
            fix = Help("a network has no name: leave it out", (Edit(gap, ""),))
    sink.add(Diagnostic("E0211", message, label, helps=(fix,)))


def nothing_behind(s: Statement, kind: type[Definition]) -> Diagnostic:
    """E0211: a block, a shape or a name behind a statement that is none of a network."""
    place, what = s.head, "block"
    helps: tuple[Help, ...] = ()
    if s.block is not None:
        helps = _in_brackets(s, kind)
    elif s.dims_span is not None and s.items and kind.args[0].sequence:
        place, what = s.dims_span, "shape"
        arrow = Span(place.source, s.items[-1].span.end, s.dims[0].span.start if s.dims else 0)
        helps = (Help("one follows the other by `then`", (Edit(arrow, " then "),)),)
    else:
        return next(ornaments(s))
    message = f"`{s.word}` takes no {what}"
    return Diagnostic("E0211", message, Label(place, f"takes no {what}"), helps=helps)


def _in_brackets(s: Statement, kind: type[Definition]) -> tuple[Help, ...]:
    """`optimizer sgd { lr 0.1 }`: the statements of the block as arguments of the word."""
    if not kind.args or kind.args[0].kind != "word":
        return (Help(f"its values stand on the line of `{s.word}`"),)
    inner = s.block or ()
    value = s.items[0].value if len(s.items) == 1 and s.items[0].name is None else None
    word = value.text if isinstance(value, Name) else ""
    if not word and inner and not inner[0].items:
        word, inner = inner[0].word, inner[1:]
    given = [i for i in inner if len(i.items) == 1 and i.items[0].name is None and i.block is None]
    pairs = ", ".join(f"{i.word} = {i.items[0].value.span.text}" for i in given)
    if not word or (s.items and not inner) or len(given) != len(inner):
        return (Help("the arguments of a word stand in round brackets behind it"),)
    text = f"{s.word} {word}({pairs})" if pairs else f"{s.word} {word}"
    return (Help(f"write `{text}`", (Edit(s.span, text),)),)


def misplaced(
    s: Statement, block: str, registry: Registry, known: Sequence[str], in_variant: bool = False
) -> Diagnostic:
    """A statement word that this block, or this variant, does not know: another block's, a layer,
    or a slip.
    """
    here = f"in `{block}`" if block else "at the top of the file"
    if block == "network":
        here = "among layers"  # which may be those of a block
    network = "`network { ... }`"
    if in_variant:
        here, network = "in a variant", f"{network}, which a variant replaces as a whole"
    for other, words in (BLOCKS | {"": TOP, "network": FORMS}).items():
        if other != block and s.word in words:
            where = f"a statement of `{other}`" if other else "a statement of the file itself"
            home = network if other == "network" else f"`{other} {{ ... }}`"
            fix = f"move it into {home}" if other else f"move it out of `{block}`"
            if block == "network" and not other:
                fix = "move it to the top of the file"
            return report.misplaced(s.word, s.word_span, here, where, Help(fix))
    for category in registry.categories(s.word):
        layer = category == "layers"
        help_ = Help(f"layers stand in {network}") if layer else _home(category, s, block)
        return report.misplaced(s.word, s.word_span, here, report.called(category), help_)
    what = "layer" if block == "network" else "statement"
    found = report.unknown_word(s.word, s.word_span, what, known, "layers" * (block == "network"))
    near = suggest(s.word, known, 1)
    if any(h.edits for h in found.helps) and not (near and plain(near[0]) != plain(s.word)):
        return found
    elsewhere = _elsewhere(s, block, registry)
    return replace(found, helps=elsewhere) if elsewhere else found


def _home(category: str, s: Statement, block: str) -> Help:
    """Where a word other than a layer is written, as an edit if that is in this block."""
    word, items = s.word, _items(s)
    call = f"{word}({items})" if items else word
    homes = {
        "activations": ("network", f"dense 64, {word}", "write it behind a layer: "),
        "inits": ("", f"init {call}", ""),
        "losses": ("", f"loss {call}", ""),
        "regularizers": ("", f"regularize {call}", ""),
        "optimizers": ("", f"optimizer {call}", ""),
        "schedules": ("", f"schedule {call}", ""),
        "metrics": ("train", f"metrics {word}", ""),
        "sources": ("data", f"source {call}", ""),
        "normalizers": ("data", f"normalize {call}", ""),
        "clips": ("train", f"clip {call}", ""),
        "stops": ("train", f"stop {call}", ""),
        "masks": ("network", f"dropout keep = 0.9, mask = {call}", "write it behind a layer: "),
        "targets": ("data", f"target {call}", ""),
        "augmentations": ("data", f"augment {call}", ""),
    }
    home, text, lead = homes[category]
    if home == block and not lead and s.block is None and s.dims is None:
        return Help(f"write `{text}`", (Edit(s.head, text),))
    if home:
        return Help(f"{lead or 'write '}`{text}`" + ("" if lead else f" in `{home} {{ ... }}`"))
    return Help(f"write `{text}` at the top of the file")


def _elsewhere(s: Statement, block: str, registry: Registry) -> tuple[Help, ...]:
    """What other tools call so, where it is not the same word spelt otherwise."""
    found = habit(s.word)
    if found is None:
        return ()
    items = _items(s)
    text = found.write.replace("{}", items or "...")
    there = {"": TOP, "network": (*registry.words("layers"), *FORMS)}.get(found.block)
    if text.split()[0] not in (there if there is not None else BLOCKS[found.block]):
        return ()
    lead = found.remark and f"{found.remark} "
    kept = "{}" in found.write and bool(items) and s.block is None
    exact = found.block == block and not found.remark and kept
    edits = (Edit(s.head, text),) if exact and s.dims is None else ()
    if found.block == block:
        return (Help(f"{lead or 'write '}`{text}`", edits),)
    home = f"in `{found.block} {{ ... }}`" if found.block else "at the top of the file"
    return (Help(f"{lead or 'write '}`{text}` {home}"),)


def _items(s: Statement) -> str:
    """The values of a statement, as written, on one line."""
    if not s.items:
        return ""
    return " ".join(s.items[0].span.to(s.items[-1].span).text.split())
