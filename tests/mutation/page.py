"""`docs/diagnostics.md`: the figures of the study, in words and tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.mutation.mutants import PLACES
from tests.mutation.study import ROOT, SPECS, Row, Study

PAGE = ROOT / "docs" / "diagnostics.md"
PINNED = 250
"""Messages that the goldens hold at least."""
MEANING = {
    "argument": "the name of an argument: `adam(lr = 1e-3)`",
    "layer": "a layer, `repeat`, `residual`, `add`, `concat` or `from`",
    "name defined": "a name of the spec where it is defined: `let`, `block`, a parameter, `as`, "
    "`variant`",
    "name used": "the same where it is used",
    "other word": "`log` and `int` of a range, `min`, `max`, `legacy`, `full`, columns and arrays",
    "reserved word": "`in`, `as`, `true`, `false`",
    "result": "what a claim is about: `dev.accuracy`, `parameters`, `output.shape`",
    "statement": "a statement of the file or of one of its blocks",
    "unit": "`epochs`, `steps`, `min`, `MB`",
    "word": "an activation, loss, optimiser, schedule, source or other word with a definition",
    "claim": "the size behind `->`",
    "input size": "the size of an `input`",
    "kernel": "the kernel of a convolution, the window of a pooling",
    "let": "the value of a `let`",
    "width": "the units of a layer, or a size given to a block",
}

HEAD = """# How good the messages are

A message of `specc check` is to point at what is wrong and to say what to do. This page measures
both on specs that are right but for one slip. It is made by `python -m tests.mutation` and held by
the test suite, as are the messages themselves: `tests/cases/diagnostics` pins more than {pinned} of
them to the letter, in a page per feature of the language.

## One slip of the finger

Every word of {specs} specs (those of `models/`, and those of `tests/mutation/specs`, which use
blocks, repeats, branches, ranges and variants) gets a character less, a character more, another
character, or two of them swapped; the places are drawn once and stay the same. A word that a spec
says over and over slips at the first {places} places. What is then still a spec, since `l2` became
`l1` or a column got another name, is counted and left out.

- **at the slip**: what is underlined is exactly the misspelt word. A name that is misspelt where it
  is *defined* is right in itself, and wrong where it is used; there the message has to mark the
  definition as well.
- **repaired**: the first edit that is offered gives back the spec as it was, to the last character
  (for a definition: makes the use agree with it).
- **one message**: nothing is said but this.

"""
BETWEEN = """
What is missed are words between which nobody can choose: `lelu` is as near to `gelu` as to `relu`,
and `l` to `l1` as to `l2`. All of them are named then, the likeliest first.

## One number changed

Every width, kernel and window, every size of an `input` and every claim is changed a little and a
lot. Where the spec is then wrong, the message has to name both places: the number, marked or in the
table of shapes, and what it disagrees with.

"""


def page(found: Study) -> str:
    """The text of the page."""
    head = HEAD.format(pinned=PINNED, specs=len(SPECS), places=PLACES)
    return head + "\n".join(_words(found)) + "\n" + BETWEEN + "\n".join(_numbers(found)) + "\n"


def pinned() -> int:
    """How many messages the goldens hold."""
    folder = Path(__file__).parents[1] / "cases" / "diagnostics"
    return sum(p.read_text("utf-8").count("\nerror[E") for p in folder.glob("*.md"))


def _words(found: Study) -> Iterator[str]:
    yield "| misspelt | slips | still a spec | at the slip | repaired | one message |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    rows = sorted(found.words.items())
    for kind, row in (*rows, ("all", found.total(found.words))):
        shares = (_share(n, row) for n in (row.placed, row.suggested, row.alone))
        yield f"| {kind} | {row.tried} | {row.valid} | {' | '.join(shares)} |"
    yield ""
    yield from (f"- *{kind}*: {MEANING[kind]}" for kind, _ in rows)


def _numbers(found: Study) -> Iterator[str]:
    yield "| changed | changes | still a spec | both places named |"
    yield "| --- | ---: | ---: | ---: |"
    rows = sorted(found.numbers.items())
    for kind, row in (*rows, ("all", found.total(found.numbers))):
        yield f"| {kind} | {row.tried} | {row.valid} | {_share(row.placed, row)} |"
    yield ""
    yield from (f"- *{kind}*: {MEANING[kind]}" for kind, _ in rows)


def _share(part: int, row: Row) -> str:
    return f"{100 * part / row.errors:.1f} %" if row.errors else "-"
