"""The functions that definitions write their maths with, beside the operators of a value.

Importing this module brings in every family of operations.
"""

from __future__ import annotations

from specc.ir.builder import Operand, Sym
from specc.ops import elementwise, layout, leaves, linalg, random, reduce, stable
from specc.shapes import Shape, size

FAMILIES = (elementwise, layout, leaves, linalg, random, reduce, stable)


def _with(x: Sym, op: str, *others: Operand, **attrs: object) -> Sym:
    return x.builder.apply(op, x, *others, **attrs)


def exp(x: Sym) -> Sym:
    """e to the x."""
    return _with(x, "exp")


def log(x: Sym) -> Sym:
    """Natural logarithm."""
    return _with(x, "log")


def sqrt(x: Sym) -> Sym:
    """Square root."""
    return _with(x, "sqrt")


def square(x: Sym) -> Sym:
    """x times x."""
    return _with(x, "square")


def tanh(x: Sym) -> Sym:
    """Hyperbolic tangent."""
    return _with(x, "tanh")


def cos(x: Sym) -> Sym:
    """Cosine."""
    return _with(x, "cos")


def floor(x: Sym) -> Sym:
    """The largest whole number that is not above x."""
    return _with(x, "floor")


def absolute(x: Sym) -> Sym:
    """|x|; the slope at 0 is 0."""
    return _with(x, "absolute")


def maximum(x: Sym, y: Operand) -> Sym:
    """The larger of two; at a tie the slope goes to the second."""
    return _with(x, "maximum", y)


def minimum(x: Sym, y: Operand) -> Sym:
    """The smaller of two; at a tie the slope goes to the second."""
    return _with(x, "minimum", y)


def negative_part(x: Sym) -> Sym:
    """min(0, x); the slope at 0 is 1, so that with `relu` the two parts make up x everywhere."""
    return x.builder.apply("minimum", 0, x)


def relu(x: Sym) -> Sym:
    """max(x, 0); the slope at 0 is 0."""
    return _with(x, "relu")


def sigmoid(x: Sym) -> Sym:
    """1 / (1 + e^-x)."""
    return _with(x, "sigmoid")


def softplus(x: Sym) -> Sym:
    """log(1 + e^x), without overflow."""
    return _with(x, "logaddexp", 0)


def softmax(x: Sym) -> Sym:
    """Probabilities over the classes along axis 0."""
    return _with(x, "softmax")


def softmax_cross_entropy(z: Sym, t: Sym) -> Sym:
    """Per example, -sum_k t_k log softmax(z)_k, from the logits."""
    return _with(z, "softmax_cross_entropy", t)


def sigmoid_cross_entropy(z: Sym, t: Sym) -> Sym:
    """Per example, -t log s(z) - (1 - t) log(1 - s(z)), from the logits."""
    return _with(z, "sigmoid_cross_entropy", t)


def one_hot(labels: Sym, classes: int) -> Sym:
    """A column per label with a single 1."""
    return _with(labels, "one_hot", classes=classes)


def argmax(x: Sym) -> Sym:
    """The most probable class of each example."""
    return _with(x, "argmax")


def equal(x: Sym, y: Operand) -> Sym:
    """Where two are the same."""
    return _with(x, "equal", y)


def concat(*parts: Sym) -> Sym:
    """One below the other: features of several values as one."""
    return parts[0].builder.apply("concat", *parts)


def reshape(x: Sym, shape: Shape) -> Sym:
    """The same values in other axes, in C order over those before the examples."""
    if x.shape == shape:
        return x
    if len(x.shape) == 4:
        x = _with(x, "flat", shape=(size(x.shape[:-1]), x.shape[-1]), of=x.shape)
    if len(shape) == 4:
        return _with(x, "image", shape=shape)
    return x if x.shape == shape else _with(x, "reshape", shape=shape)


def sum_features(x: Sym) -> Sym:
    """The sum over axis 0, per example."""
    return x if x.shape[0] == 1 else _with(x, "sum", axis=0)


def total(x: Sym) -> Sym:
    """The sum of all elements, a number."""
    return _with(x, "total")


def sum_of_squares(x: Sym) -> Sym:
    """The sum of all squared elements, a number."""
    return _with(x, "inner", x)


def uniform(step: Sym, shape: Shape, purpose: int) -> Sym:
    """Numbers in [0, 1), new ones at each step."""
    return _with(step, "uniform", shape=shape, purpose=purpose)
