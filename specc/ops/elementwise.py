"""Elementwise operations: one row each, with derivative, NumPy text and meaning.

An operation on numbers alone (kind `host`) gives a number; mixed with an array it applies to every
element. Cotangents flow back through broadcasting by summing over the stretched axes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specc.ir.builder import Sym
from specc.ir.op import Attrs, Infer, Op, ShapeError, Vjp, register
from specc.shapes import HOST, Kind, TensorType, broadcast


def _infer(kind: Kind | None) -> Infer:
    def infer(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
        arrays = [t for t in types if t.kind != "host"]
        if not arrays:
            return HOST
        shape = arrays[0].shape
        for other in arrays[1:]:
            common = broadcast(shape, other.shape)
            if isinstance(common, str):
                raise ShapeError(common)
            shape = common
        real = any(t.kind == "real" for t in arrays) or len(arrays) < len(types)
        return TensorType(shape, kind or ("real" if real else arrays[0].kind))

    return infer


def _numpy(name: str) -> Callable[..., Any]:
    def evaluate(attrs: Attrs, *arrays: Any) -> Any:
        import numpy

        return getattr(numpy, name)(*arrays)

    return evaluate


def fit(dy: Sym, x: Sym) -> Sym:
    """The cotangent `dy` summed over the axes along which `x` was stretched."""
    if x.type.kind == "host":
        return dy if dy.type.kind == "host" else dy.builder.apply("total", dy)
    for axis, (have, want) in enumerate(zip(dy.shape, x.shape, strict=True)):
        if have != want:
            dy = dy.builder.apply("sum", dy, axis=axis)
    return dy


def _row(
    name: str,
    slopes: Callable[[Sym, Sym, tuple[Sym, ...]], tuple[Sym | None, ...]] | None,
    *,
    kind: Kind | None = None,
    host: str = "",
    flops: int = 1,
) -> Op:
    """`slopes(y, dy, operands)` gives a cotangent per operand before stretched axes are summed."""
    vjp: Vjp | None = None
    if slopes is not None:

        def vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
            raw = slopes(y, dy, y.inputs)
            return tuple(
                None if g is None else fit(g, x) for g, x in zip(raw, y.inputs, strict=True)
            )

    operands = ", ".join(f"{{{i}}}" for i in range(_ARITY.get(name, 1)))
    return register(
        Op(
            name,
            _infer(kind),
            _numpy(name),
            vjp,
            emit=f"{name}({operands}, out={{out}})",
            host=host or f"{name}({operands})",
            flops=flops,
            elementwise=True,
        )
    )


_ARITY = dict.fromkeys(
    ("add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "logaddexp"), 2
) | dict.fromkeys(("greater", "less", "equal"), 2)

_row("add", lambda y, dy, x: (dy, dy), host="{0} + {1}")
_row("subtract", lambda y, dy, x: (dy, -dy), host="{0} - {1}")
_row("multiply", lambda y, dy, x: (dy * x[1], dy * x[0]), host="{0} * {1}")
_row("divide", lambda y, dy, x: (dy / x[1], -(dy * y / x[1])), host="{0} / {1}")
_row("negative", lambda y, dy, x: (-dy,), host="-{0}")
_row("power", lambda y, dy, x: (dy * x[1] * x[0] ** (x[1] - 1), None), host="{0} ** {1}", flops=10)
_row("square", lambda y, dy, x: (dy * (2 * x[0]),), host="{0} ** 2")
_row("sqrt", lambda y, dy, x: (dy / (2 * y),))
_row("exp", lambda y, dy, x: (dy * y,), flops=10)
_row("log", lambda y, dy, x: (dy / x[0],), flops=10)
_row("tanh", lambda y, dy, x: (dy * (1 - y.builder.apply("square", y)),), flops=10)
_row("absolute", lambda y, dy, x: (dy * y.builder.apply("sign", x[0]),))
_row("sign", None)
_row("floor", None)
_row("cos", None, flops=10)
_row("greater", None, kind="bool", host="{0} > {1}")
_row("less", None, kind="bool", host="{0} < {1}")
_row("equal", None, kind="bool", host="{0} == {1}")

# A choice between numbers, for schedules: only what is chosen is computed in a generated program.
register(
    Op(
        "where",
        lambda t, a: HOST,
        _numpy("where"),
        host="{1} if {0} else {2}",
    )
)


def _larger(y: Sym, dy: Sym, x: tuple[Sym, ...]) -> tuple[Sym | None, ...]:
    first = dy * (x[0] > x[1])
    return first, dy - first


def _smaller(y: Sym, dy: Sym, x: tuple[Sym, ...]) -> tuple[Sym | None, ...]:
    first = dy * (x[0] < x[1])
    return first, dy - first


_row("maximum", _larger)
_row("minimum", _smaller)
_row(
    "logaddexp",
    lambda y, dy, x: tuple(dy * y.builder.apply("exp", operand - y) for operand in x),
    flops=20,
)
