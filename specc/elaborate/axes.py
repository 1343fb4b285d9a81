"""E0302 of a layer that takes other axes than arrive: what is said, and what to do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.elaborate.story import shape_table
from specc.ir.builder import Sym
from specc.lang.bound import LayerUse
from specc.library.registry import standard
from specc.shapes import Shape, size

if TYPE_CHECKING:
    from specc.elaborate.forward import Forward


def other_axes(use: LayerUse, wanted: int, x: Sym, walk: Forward) -> Diagnostic:
    """A layer that takes so many axes for each example, where x with others arrives."""
    maker, got = walk.makers.get(x.id), len(x.shape) - 1
    read = next((i for i in walk.inputs.uses if i.step is maker), None)
    sizes = None if read is None else read.layer.span("sizes")
    notes: tuple[str, ...] = ()
    helps: tuple[Help, ...] = ()
    if wanted == 1:
        features = size(x.shape[:-1])
        factors = " * ".join(str(d) for d in x.shape[:-1])
        notes = (f"{factors} = {features} features in all",)
        if sizes is not None:
            edits = (Edit(sizes, str(features)),)
            helps = (Help(f"read each example as {features} features", edits),)
        if not use.layer.sequential:
            helps = (*_flattened(use.step.head, f"the axes into {features} features"), *helps)
        if walk.sequential and got == 2:
            what = f"take the last of the {x.shape[0]} steps"
            helps = (in_front(use.step.head, "last", what), *helps)
    elif wanted == 3:
        helps = as_image(x.shape, sizes)
    elif wanted == 2:
        helps = as_steps(x.shape, read is not None)
    takes = use.layer.takes or f"{wanted} axes"
    story = walk.story(use.step, x)
    return Diagnostic(
        "E0302",
        f"`{use.layer.word}` takes {takes}, but a tensor with {_axes(got)} arrives",
        Label(use.step.span, f"needs {_axes(wanted)} per example, gets {got}"),
        story.labels,
        table=shape_table(walk.rows),
        notes=(*story.notes, *notes),
        helps=helps,
    )


def _flattened(head: Span, what: str) -> tuple[Help, ...]:
    """`flatten` on a line of its own, if the language has the word."""
    if standard().find("layers", "flatten") is None:
        return ()
    return (in_front(head, "flatten", f"flatten {what}"),)


def _axes(count: int) -> str:
    return "1 axis" if count == 1 else f"{count} axes"


def in_front(head: Span, word: str, what: str) -> Help:
    """A layer without arguments on a line of its own, in front of the one that begins at `head`."""
    at = Span(head.source, head.start, head.start)
    line = head.source.line(head.line)[: head.column - 1]
    indent = line if not line.strip() else ""
    return Help(what, (Edit(at, f"{word}\n{indent}"),))


def as_steps(arrives: Shape, from_input: bool) -> tuple[Help, ...]:
    """How features become steps over time, where the spec may not have said so."""
    n = arrives[0]
    if len(arrives) != 2 or not isinstance(n, int):
        return (Help("give each example two axes: steps, then the features of a step"),)
    if not from_input:
        return (Help("steps over time come from `input`, and `last` or `flatten` ends them"),)
    steps = max(d for d in range(1, n + 1) if n % d == 0 and d * d <= n)
    steps = steps if steps > 1 else n
    return (
        Help(
            f"add an axis: `input steps, features`, for example `input {steps}, {n // steps}` "
            f"for {steps} steps of {n // steps}"
        ),
        Help(f"or, if the {n} are token numbers, put `embedding vocabulary, units` before it"),
    )


def as_image(arrives: Shape, written: Span | None) -> tuple[Help, ...]:
    """How features become an image: where they are read, or by `reshape`. A square one if there is
    one, with one channel or three.
    """
    n = size(arrives[:-1])
    if not isinstance(n, int):
        return ()
    square = next(
        (f"{side}, {side}, {c}" for c in (1, 3) if (side := math.isqrt(n // c)) ** 2 * c == n), ""
    )
    if written is not None:
        edits = (Edit(written, square),) if square else ()
        return (Help("read each example as an image: height, width, channels", edits),)
    example = f", for example `reshape {square}`" if square else ""
    return (Help(f"make an image of the {n} values by `reshape height, width, channels`{example}"),)
