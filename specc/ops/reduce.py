"""Sums and maxima. `sum` keeps the axis with size 1; `total` and `inner` give a number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specc.ir.builder import Sym
from specc.ir.op import Attrs, Infer, Op, ShapeError, register
from specc.shapes import HOST, Kind, TensorType, show, size, times


def _kept(kind: Kind | None) -> Infer:
    def infer(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
        shape = list(types[0].shape)
        shape[attrs["axis"]] = 1
        return TensorType(tuple(shape), kind or types[0].kind)

    return infer


def _along(name: str) -> Callable[..., Any]:
    def evaluate(attrs: Attrs, x: Any) -> Any:
        import numpy

        return getattr(numpy, name)(x, axis=attrs["axis"], keepdims=True)

    return evaluate


def _stretch(dy: Sym, x: Sym) -> Sym:
    return dy.builder.apply("expand", dy, shape=x.shape)


def _lower_sum(y: Sym) -> Sym:
    """A sum over the last axis is a product with a column of ones, 2-3 times faster than a
    reduction.
    """
    (x,) = y.inputs
    if y.node["axis"] == 1 and len(x.shape) == 2:
        return x @ y.builder.apply("filled", shape=(x.shape[1], 1), value=1.0).named("one")
    return y.builder.apply("sum_rows", x, axis=y.node["axis"])


def _inner(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    if types[0].shape != types[1].shape:
        raise ShapeError(f"{show(types[0].shape)} and {show(types[1].shape)} differ")
    return HOST


def _evaluate_inner(attrs: Attrs, x: Any, y: Any) -> Any:
    import numpy

    return numpy.vdot(x, y)


def _argmax(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    if len(types[0].shape) != 2:
        raise ShapeError(f"{show(types[0].shape)} has no classes along axis 0")
    return TensorType((types[0].shape[1],), "int")


register(
    Op(
        "sum",
        _kept("real"),
        _along("sum"),
        lambda y, dy: (_stretch(dy, y.inputs[0]),),
        lower=_lower_sum,
        flops=lambda ins, out: size(ins[0].shape),
    )
)
register(
    Op(
        "sum_rows",
        _kept("real"),
        _along("sum"),
        emit="add.reduce({0}, axis={axis}, keepdims=True, out={out})",
        flops=lambda ins, out: size(ins[0].shape),
    )
)
register(
    Op(
        "max_rows",
        _kept(None),
        _along("max"),
        emit="maximum.reduce({0}, axis={axis}, keepdims=True, out={out})",
        flops=lambda ins, out: size(ins[0].shape),
    )
)
register(
    Op(
        "total",
        lambda t, a: HOST,
        lambda a, x: x.sum(),
        lambda y, dy: (_stretch(dy, y.inputs[0]),),
        emit="float(add.reduce({0}, axis=None))",
        flops=lambda ins, out: size(ins[0].shape),
    )
)
register(
    Op(
        "inner",
        _inner,
        _evaluate_inner,
        lambda y, dy: (y.inputs[1] * dy, y.inputs[0] * dy),
        emit="float(vdot({0}, {1}))",
        flops=lambda ins, out: times(2, size(ins[0].shape)),
    )
)
register(
    Op(
        "argmax",
        _argmax,
        lambda a, x: x.argmax(axis=0),
        emit="{0}.argmax(axis=0, out={out})",
        flops=lambda ins, out: size(ins[0].shape),
    )
)
