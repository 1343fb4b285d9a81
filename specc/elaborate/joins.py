"""Several values as one: by `add`, by `concat`, and at the end of a `residual`, which adds up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.elaborate.story import shape_table
from specc.ir.builder import Sym
from specc.lang.bound import Join, LayerUse, Residual
from specc.ops import algebra as op
from specc.shapes import Shape, show

if TYPE_CHECKING:
    from specc.elaborate.forward import Forward

JOINED = {2: 0, 3: 1, 4: 2}
"""The axis along which `concat` joins: features, those of every step, channels; sizes before it
agree.
"""


def misfit(word: str, values: Sequence[Sym]) -> Sym | None:
    """The first value that does not go with the one in front."""
    first = values[0].shape
    fits = _adds_up if word == "add" else _goes_behind
    return next((other for other in values[1:] if not fits(first, other.shape)), None)


def _adds_up(first: Shape, other: Shape) -> bool:
    return first == other


def _goes_behind(first: Shape, other: Shape) -> bool:
    axis = JOINED.get(len(first), 0)
    return _alike(first, other) and first[:axis] == other[:axis]


def _alike(first: Shape, other: Shape) -> bool:
    """Whether both are features, sequences or images."""
    return len(first) == len(other) and len(first) in JOINED


def joined(word: str, values: Sequence[Sym]) -> tuple[Sym, str]:
    """What values that go together give, and its formula."""
    if word == "concat":
        return op.concat(*values).named("C"), ""
    y = values[0]
    for value in values[1:]:
        y = y + value
    return y.named("S"), " + ".join(v.node.name or "A" for v in values)


def cannot_join(step: Join | Residual, first: Sym, other: Sym, walk: Forward) -> Diagnostic:
    """E0307, with where both values come from."""
    shapes = f"{show(first.shape)} and {show(other.shape)}"
    helps: tuple[Help, ...]
    if isinstance(step, Residual):
        message = f"`residual` adds {show(other.shape)} to {show(first.shape)}"
        shapes = f"gets {show(first.shape)}, makes {show(other.shape)}"
        helps = (_same_end(step, first),)
    elif step.kind == "add":
        message = f"`add` cannot join {shapes}"
        helps = (Help("make both the same size: only equal shapes add up"),)
        if len(first.shape) == len(other.shape) == 2:
            helps = (*helps, Help("`concat` puts features of different number together"))
    else:
        message = f"`concat` cannot join {shapes}"
        helps = (Help(_joinable(first.shape, other.shape)),)
    story = walk.story(step.step, first, other)
    return Diagnostic(
        "E0307",
        message,
        Label(step.step.span, shapes),
        story.labels,
        table=shape_table(walk.rows),
        notes=story.notes,
        helps=helps,
    )


def _joinable(first: Shape, other: Shape) -> str:
    """What `concat` joins."""
    if not _alike(first, other):
        return "features join features, sequences join sequences, images join images"
    steps = len(first) == 3
    kind = "sequences of as many steps" if steps else "images of one height and width"
    return f"{kind} can be joined"


def _same_end(step: Residual, arrives: Sym) -> Help:
    """What the body of a residual must end with."""
    units = arrives.shape[0]
    last = step.body[-1]
    if len(arrives.shape) == 2 and isinstance(last, LayerUse):
        span = last.layer.spans.get("units")
        if span is not None and span.text.isdecimal():
            return Help(f"end the body with {units} features", (Edit(span, str(units)),))
    return Help(f"let the body end with {show(arrives.shape)}, as it arrives")
