"""The language reference in Markdown, `docs/reference.md`, from the definitions alone.

`python -m specc.library.reference` prints it; a test holds the file against it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from specc.diag.codes import summaries
from specc.library.define import Arg, Definition, as_written
from specc.library.docs import NETWORK, RANGES, RESULTS, VALUES, parts, shown, signature
from specc.library.registry import CATEGORIES, Registry
from specc.library.statements import BLOCKS, STRUCTURE

HEAD = """\
# Reference

Every word of the language, every statement and every code. This page is made from the definitions
in `specc/library` by `python -m specc.library.reference`, so do not edit it. `specc explain WORD`
prints the same text in the terminal, `specc explain CODE` a page with a failing and a repaired
spec. How the words go together is in [language.md](language.md).

In a signature `name = value` shows a default, and `name = ...` an argument that may be left out.
Values without a name go to the arguments in the order of the signature; those that a table calls
*by name* need their name. Shapes are those of the computation, one column per example: (n, m) are
n features of m examples."""
ABOUT = {
    "layers": "Statements of `network`. Every activation is a layer too.",
    "activations": "Given to `dense`, or on a line of their own in `network`.",
    "inits": "For the statement `init`, and the argument `init` of a layer. `he` unless given. "
    "Biases start at 0.",
    "losses": "For the statement `loss`. The cost is the loss averaged over the examples, plus "
    "the penalties.",
    "regularizers": "For the statement `regularize`, and the argument `regularize` of a layer.",
    "optimizers": "For the statement `optimizer`. p is a parameter, g its gradient; state starts "
    "at 0.",
    "schedules": "For the statement `schedule`. lr is the optimiser's learning rate.",
    "clips": "For the statement `clip` of `train`. g is the gradient of the cost. None unless "
    "given.",
    "metrics": "For the statement `metrics` of `train`. `accuracy` unless given, `mae` where the "
    "target is real.",
    "sources": "For the statements `source`, `train`, `dev` and `test` of `data`. Paths start at "
    "the folder of the spec.",
    "normalizers": "For the statement `normalize` of `data`. None unless given.",
    "stops": "For the statement `stop` of `train`.",
    "masks": "For the argument `mask` of `dropout`.",
    "targets": "For the statement `target` of `data`, where the loss does not say what the target "
    "is.",
    "augmentations": "For the statement `augment` of `data`: changes that training batches go "
    "through, in the order in which they stand. Each example gets draws of its own, a function of "
    "the seed and the step.",
}
"""A line about each category."""
_KINDS = {
    "dim": "whole number",
    "int": "whole number",
    "float": "number",
    "bool": "`true` or `false`",
    "string": "text",
    "path": "file name",
    "metric": "result, such as `dev.cost`",
    "objective": "`min(...)` or `max(...)` of a result",
    "seed": "whole number or `legacy(...)`",
    "shuffle": "`true`, `false` or `legacy(...)`",
}


def reference(registry: Registry) -> str:
    """The whole page."""
    found = [HEAD, _contents()]
    for block, statements in BLOCKS.items():
        found.append(f"## {_heading(block)}")
        if not block:
            found.append(_table(("statement", "what it is"), _lines(STRUCTURE)))
        found += [_section(word, kind, True) for word, kind in statements.items()]
        if block == "data":
            found.append(f"## {_heading('network')}")
            found.append(_table(("statement", "what it is"), _lines(NETWORK)))
    found += ["## Search ranges", _table(("range", "what it is"), _lines(RANGES))]
    found += ["## Words in values", _table(("word", "what it is"), _lines(VALUES))]
    found += ["## Results", _table(("result", "what it is"), _lines(RESULTS))]
    for category in CATEGORIES:
        found += [f"## {category.capitalize()}", ABOUT[category]]
        for word in registry.words(category):
            kind = registry.find(category, word)
            if kind is not None:
                found.append(_section(word, kind, category == "layers"))
    found += ["## Codes", _table(("code", "what it says"), list(summaries().items()))]
    return "\n\n".join(found) + "\n"


def _heading(block: str) -> str:
    return f"Statements of `{block}`" if block else "Statements of a file"


def _contents() -> str:
    blocks = list(BLOCKS)
    blocks.insert(blocks.index("data") + 1, "network")
    names = [*map(_heading, blocks), "Search ranges", "Words in values", "Results"]
    names += [*(c.capitalize() for c in CATEGORIES), "Codes"]
    return "\n".join(f"- [{n}](#{n.lower().replace('`', '').replace(' ', '-')})" for n in names)


def _lines(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(f"`{word}`", text) for word, text in words.items()]


def _section(word: str, kind: type[Definition], statement: bool) -> str:
    """One definition: signature, text, maths, facts, arguments, example."""
    is_statement = statement or kind.category == "statements"
    found = [f"### `{word}`", f"    {signature(word, kind.args, is_statement)}"]
    taken = parts(kind)
    for part in taken:
        text = "\n".join(part.lines)
        if part.kind == "fact":
            # One item after another is one list, so they are joined without a blank line.
            item = f"- {part.label}: {text}"
            found[-1:] = [f"{found[-1]}\n{item}"] if found[-1][:2] == "- " else [found[-1], item]
        elif part.kind != "example":
            found.append(text)
    if kind.args:
        found.append(_table(("argument", "takes", "default", "meaning"), map(_row, kind.args)))
    for part in taken:
        if part.kind == "example":
            whole = any(line.startswith("network") for line in part.lines)
            found.append("\n".join([f"```dl{'' if whole else ' fragment'}", *part.lines, "```"]))
    return "\n\n".join(found)


def _row(a: Arg) -> tuple[str, str, str, str]:
    """An argument as a line of a table."""
    default = "required" if a.required else "" if a.default is None else f"`{shown(a)}`"
    takes = _KINDS.get(a.kind, a.kind)
    if a.kind == "name" and a.one_of:
        takes = " or ".join(f"`{as_written(a, word)}`" for word in a.one_of)
    elif a.kind == "word":
        takes = f"[{a.category}](#{a.category})"
    elif a.one_of:
        *others, last = (takes, *(f"`{word}`" for word in a.one_of))
        takes = f"{', '.join(others)} or {last}"
    takes += f", {a.bounds}" * bool(a.bounds) + ", several" * a.many
    return f"`{a.label}`" + ", by name" * a.keyword, takes, default, a.doc


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    escaped = ([cell.replace("|", "\\|") for cell in row] for row in lines)
    return "\n".join(f"| {' | '.join(row)} |" for row in escaped)


if __name__ == "__main__":
    sys.stdout.write(reference(Registry()))
