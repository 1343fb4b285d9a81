"""Operations without operands: what comes from outside, constants, sizes and constant arrays."""

from __future__ import annotations

from typing import Any

from specc.ir.op import Attrs, Op, register
from specc.shapes import HOST, TensorType, value


def _outside(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    return TensorType(attrs["shape"], attrs["kind"])


def _given(attrs: Attrs, *arrays: Any) -> Any:
    raise KeyError(f"the input {attrs['name']} was not given")


def _constant(attrs: Attrs, *arrays: Any) -> Any:
    import numpy

    shape = tuple(value(d, attrs["sizes"]) for d in attrs["shape"])
    return numpy.full(shape, attrs["value"], dtype=float)


register(Op("input", _outside, _given))
register(Op("const", lambda t, a: HOST, lambda a: a["value"], host="{value}"))
register(Op("setting", lambda t, a: HOST, lambda a: a["value"], host="{name}"))
register(
    Op("extent", lambda t, a: HOST, lambda a: float(value(a["dim"], a["sizes"])), host="{dim}")
)
register(
    Op(
        "filled",
        lambda t, a: TensorType(a["shape"]),
        _constant,
        emit="full({shape}, {value}, REAL)",
    )
)
