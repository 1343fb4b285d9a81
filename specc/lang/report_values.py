"""The wording of E02xx about values: kinds, ranges, units, and what would do instead."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.diag.suggest import suggest
from specc.lang.arithmetic import shown, written
from specc.lang.foreign import plain
from specc.lang.report import called, listing, meant
from specc.lang.spec import (
    Binary,
    Boolean,
    Call,
    Group,
    Item,
    Name,
    Number,
    Quantity,
    String,
    Value,
)
from specc.library.define import Arg
from specc.library.statements import BLOCKS

NOTHING = frozenset({"none", "null", "nil", "nan"})
YES = {"true": "true", "yes": "true", "on": "true", "1": "true"}
NO = {"false": "false", "no": "false", "off": "false", "0": "false"}
FORMATS = {".npz": "npz", ".npy": "npy", ".parquet": "parquet", ".gz": "csv"}
ENDS = {
    "log": "log(1e-4, 1e-1)",
    "uniform": "uniform(0, 1)",
    "int": "int(1, 10)",
    "near_one": "near_one(0.9, 0.999)",
}
DOMAINS = tuple(ENDS)
"""The words of a search range."""

_NUMBER = re.compile(r"-?[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?%?")


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
    got = got or written(value)
    return Diagnostic(
        "E0204",
        f"{whose(arg, word)} takes {kind_words(arg)}, not {got}",
        Label(value.span, f"takes {kind_words(arg)}"),
        notes=meaning(arg),
        helps=_instead(arg, value, word, words) or (Help(f"for example `{example(arg)}`"),),
    )


def number_with_name(
    item: Item, target: Arg, args: Sequence[Arg], given: Mapping[str, object]
) -> Arg | None:
    """`conv 16, 3`: the argument that a number was meant for, where its place takes a word."""
    numbers = item.value.values if isinstance(item.value, Group) else (item.value,)
    if item.name is not None or target.kind != "word" or target.sequence:
        return None
    if not all(isinstance(n, Number) and isinstance(n.value, int) for n in numbers):
        return None
    return next((a for a in args if a.keyword and a.kind == "dim" and a.name not in given), None)


def nameless(place: Arg, meant_for: Arg, value: Value, word: str) -> Diagnostic:
    """E0204: a number without its name where a word goes."""
    text = f"{meant_for.label} = {value.span.text}"
    return Diagnostic(
        "E0204",
        f"{whose(place, word)} takes {kind_words(place)}, not {written(value)}",
        Label(value.span, f"takes {kind_words(place)}"),
        notes=meaning(meant_for),
        helps=(Help(f"name it: `{text}`", (Edit(value.span, text),)),),
    )


def _instead(arg: Arg, value: Value, word: str, words: Sequence[str]) -> tuple[Help, ...]:
    """What was probably meant by a value of the wrong kind, as an edit."""
    span = value.span
    match value:
        case String():
            return _without_quotes(arg, value, word, words)
        case Name() if value.text.lower() in NOTHING and not arg.required:
            return (Help(f"leave `{arg.label}` out"),)
        case Name() if arg.kind in ("string", "path"):
            return (Help("put it in double quotes", (Edit(span, f'"{value.text}"'),)),)
        case Name() if arg.kind == "objective":
            best = "min" if value.text.endswith(("cost", "loss", "mae")) else "max"
            text = f"{best}({value.text})"
            return (Help(f"write `{text}`", (Edit(span, text),)),)
        case Name() | Number() | Boolean() if arg.kind in ("bool", "shuffle"):
            said = plain(span.text)
            near = suggest(said, ("true", "false"), 1)
            text = YES.get(said) or NO.get(said) or "".join(near)
            return (Help(f"write `{text}`", (Edit(span, text),)),) if text else ()
        case Binary() if "//" in span.text and arg.kind not in ("dim", "int", "float"):
            start = span.start + span.text.index("//")
            edits = (Edit(Span(span.source, start, start + 2), "#"),)
            return (Help("a comment begins with `#`", edits),)
        case Binary() if arg.sequence and value.operator == "+":
            gap = Span(span.source, value.left.span.end, value.right.span.start)
            return (Help("one follows the other by `then`", (Edit(gap, " then "),)),)
        case Number() if arg.category == "regularizers":
            return (Help(f"for example `l2({span.text})`"),)
        case Group() if arg.kind in ("dim", "int", "float") and not arg.many:
            first = value.values[0].span.text
            text = f"{first} in {{{span.text[1:-1].strip()}}}"
            return (Help(f"choices of a search are written `{text}`"),)
        case Call() if value.word in DOMAINS:
            return (Help(f"a search range stands behind a value: `1e-3 in {span.text}`"),)
    return ()


def _without_quotes(arg: Arg, value: String, word: str, words: Sequence[str]) -> tuple[Help, ...]:
    text, span = value.value, value.span
    bare = (Help("leave the quotes out", (Edit(span, text),)),)
    if arg.kind == "word":
        if text in words:
            return bare
        if arg.category == "sources":
            end = "." + text.rpartition(".")[2]
            reader = FORMATS.get(end, "csv")
            rest = ', target = "label"' if reader == "csv" else ', inputs = "X", target = "Y"'
            return (Help(f"say how to read it, for example `{reader}({span.text}{rest})`"),)
        found = meant(text, span, words, arg.category)
        return tuple(h for h in found if h.edits)
    numeric = arg.kind in ("dim", "int", "float", "seed") and _NUMBER.fullmatch(text)
    known = text in arg.one_of or (arg.kind == "bool" and text in ("true", "false"))
    timed = arg.kind == "duration" and re.fullmatch(r"[0-9.]+ [a-z]+|[0-9.]+%", text)
    dotted = arg.kind == "metric" and re.fullmatch(r"\w+\.\w+", text, re.ASCII)
    return bare if numeric or known or timed or dotted else ()


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


def no_number(name: Name, bound: Value) -> Diagnostic:
    """E0204: a `let` that is no number, where one goes."""
    return Diagnostic(
        "E0204",
        f"`{name.text}` is {written(bound)}, where a number goes",
        Label(name.span, "takes a number"),
        (Label(bound.span, "named here"),),
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
