"""Random numbers: pure functions of (seed, purpose, step), so that a resumed run draws the same
ones.
"""

from __future__ import annotations

import math
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


def _truths(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    return TensorType(attrs["shape"], "bool")


def _keep(attrs: Attrs, keep: Any) -> Any:
    import numpy

    shape = tuple(value(d, attrs["sizes"]) for d in attrs["shape"])
    before, m = attrs["before"], shape[-1]
    rows = math.prod(shape[:-1])
    drawn = numpy.random.RandomState(attrs["stream"]).random_sample((before + rows, m))
    return drawn[before:].reshape(shape) < keep


def _draw_symmetric(attrs: Attrs) -> Any:
    return _generator(attrs).uniform(-1, 1, tuple(value(d, attrs["sizes"]) for d in attrs["shape"]))


register(
    Op("normal", _shaped, _draw_normal, emit="draws(seed, {purpose}).standard_normal({shape})")
)
register(
    Op("symmetric", _shaped, _draw_symmetric, emit="draws(seed, {purpose}).uniform(-1, 1, {shape})")
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
register(
    Op(
        "kept",
        _truths,
        _keep,
        emit="less({bound}, {0}, out={out})",
        bound=("u{before}", "frozen_draws({stream}, {before}, {shape})"),
    )
)
