"""The Huber function: a parabola in the middle, straight lines outside."""

from __future__ import annotations

from typing import Any

from specc.ir.builder import Sym
from specc.ir.op import Attrs, Op, register


def _evaluate(attrs: Attrs, e: Any, delta: Any) -> Any:
    import numpy

    size = numpy.abs(e)
    return numpy.where(size <= delta, e * e / 2, delta * (size - delta / 2))


def _clipped(e: Sym, delta: Sym) -> Sym:
    """e where |e| <= delta, else delta with the sign of e: the slope."""
    b = e.builder
    return b.apply("maximum", b.apply("minimum", e, delta), -delta)


def _lower(y: Sym) -> Sym:
    """c (e - c/2) with the clipped c, which the gradient is."""
    e, delta = y.inputs
    clipped = _clipped(e, delta)
    return clipped * (e - clipped * 0.5)


register(
    Op(
        "huber",
        lambda types, attrs: types[0],
        _evaluate,
        lambda y, dy: (dy * _clipped(*y.inputs), None),
        _lower,
        flops=5,
        elementwise=True,
    )
)
