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


def _weigh(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    (shares,) = types
    if shares.shape[0] != len(attrs["weights"]):
        raise ShapeError(f"{len(attrs['weights'])} weights do not fit {show(shares.shape)}")
    return TensorType((1, *shares.shape[1:]))


def _evaluate_weigh(attrs: Attrs, shares: Any) -> Any:
    import numpy

    return numpy.array([attrs["weights"]]) @ shares


def _evaluate_orthogonal(attrs: Attrs, draws: Any) -> Any:
    from specc.ops.kernels import orthogonal

    made: Any = orthogonal.orthogonal  # its text stands in modules, without types
    return made(draws)


register(
    Op(
        "orthogonal",
        lambda t, a: t[0],
        _evaluate_orthogonal,
        emit="orthogonal({0})",
        kernel="orthogonal",
    )
)
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
        "weigh",
        _weigh,
        _evaluate_weigh,
        emit="{bound}.dot({0}, out={out})",
        bound=("class_weights", "np.array([{weights}], REAL)"),
        flops=lambda ins, out: times(2, size(ins[0].shape)),
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
