"""The wording of E02xx about values: kinds, ranges, units, and what would do instead."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.lang.arithmetic import shown, written
from specc.lang.report import called, listing, meant
from specc.lang.spec import (
    Group,
    Item,
    Name,
    Number,
    Quantity,
    Value,
)
from specc.library.define import Arg, as_written
from specc.library.statements import BLOCKS

NOTHING = frozenset({"none", "null", "nil", "nan"})
FORMATS = {".npz": "npz", ".npy": "npy", ".parquet": "parquet", ".gz": "csv"}
ENDS = {
    "log": "log(1e-4, 1e-1)",
    "uniform": "uniform(0, 1)",
    "int": "int(1, 10)",
    "near_one": "near_one(0.9, 0.999)",
}
DOMAINS = tuple(ENDS)
"""The words of a search range."""


def whose(arg: Arg, word: str) -> str:
    """`lr` of `adam`; of a statement that is its own argument, just `batch`."""
    own = arg.label == word or any(
        word in words and [a.label for a in words[word].args] == [arg.label]
        for words in BLOCKS.values()
    )
    return f"`{word}`" if own else f"`{arg.label}` of `{word}`"


def meaning(arg: Arg) -> tuple[str, ...]:
    return (f"`{arg.label}`: {arg.doc}",)


def missing_argument(arg: Arg, span: Span, word: str, called_by: str) -> Diagnostic:
    """E0203. `called_by` is empty where the word is a statement."""
    value = example(arg)
    sample = f"{word}({value})" if called_by else f"{word} {value}"
    own = whose(arg, word) == f"`{word}`"
    return Diagnostic(
        "E0203",
        f"`{word}` needs {kind_words(arg) if own else f'`{arg.label}`'}",
        Label(span, f"{'its value' if own else f'`{arg.label}`'} is missing"),
        notes=meaning(arg),
        helps=(Help(f"for example `{sample}`"),),
    )


def wrong_kind(
    arg: Arg, value: Value, word: str, words: Sequence[str] = (), got: str = ""
) -> Diagnostic:
    """E0204. `words` are those of the argument's category."""
    from specc.lang.value_habits import instead  # which knows the words of this module

    got = got or written(value)
    return Diagnostic(
        "E0204",
        f"{whose(arg, word)} takes {kind_words(arg)}, not {got}",
        Label(value.span, f"takes {kind_words(arg)}"),
        notes=meaning(arg),
        helps=instead(arg, value, word, words) or (Help(f"for example `{example(arg)}`"),),
    )


def number_with_name(
    item: Item, target: Arg, args: Sequence[Arg], given: Mapping[str, object]
) -> Arg | None:
    """`conv 16, 3` and `early(5 epochs)`: the argument that a number was meant for, where its place
    takes something else.
    """
    if item.name is not None:
        return None
    free = [a for a in args if a.name not in given]
    if isinstance(item.value, Quantity) and target.kind != "duration":
        return next((a for a in free if a.kind == "duration"), None)
    numbers = item.value.values if isinstance(item.value, Group) else (item.value,)
    if target.kind != "word" or target.sequence:
        return None
    if not all(isinstance(n, Number) and isinstance(n.value, int) for n in numbers):
        return None
    return next((a for a in free if a.keyword and a.kind == "dim"), None)


def nameless(place: Arg, meant_for: Arg, value: Value, word: str) -> Diagnostic:
    """E0204: a number without its name where something else goes."""
    text = f"{meant_for.label} = {value.span.text}"
    return Diagnostic(
        "E0204",
        f"{whose(place, word)} takes {kind_words(place)}, not {written(value)}",
        Label(value.span, f"takes {kind_words(place)}"),
        notes=meaning(meant_for),
        helps=(Help(f"name it: `{text}`", (Edit(value.span, text),)),),
    )


def bare_file(text: str, span: Span) -> Diagnostic:
    """E0204: `source digits.csv`."""
    reader = FORMATS.get("." + text.rpartition(".")[2], "csv")
    return Diagnostic(
        "E0204",
        f"`{text}` is no data source: a file name stands in double quotes",
        Label(span, "a file name?"),
        helps=(Help(f'say how to read it, for example `{reader}("{text}", ...)`'),),
    )


def unknown_name(name: Name, known: Sequence[str], places: Mapping[str, Span]) -> Diagnostic:
    """E0210: no `let` and no parameter; `places` are where those that exist are defined."""
    near = tuple(h for h in meant(name.text, name.span, known) if h.edits)
    place = places.get(near[0].edits[0].text) if near else None
    define = Help(f"define it at the top of the file: `let {name.text} = 64`")
    if name.text == "m":
        define = Help("m is the number of examples: sizes are those of one, so leave it out")
    return Diagnostic(
        "E0210",
        f"nothing is called `{name.text}`",
        Label(name.span, "unknown name"),
        () if place is None else (Label(place, f"`{place.text}` is defined here"),),
        notes=(f"known here: {listing(known)}",) if known and not near else (),
        helps=near or (define,),
    )


