"""What is said about the statements of a network as such."""

from __future__ import annotations

from itertools import pairwise

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.lang.blocks import BlockDefinition
from specc.lang.spec import Number, Statement


def empty(word: Span) -> Diagnostic:
    """E0301 of a `network` without a statement."""
    return Diagnostic(
        "E0301",
        "`network` has no layers",
        Label(word, "empty"),
        helps=(Help("start with `input 64`, the features of one example"),),
    )


def too_many(head: Span, most: int) -> Diagnostic:
    """E0214 at the statement from which on layers are too many."""
    return Diagnostic(
        "E0214",
        f"the network has more than {most:,} layers",
        Label(head, "too many layers from here on"),
        helps=(Help("look at the counts of `repeat`"),),
    )


def too_deep(head: Span, deepest: int) -> Diagnostic:
    """E0214 at a statement inside too many others."""
    return Diagnostic(
        "E0214",
        f"blocks, repeats and residuals nest deeper than {deepest} levels",
        Label(head, f"level {deepest + 1}"),
        helps=(Help("put the layers one after the other: use `repeat`"),),
    )


def no_block(s: Statement) -> Diagnostic:
    """E0211 of a layer with braces behind it."""
    return Diagnostic("E0211", f"`{s.word}` takes no block", Label(s.head, "takes no block"))


def no_layers(s: Statement) -> Diagnostic:
    """E0203 of a `repeat` or `residual` without layers."""
    count = " 3" if s.word == "repeat" else ""
    return Diagnostic(
        "E0203",
        f"`{s.word}` needs layers in braces",
        Label(s.head, "no layers"),
        helps=(Help(f"for example `{s.word}{count} {{ ... }}`"),),
    )


def circular(s: Statement, block: BlockDefinition, active: list[str]) -> Diagnostic:
    """E0215 at a use of a block inside itself; `active` are the blocks around it."""
    inner = [*active[active.index(block.name) :], block.name]
    through = tuple(f"`{a}` uses `{b}`" for a, b in pairwise(inner))
    return Diagnostic(
        "E0215",
        f"the block `{block.name}` uses itself",
        Label(s.head, f"`{block.name}` is used inside `{block.name}`"),
        (Label(block.place, "defined here"),),
        notes=(", ".join(through),) if len(through) > 1 else (),
        helps=(Help("to stack a block on itself, use `repeat`"),),
    )


def input_inside(s: Statement, active: list[str], first: Statement | None) -> Diagnostic:
    """E0207 of an `input` inside a block, a `repeat` or a `residual`; `first` is what the network
    begins with, and `active` are the blocks around the input.
    """
    where = f"in the block `{active[-1]}`" if active else "in `repeat` or `residual`"
    head = s.head.text
    helps: tuple[Help, ...] = (Help(f"begin `network` with `{head}`"),)
    out = Edit(_with_gap(s.span), "")
    if first is not None and first.word == "input":
        again = first.alias is None and first.head.text == head
        helps = (Help("take it out: layers get what arrives where they stand", (out,) * again),)
        if not again:
            helps += (Help("for other columns of the data, put it into `network` itself"),)
    elif first is not None and first.span.source is s.span.source:
        # A parameter of the block is no name in `network`.
        if all(isinstance(i.value, Number) for i in s.items):
            place = Span(first.span.source, first.span.start, first.span.start)
            begin = Edit(place, f"{head}\n{' ' * (first.span.column - 1)}")
            helps = (Help(f"begin `network` with `{head}`", (out, begin)),)
    return Diagnostic(
        "E0207",
        f"`input` does not belong {where}: data arrives in `network` itself",
        Label(s.word_span, "not here"),
        helps=helps,
    )


def _with_gap(span: Span) -> Span:
    """A statement with the blanks and the new line behind it."""
    text = span.source.text
    end = span.end
    while end < len(text) and text[end].isspace():
        end += 1
    return Span(span.source, span.start, end)
