"""Matrix products, and the table look-up that makes one-hot columns."""

from __future__ import annotations

from typing import Any

from specc.ir.builder import Sym
from specc.ir.op import Attrs, Op, ShapeError, register
from specc.shapes import Dim, TensorType, show, size, times


def _matmul(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    a, b = types
    if len(a.shape) != 2 or len(b.shape) != 2 or a.shape[1] != b.shape[0]:
        raise ShapeError(f"{show(a.shape)} cannot be multiplied by {show(b.shape)}")
    return TensorType((a.shape[0], b.shape[1]))


def _product_flops(types: tuple[TensorType, ...], out: TensorType) -> Dim:
    return times(2, times(size(out.shape), types[0].shape[1]))


def _product_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    a, b = y.inputs
    return dy @ b.T, a.T @ dy


def _one_hot(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    return TensorType((attrs["classes"], *types[0].shape))


def _evaluate_one_hot(attrs: Attrs, labels: Any) -> Any:
    import numpy

    return numpy.eye(attrs["classes"])[:, labels.astype(int)]


register(
    Op(
        "matmul",
        _matmul,
        lambda a, x, y: x @ y,
        _product_vjp,
        emit="{0}.dot({1}, out={out})",
        flops=_product_flops,
    )
)
register(
    Op(
        "one_hot",
        _one_hot,
        _evaluate_one_hot,
        emit="{bound}.take({0}, axis=1, out={out}, mode='clip')",
        bound=("eye{classes}", "np.eye({classes}, dtype=REAL)"),
    )
)