def dashed_name(
    value: Value, known: Collection[str], places: Mapping[str, Span]
) -> Diagnostic | None:
    """E0210: `hidden-size`, which reads as a difference of two names that nothing has."""
    text = value.span.text
    parts = text.split("-")
    if len(parts) < 2 or any(not p.isidentifier() or p in known for p in parts):
        return None
    name = text.replace("-", "_")
    place = places.get(name)
    fix = Help(f"a name holds no `-`: write `{name}`, and name it so by `let`")
    if name in known:
        fix = Help(f"a name holds no `-`: write `{name}`", (Edit(value.span, name),))
    return Diagnostic(
        "E0210",
        f"nothing is called `{text}`",
        Label(value.span, "unknown name"),
        () if place is None else (Label(place, f"`{name}` is defined here"),),
        helps=(fix,),
    )


def no_number(name: Name, bound: Value) -> Diagnostic:
    """E0204: a `let` that is no number, where one goes."""
    return Diagnostic(
        "E0204",
        f"`{name.text}` is {written(bound)}, where a number goes",
        Label(name.span, "takes a number"),
        (Label(bound.span, "named here"),),
    )


def too_many_parts(name: str, bound: Value, most: int) -> Diagnostic:
    """E0214: a `let` made of others, each of which is made of others again."""
    return Diagnostic(
        "E0214",
        f"with `let {name}`, names stand for more than {most:,} values",
        Label(bound.span, "too much to write out"),
        helps=(Help("name a value once where it is used, not in a value that is used twice"),),
    )


def uncounted(arg: Arg, value: Quantity, word: str, units: Sequence[str]) -> Diagnostic:
    """E0206: a time by the clock where only what is counted goes."""
    return Diagnostic(
        "E0206",
        f"{whose(arg, word)} counts {listing(units).replace(' and ', ' or ')}, not `{value.unit}`",
        Label(value.unit_span, "not counted"),
        notes=("what depends on the clock would be another result on another machine",),
        helps=(Help("for example `1 epoch`"),),
    )


def not_one_of(arg: Arg, span: Span, word: str, text: str) -> Diagnostic:
    """E0205 for words."""
    allowed = listing(arg.one_of).replace(" and ", " or ")
    wanted = f"{kind_words(arg)}" if arg.kind != "name" else allowed
    return Diagnostic(
        "E0205",
        f"{whose(arg, word)} cannot be `{text}`",
        Label(span, f"must be {wanted}"),
        notes=meaning(arg),
        helps=tuple(h for h in meant(text, span, arg.one_of) if h.edits),
    )


def kind_words(arg: Arg) -> str:
    """What an argument takes, in words."""
    if arg.kind == "word":
        return called(arg.category)
    if arg.one_of and arg.kind == "name":
        return listing(arg.one_of).replace(" and ", " or ")
    words = {
        "dim": "a size (a whole positive number)",
        "int": "a whole number",
        "float": "numbers in brackets" if arg.many else "a number",
        "bool": "`true` or `false`",
        "string": "a text in double quotes",
        "path": "a file name in double quotes",
        "name": "a name",
        "metric": "a result such as `dev.cost`",
        "duration": "a duration such as `30 epochs`",
        "objective": "`min(...)` or `max(...)` of a result",
        "seed": "a whole number or `legacy(3)`",
        "shuffle": "`true`, `false` or `legacy(10)`",
    }.get(arg.kind, f"a {arg.kind}")
    *others, last = (words, *(f"`{word}`" for word in arg.one_of))
    return f"{', '.join(others)} or {last}" if others else last


def example(arg: Arg) -> str:
    """A value that would do, with the argument's name where it reads better."""
    default = arg.default
    plain_number = isinstance(default, int | float) and not isinstance(default, bool)
    number = shown(default) if plain_number else ""
    low = arg.at_least if arg.at_least is not None else arg.above
    samples = {
        "dim": "64",
        "int": number
        or ("1" if arg.at_most == 1 else "64" if not low or low <= 64 else shown(low)),
        "float": "(1, 2)" if arg.many else number or ("0.9" if arg.at_most == 1 else "0.1"),
        "bool": "true",
        "string": '"text"',
        "path": '"data/digits.csv"',
        "name": as_written(arg, arg.one_of[0]) if arg.one_of else '"label"',
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
            "clips": "norm(1)",
            "stops": "early(on = dev.cost)",
            "masks": "fixed(1)",
            "targets": "binary",
            "augmentations": "flip",
            "metrics": "accuracy",
        }.get(arg.category, "..."),
    }
    value = samples.get(arg.kind, "...")
    return f"{arg.label} = {value}" if arg.keyword or arg.kind == "float" else value
