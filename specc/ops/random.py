"""Random numbers: pure functions of (seed, purpose, step), so that a resumed run draws the same
ones.
"""

from __future__ import annotations

from typing import Any

from specc.ir.op import Attrs, Op, register
from specc.shapes import TensorType, value


def _shaped(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    return TensorType(attrs["shape"])


def _generator(attrs: Attrs, step: int = 0) -> Any:
    import numpy

    bits = numpy.random.Philox(key=[attrs.get("seed", 0), attrs["purpose"]])
    bits.advance(step << 32)
    return numpy.random.Generator(bits)


def _draw_normal(attrs: Attrs) -> Any:
    return _generator(attrs).standard_normal(
        tuple(value(d, attrs["sizes"]) for d in attrs["shape"])
    )


def _draw_uniform(attrs: Attrs, step: Any) -> Any:
    shape = tuple(value(d, attrs["sizes"]) for d in attrs["shape"])
    return _generator(attrs, int(step)).random(shape, dtype="f4")


register(
    Op("normal", _shaped, _draw_normal, emit="draws(seed, {purpose}).standard_normal({shape})")
)
register(
    Op(
        "uniform",
        _shaped,
        _draw_uniform,
        emit="{bound}.fill({out}, {0})",
        bound=("draw{purpose}", "Draws(seed, {purpose})"),
    )
)
