"""Text about the words, from their definitions: what `explain` prints.

A definition's docstring has paragraphs, indented maths, facts that begin with a label (`Shapes`,
`Parameters`, `Units`, `Errors`, `Source`) and one example. `reference` makes Markdown of the same
parts.
"""

from __future__ import annotations

import inspect
import re
from textwrap import fill, indent
from typing import Literal

from specc.library.define import Arg, Definition, in_quotes
from specc.library.registry import Registry
from specc.library.statements import BLOCKS, STRUCTURE
from specc.record import Record

NETWORK = {
    "repeat": "`repeat 3 { ... }`: the layers in braces, 3 times, each time with parameters of "
    "their own",
    "residual": "`residual { ... }`: what arrives plus what the layers in braces make of it",
    "from": "`from left`: go on from the value that was named by `as left`",
    "add": "`add left`: what arrives plus the value `left`; `add left, right` adds the named "
    "values",
    "concat": "`concat left`: what arrives, and below it the features of `left`; "
    "`concat left, right` joins the named values",
}
"""Statements of `network` that are no layers, with a line each."""
RANGES = {
    "log": "`1e-3 in log(1e-4, 1e-1)`: between the ends, even on a log scale",
    "uniform": "`0.5 in uniform(0, 1)`: between the ends, even",
    "int": "`64 in int(16, 256)`: whole numbers between the ends",
    "near_one": "`0.9 in near_one(0.9, 0.999)`: between the ends, even on a log scale in 1 - x",
}
"""Domains of search ranges, with a line each."""
VALUES = {
    "then": "`warmup(5%) then cosine(to = 0)`: one schedule after the other",
    "in": "`64 in {32, 64, 128}`, `1e-3 in log(1e-4, 1e-1)`: a value, and what a search may put in "
    "its place",
    "as": "`dense 64, relu as left`: a name for the value of a layer, for `from`, `add` and "
    "`concat`",
    "legacy": "`seed legacy(3)`, `shuffle legacy(10)`: numbers of NumPy's frozen `RandomState`, in "
    "the order of the course, in place of those of specc's own streams",
    "epochs": "`30 epochs`: passes over the training set; also `1 epoch`",
    "steps": "`500 steps`: updates; also `1 step`",
    "min": "`objective min(dev.cost)`: what a search makes small; `run 10 min`: a time, also in "
    "`s` and `h`",
    "max": "`objective max(dev.accuracy)`: what a search makes large",
    "m": "the number of examples, in shapes and formulas: `(m, 10)`; sizes in a spec are those of "
    "one example, without it",
    "true": "`bias = true`: yes",
    "false": "`bias = false`: no",
}
"""Words that stand in values, with a line each."""
RESULTS = {
    "cost": "`dev.cost <= 0.2`: the loss and the penalties on weights, of `train`, `dev` or `test`",
    "loss": "`train.loss <= 0.1`: the loss averaged over the examples, without the penalties",
    "shape": "`output.shape == 10`, `left.shape == (8, 8, 3)`: the sizes of the output, or of a "
    "value named by `as left`, without the examples",
    "parameters": "`parameters <= 10_000`: how many numbers are trained",
    "flops": "`flops <= 2 Mflops`: operations of one example, forward",
    "memory": "`memory <= 10 MB`: bytes of parameters, gradients, optimiser state, buffers and "
    "constant arrays of a step",
}
"""Results that `expect` makes claims about, besides metrics, with a line each."""
INDENT = " " * 4
_FACT = re.compile(r"(Shapes|Parameters|Units|Errors|Source) {2,}(\S.*)")


class Part(Record):
    """A piece of a docstring. `label` is that of a fact."""

    kind: Literal["text", "maths", "fact", "example"]
    lines: tuple[str, ...]
    label: str = ""


def parts(kind: type[Definition]) -> tuple[Part, ...]:
    """The docstring of a definition, taken apart."""
    found: list[Part] = []
    fenced: list[str] | None = None
    for line in inspect.cleandoc(kind.__doc__ or "").splitlines():
        if line.strip().startswith("```"):
            if fenced is not None:
                found.append(
                    Part("example", tuple(inspect.cleandoc("\n".join(fenced)).split("\n")))
                )
            fenced = [] if fenced is None else None
        elif fenced is not None:
            fenced.append(line)
        elif text := re.sub(r"(^|\s)Example$", "", line.rstrip()):
            _place(found, text)
        elif not line.strip():
            found.append(Part("text", ()))
    return tuple(p for p in found if p.lines)


def _place(found: list[Part], line: str) -> None:
    """One line of a docstring: a part of its own, or more of the last one."""
    fact = _FACT.fullmatch(line)
    if not found:
        found.append(Part("text", ()))
    last = found[-1]
    if fact is not None:
        found.append(Part("fact", (fact[2],), fact[1]))
    elif last.kind == "fact" and line.startswith(" "):
        found[-1] = Part("fact", (f"{last.lines[0]} {line.strip()}",), last.label)
    else:
        kind: Literal["text", "maths"] = "maths" if line.startswith("    ") else "text"
        if last.kind == kind:
            found[-1] = Part(kind, (*last.lines, line))
        else:
            found.append(Part(kind, (line,)))


