"""Composites that keep their own gradient, because the one of their parts overflows or loses
digits.

Each is taken apart (`lower`) only after the gradients exist; what its value and its gradient have
in common is then one node.
"""

from __future__ import annotations

from typing import Any

from specc.ir.builder import Sym
from specc.ir.op import Attrs, Op, ShapeError, register
from specc.shapes import TensorType, show, size, times


def _same(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    return types[0]


def _columns(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    if len(types[0].shape) != 2:
        raise ShapeError(f"{show(types[0].shape)} has no classes along axis 0")
    return types[0]


def _per_example(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    z, t = types
    if z.shape != t.shape:
        raise ShapeError(f"the output is {show(z.shape)}, the target {show(t.shape)}")
    return TensorType((1, z.shape[1]))


def _shifted(z: Sym) -> tuple[Sym, Sym, Sym]:
    """Logits minus their largest, exponentials and the sum of those: exp never overflows."""
    b = z.builder
    shifted = z - b.apply("max_rows", z, axis=0)
    exponentials = b.apply("exp", shifted)
    return shifted, exponentials, b.apply("sum_rows", exponentials, axis=0)


def _evaluate_softmax(attrs: Attrs, z: Any) -> Any:
    import numpy

    e = numpy.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def _lower_softmax(y: Sym) -> Sym:
    _, e, total = _shifted(y.inputs[0])
    return e / total


def _softmax_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    return (y * (dy - y.builder.apply("sum", dy * y, axis=0)),)


def _evaluate_cross_entropy(attrs: Attrs, z: Any, t: Any) -> Any:
    import numpy

    s = z - z.max(axis=0, keepdims=True)
    return numpy.log(numpy.exp(s).sum(axis=0, keepdims=True)) - (s * t).sum(axis=0, keepdims=True)


def _lower_cross_entropy(y: Sym) -> Sym:
    z, t = y.inputs
    shifted, _, total = _shifted(z)
    return y.builder.apply("log", total) - y.builder.apply("sum_rows", shifted * t, axis=0)


def _activation_of(z: Sym, activation: Sym) -> Sym:
    """The activation under the name that goes with its logits: A3 for Z3."""
    name = z.node.name
    return activation.named("A" + name[1:] if name.startswith("Z") else "A")


def _cross_entropy_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    z, t = y.inputs
    return ((_activation_of(z, y.builder.apply("softmax", z)) - t) * dy, None)


def _evaluate_sigmoid(attrs: Attrs, z: Any) -> Any:
    import numpy

    return numpy.exp(-numpy.logaddexp(0, -z))


def _lower_sigmoid(y: Sym) -> Sym:
    """1/2 + tanh(z/2)/2: cannot overflow, and tanh is a fast kernel where logaddexp is not."""
    return y.builder.apply("tanh", y.inputs[0] * 0.5) * 0.5 + 0.5


def _evaluate_binary(attrs: Attrs, z: Any, t: Any) -> Any:
    import numpy

    return (numpy.logaddexp(0, z) - t * z).sum(axis=0, keepdims=True)


def _softplus(z: Sym) -> Sym:
    return z.builder.apply("logaddexp", z, 0)


def _lower_binary(y: Sym) -> Sym:
    z, t = y.inputs
    each = _softplus(z) - t * z
    return each if z.shape[0] == 1 else y.builder.apply("sum_rows", each, axis=0)


def _binary_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    """The sigmoid as exp(z - log(1 + e^z)): exact in both tails, and the logarithm is there
    already.
    """
    z, t = y.inputs
    probability = _activation_of(z, y.builder.apply("exp", z - _softplus(z)))
    return ((probability - t) * dy, None)


def _lower_relu(y: Sym) -> Sym:
    """Against zeros of the same shape: 2-4 times faster than against a scalar."""
    (x,) = y.inputs
    zeros = y.builder.apply("filled", shape=x.shape, value=0.0).named("zero")
    return y.builder.apply("maximum", x, zeros)


def _evaluate_relu(attrs: Attrs, x: Any) -> Any:
    import numpy

    return numpy.maximum(x, 0)


register(
    Op(
        "softmax",
        _columns,
        _evaluate_softmax,
        _softmax_vjp,
        _lower_softmax,
        flops=lambda ins, out: times(14, size(out.shape)),
    )
)
register(
    Op(
        "softmax_cross_entropy",
        _per_example,
        _evaluate_cross_entropy,
        _cross_entropy_vjp,
        _lower_cross_entropy,
        flops=lambda ins, out: times(14, size(ins[0].shape)),
    )
)
register(
    Op(
        "sigmoid",
        _same,
        _evaluate_sigmoid,
        lambda y, dy: (dy * (y * (1 - y)),),
        _lower_sigmoid,
        flops=13,
        elementwise=True,
    )
)
register(
    Op(
        "sigmoid_cross_entropy",
        _per_example,
        _evaluate_binary,
        _binary_vjp,
        _lower_binary,
        flops=lambda ins, out: times(23, size(ins[0].shape)),
    )
)
register(
    Op(
        "relu",
        _same,
        _evaluate_relu,
        # From the result, not the operand: the result is kept for the next layer anyway.
        lambda y, dy: (dy * (y > 0),),
        _lower_relu,
        flops=1,
        elementwise=True,
    )
)
