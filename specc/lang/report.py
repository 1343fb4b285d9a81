"""The wording of E02xx: facts in, diagnostics out, so that the checks stay small."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.diag.suggest import suggest
from specc.library.define import Arg

SINGULAR = {
    "layers": "layer",
    "activations": "activation",
    "inits": "initialisation",
    "losses": "loss",
    "regularizers": "regulariser",
    "optimizers": "optimiser",
    "schedules": "schedule",
    "metrics": "metric",
    "sources": "data source",
    "normalizers": "normalisation",
    "stops": "stopping rule",
}


def listing(words: Sequence[str], most: int = 14) -> str:
    """`a`, `b` and `c`."""
    shown = [f"`{w}`" for w in words[:most]] or ["nothing"]
    if len(words) > most:
        return ", ".join(shown) + " ..."
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


def meant(word: str, span: Span, candidates: Sequence[str]) -> tuple[Help, ...]:
    """Did-you-mean, the nearest word as an edit."""
    near = suggest(word, candidates)
    if not near:
        return (Help(f"known here: {listing(candidates)}"),) if candidates else ()
    others = f" (or {listing(near[1:])})" if len(near) > 1 else ""
    return (Help(f"did you mean `{near[0]}`?{others}", (Edit(span, near[0]),)),)


def unknown_word(word: str, span: Span, what: str, candidates: Sequence[str]) -> Diagnostic:
    """E0201: a word that nothing is called, `what` names the kind that was looked for."""
    return Diagnostic(
        "E0201",
        f"no {what} is called `{word}`",
        Label(span, f"unknown {what}"),
        helps=meant(word, span, candidates),
    )


def misplaced(word: str, span: Span, here: str, where: str, fix: str) -> Diagnostic:
    """E0207: a known word that belongs elsewhere."""
    return Diagnostic(
        "E0207",
        f"`{word}` does not belong {here}: it is {where}",
        Label(span, "not here"),
        helps=(Help(fix),),
    )


def unknown_argument(name: str, span: Span, word: str, args: Sequence[Arg]) -> Diagnostic:
    """E0202."""
    if not args:
        return Diagnostic(
            "E0202",
            f"`{word}` has no argument `{name}`: it takes none",
            Label(span, "unknown argument"),
        )
    return Diagnostic(
        "E0202",
        f"`{word}` has no argument `{name}`",
        Label(span, "unknown argument"),
        notes=(signature(word, args),),
        helps=meant(name, span, [a.label for a in args]),
    )


def signature(word: str, args: Sequence[Arg]) -> str:
    """`adam` takes `lr`, `beta1` ...: for a note."""
    return f"`{word}` takes {listing([a.label for a in args])}"


def missing_argument(arg: Arg, span: Span, word: str) -> Diagnostic:
    """E0203."""
    return Diagnostic(
        "E0203",
        f"`{word}` needs `{arg.label}`",
        Label(span, f"`{arg.label}` is missing"),
        notes=_meaning(arg),
        helps=(Help(f"give it, for example {example(arg)}"),),
    )


def too_many(span: Span, word: str, args: Sequence[Arg]) -> Diagnostic:
    """E0211."""
    places = [a for a in args if not a.keyword]
    if not args:
        return Diagnostic("E0211", f"`{word}` takes no arguments", Label(span, "one too many"))
    count = f"{len(places)} value{'s' if len(places) != 1 else ''} without a name"
    return Diagnostic(
        "E0211",
        f"`{word}` takes at most {count}",
        Label(span, "one too many"),
        notes=(signature(word, args),),
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


def whose(arg: Arg, word: str) -> str:
    """`lr` of `adam`; of a statement that is its own argument, just `batch`."""
    return f"`{word}`" if arg.label == word else f"`{arg.label}` of `{word}`"


def _meaning(arg: Arg) -> tuple[str, ...]:
    return (f"`{arg.label}`: {arg.doc}",)


def wrong_kind(arg: Arg, span: Span, word: str, got: str) -> Diagnostic:
    """E0204."""
    return Diagnostic(
        "E0204",
        f"{whose(arg, word)} takes {kind_words(arg)}, not {got}",
        Label(span, f"takes {kind_words(arg)}"),
        notes=_meaning(arg),
        helps=(Help(f"for example {example(arg)}"),),
    )


def out_of_range(arg: Arg, span: Span, word: str, value: float) -> Diagnostic:
    """E0205 for numbers."""
    return Diagnostic(
        "E0205",
        f"{whose(arg, word)} must be {arg.bounds}, but is {value:g}",
        Label(span, f"must be {arg.bounds}"),
        notes=_meaning(arg),
    )


def not_one_of(arg: Arg, span: Span, word: str, text: str) -> Diagnostic:
    """E0205 for words."""
    return Diagnostic(
        "E0205",
        f"{whose(arg, word)} cannot be `{text}`",
        Label(span, f"must be {listing(arg.one_of).replace(' and ', ' or ')}"),
        helps=meant(text, span, arg.one_of),
    )


def no_unit(arg: Arg, span: Span, word: str, got: str) -> Diagnostic:
    """E0206: a number where a number with a unit goes."""
    return Diagnostic(
        "E0206",
        f"{whose(arg, word)} needs a unit: {got} of what?",
        Label(span, "needs a unit"),
        helps=(
            Help("epochs are passes over the training set", (Edit(span.after(), " epochs"),)),
            Help("steps are updates", (Edit(span.after(), " steps"),)),
        ),
    )


def unknown_unit(span: Span, unit: str, known: Sequence[str]) -> Diagnostic:
    """E0206: a unit that does not exist, or not here."""
    return Diagnostic(
        "E0206",
        f"`{unit}` is not a unit of time",
        Label(span, "unknown unit"),
        helps=meant(unit, span, known),
    )


def kind_words(arg: Arg) -> str:
    """What an argument takes, in words."""
    if arg.kind == "word":
        name = SINGULAR[arg.category]
        return f"an {name}" if name[0] in "aeiou" else f"a {name}"
    if arg.one_of and arg.kind == "name":
        return listing(arg.one_of).replace(" and ", " or ")
    words = {
        "dim": "a size (a whole positive number)",
        "int": "a whole number",
        "float": "a number",
        "bool": "`true` or `false`",
        "string": "a text in double quotes",
        "path": "a file name in double quotes",
        "name": "a name",
        "metric": "a result such as `dev.cost`",
        "duration": "a duration such as `30 epochs`",
        "objective": "`min(...)` or `max(...)` of a result",
        "seed": "a whole number or `legacy(3)`",
        "shuffle": "`true`, `false` or `legacy(10)`",
    }[arg.kind]
    return words + (f" or {listing(arg.one_of)}" if arg.one_of else "")


def example(arg: Arg) -> str:
    """A value that would do."""
    samples = {
        "dim": "64",
        "int": "1",
        "float": "0.1",
        "bool": "true",
        "string": '"text"',
        "path": '"data/digits.csv"',
        "name": arg.one_of[0] if arg.one_of else '"label"',
        "metric": "dev.cost",
        "duration": "30 epochs",
        "objective": "min(dev.cost)",
        "seed": "1",
        "shuffle": "true",
        "word": {
            "inits": "he",
            "losses": "cross_entropy",
            "optimizers": "adam(lr = 1e-3)",
            "regularizers": "l2(0.01)",
            "schedules": "exponential(rate = 0.95)",
            "activations": "relu",
            "sources": 'csv("data.csv", target = "label")',
            "normalizers": "standard",
            "stops": "early(on = dev.cost)",
            "metrics": "accuracy",
        }.get(arg.category, "..."),
    }
    value = samples[arg.kind]
    return (
        f"`{arg.label} = {value}`" if arg.keyword or arg.kind in ("path", "float") else f"`{value}`"
    )
