"""What `augment` asks of the examples: pictures, and larger than they are moved."""

from __future__ import annotations

from math import isqrt, prod

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.elaborate.forward import Forward
from specc.lang.bound import Bound
from specc.library.augmentation import Augmentation

AXES = 3
"""Height, width, channels."""


def check_augment(bound: Bound, forward: Forward, sink: Sink) -> None:
    """E0310 for every change that the inputs of the network cannot go through."""
    use = forward.inputs.uses[0]
    span = use.layer.span("sizes") or use.step.head
    sizes: tuple[int, ...] = getattr(use.layer, "sizes")  # noqa: B009 - of one layer
    shape = sizes if len(forward.inputs.uses) == 1 else ()
    said = ", ".join(map(str, sizes))
    for change in bound.data.augment:
        if not isinstance(change, Augmentation):
            continue
        at = change.span()
        if change.images and len(shape) != AXES:
            axes = "1 axis" if len(sizes) == 1 else f"{len(sizes)} axes"
            sink.add(
                Diagnostic(
                    "E0310",
                    f"`{change.word}` moves pixels, but the input has {axes}, not {AXES}",
                    None if at is None else Label(at, "needs height, width, channels"),
                    (Label(span, f"{axes} per example"),),
                    notes=() if shape else ("each of several inputs has one axis",),
                    helps=(Help(f"for {_picture(sizes)}, in place of `input {said}`"),),
                )
            )
            continue
        found = change.misfit(shape)
        if found is not None:
            place = change.span(found.argument)
            sink.add(
                Diagnostic(
                    "E0310",
                    found.message,
                    None if place is None else Label(place, found.label),
                    (Label(span, "the size of a picture"),) if change.images else (),
                    helps=(Help(found.fix),),
                )
            )


def _picture(sizes: tuple[int, ...]) -> str:
    """An example of an `input` with pixels, of as many features where they can be a square."""
    features = prod(sizes)
    side = isqrt(features)
    side = side if side > 1 and side * side == features else 28
    return f"{side} x {side} grey pixels `input {side}, {side}, 1`"