def describe(word: str, registry: Registry) -> str | None:
    """Everything that is called `word`, or None; of `dev.cost` what is said of `cost`."""
    word = word.rpartition(".")[2]
    found = [
        _definition(word, category, kind, category == "layers")
        for category in registry.categories(word)
        if (kind := registry.find(category, word)) is not None
    ]
    for block, statements in BLOCKS.items():
        if word in statements:
            where = f"statement of `{block}`" if block else "statement"
            found.append(_definition(word, where, statements[word], True))
    found += [
        f"{word}  ({where})\n\n{indent(fill(lines[word], 92), INDENT)}\n"
        for where, lines in LINES
        if word in lines
    ]
    if not found:
        found = _owners(word, registry)
    return "\n".join(found) if found else None


def _owners(name: str, registry: Registry) -> list[str]:
    """What an argument called so is, or takes as a word, and of which words."""
    owners: dict[str, dict[str, None]] = {}
    takers: dict[str, dict[str, None]] = {}
    statements = ((w, kind) for words in BLOCKS.values() for w, kind in words.items())
    for word, kind in (*((w, kind) for _, w, kind in registry.every()), *statements):
        for arg in kind.args:
            if arg.label == name:
                owners.setdefault(arg.doc, {})[word] = None
            if name in arg.one_of:
                takers.setdefault(f"`{arg.label}`, {arg.doc}", {})[word] = None
    found = []
    for what, said in (("argument", owners), ("word that an argument takes", takers)):
        lines = [
            fill(f"of {', '.join(f'`{w}`' for w in sorted(words))}: {doc}", 92)
            for doc, words in said.items()
        ]
        text = "\n".join(indent(line, INDENT) for line in lines)
        found += [f"{name}  ({what})\n\n{text}\n"] if lines else []
    return found


LINES = (
    ("statement", STRUCTURE),
    ("statement of `network`", NETWORK),
    ("search range", RANGES),
    ("word in a value", VALUES),
    ("result", RESULTS),
)
"""Words with a line each, and what they are."""


def all_words(registry: Registry) -> tuple[str, ...]:
    """Every word of the language, for suggestions."""
    words = {word for _, word, _ in registry.every()} | {w for _, lines in LINES for w in lines}
    for statements in BLOCKS.values():
        words |= set(statements)
    return tuple(sorted(words))


def _definition(word: str, where: str, kind: type[Definition], statement: bool) -> str:
    lines = [f"{signature(word, kind.args, statement)}  ({where})", ""]
    last = ""
    for part in parts(kind):
        if not (part.kind == last == "fact") and last:
            lines.append("")
        last = part.kind
        if part.kind == "fact":
            lines += _wrapped(part.label, part.lines[0])
        elif part.kind == "example":
            lines += ["    Example", "    ```dl", *(f"    {x}".rstrip() for x in part.lines)]
            lines.append("    ```")
        else:
            lines += [f"    {x}" for x in part.lines]
    lines.append("")
    if kind.args:
        width = max(len(a.label) for a in kind.args)
        lines += ["    Arguments", *(f"        {_argument(a, width)}" for a in kind.args), ""]
    return "\n".join(lines)


def _wrapped(label: str, text: str) -> list[str]:
    """A fact over as many lines as it needs, its text in a column of its own."""
    import textwrap  # 3 ms, which a check does not pay

    return textwrap.wrap(
        text,
        100,
        initial_indent=f"    {label:12}",
        subsequent_indent=" " * 16,
        break_on_hyphens=False,
    )


def signature(word: str, args: tuple[Arg, ...], statement: bool = False) -> str:
    """`adam(lr = 0.001, beta1 = 0.9, ...)`, or as a statement `dense units, bias = true, ...`."""
    given = [a.label if a.required else f"{a.label} = {shown(a)}" for a in args]
    if not given:
        return word
    return f"{word}  {', '.join(given)}" if statement else f"{word}({', '.join(given)})"


def shown(a: Arg) -> str:
    """The default of an argument as one would write it; `...` stands for none."""
    if a.default is None:
        return "..."
    if isinstance(a.default, tuple):
        inside = ", ".join(map(str, a.default))
        return inside if len(a.default) == 1 else f"({inside})"
    if isinstance(a.default, bool):
        return "true" if a.default else "false"
    if isinstance(a.default, float):
        return f"{a.default:g}"
    return f'"{a.default}"' if in_quotes(a, a.default) else str(a.default)


def _argument(a: Arg, width: int) -> str:
    limits = f", {a.bounds}" if a.bounds else ""
    return f"{a.label.ljust(width)}  {a.doc} ({_default(a)}{limits})"


def _default(a: Arg) -> str:
    if a.required:
        return "required"
    return "optional" if a.default is None else f"default {shown(a)}"
