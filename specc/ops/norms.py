"""Normalisation over the examples of a batch and over the features of an example.

Both take a mean out, divide by a deviation, and scale and shift what is left:

    y = gamma (x - mean) / sqrt(variance + eps) + beta

Composites with gradients written by hand: those of their parts would walk back through the mean,
the variance and the root, with a pass over the array for each. What value and gradient have in
common is one node once they are taken apart.

The features of an array are its last axis before the examples: rows (n, m), steps of a sequence
(steps, n, m), channels of an image (height, width, n, m).

Source      Ioffe, Szegedy 2015, arXiv:1502.03167, algorithm 1 and section 3; Ba, Kiros, Hinton
            2016, arXiv:1607.06450, equation 4
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specc.ir.builder import Sym
from specc.ir.op import Attrs, Op, ShapeError, register
from specc.ops.moments import LETTERS, Moments, Sums, moments, sums_over
from specc.shapes import Shape, TensorType, show, size, times


def _named(v: Sym, name: str, x: Sym) -> Sym:
    """Named like what arrives: `scale2` where that is `Z2`."""
    return v.named(name + x.node.name[1:]) if x.node.name else v


def _fitting(v: Sym, shape: Shape) -> Sym:
    """The same numbers in a shape that stretches over an array of that many axes, or back."""
    return v if v.shape == shape else v.builder.apply("reshape", v, shape=shape)


def _deviation(x: Sym, found: Moments, eps: Sym) -> Sym:
    return _named(x.builder.apply("sqrt", found.variance + eps), "deviation", x)


def _scale(x: Sym, gamma: Sym, deviation: Sym) -> Sym:
    return _named(_fitting(gamma, _per_feature(x)) / deviation, "scale", x)


def _per_feature(x: Sym) -> Shape:
    return (*(1,) * (len(x.shape) - 2), x.shape[-2], 1)


# Over the batch


def _over_batch(x: Sym) -> Sums:
    return sums_over(x, "n")


def _column(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    if len(types[0].shape) not in LETTERS:
        raise ShapeError(f"{show(types[0].shape)} has no features")
    return TensorType((types[0].shape[-2], 1))


def _normalised(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    x, gamma, beta = types[:3]
    column = _column((x,), attrs)
    if gamma != column or beta != column:
        raise ShapeError(f"gamma is {show(gamma.shape)} for features {show(column.shape)}")
    return x


def batch_axes(x: Shape) -> tuple[int, ...]:
    """The axes over which a feature has its values: all but that of the features."""
    return tuple(i for i in range(len(x)) if i != len(x) - 2)


def _evaluate_mean(attrs: Attrs, x: Any) -> Any:
    return x.mean(axis=batch_axes(x.shape)).reshape(-1, 1)


def _evaluate_variance(attrs: Attrs, x: Any) -> Any:
    return x.var(axis=batch_axes(x.shape)).reshape(-1, 1)


def _evaluate_norm(attrs: Attrs, x: Any, gamma: Any, beta: Any, eps: Any) -> Any:
    import numpy

    axes = attrs["axes"]
    left = x - x.mean(axis=axes, keepdims=True)
    return left / numpy.sqrt(x.var(axis=axes, keepdims=True) + eps) * gamma + beta


def _lower_mean(y: Sym) -> Sym:
    (x,) = y.inputs
    found = moments(x, _over_batch(x))
    return _fitting(found.near + found.rest, y.shape)


def _lower_variance(y: Sym) -> Sym:
    (x,) = y.inputs
    return _fitting(moments(x, _over_batch(x)).variance, y.shape)


def _lower_batch_norm(y: Sym) -> Sym:
    x, gamma, beta, eps = y.inputs
    found = moments(x, _over_batch(x))
    scale = _scale(x, gamma, _deviation(x, found, eps))
    shift = _fitting(beta, _per_feature(x)) - found.rest * scale
    return found.left * scale + _named(shift, "shift", x)


def _batch_norm_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    """dx = scale (dy - mean(dy) - xn mean(dy xn)), written with what the forward pass keeps."""
    x, gamma, beta, eps = y.inputs
    way = _over_batch(x)
    found = moments(x, way)
    deviation = _deviation(x, found, eps)
    scale = _scale(x, gamma, deviation)
    dbeta = way.total(dy)
    dgamma = (way.dot(dy, found.left) - dbeta * found.rest) / deviation
    along = scale * dgamma / deviation * found.share
    dx = dy * scale - found.left * along + (along * found.rest - scale * dbeta * found.share)
    return dx, _fitting(dgamma, gamma.shape), _fitting(dbeta, beta.shape), None


# Over the features


def _over_features(x: Sym) -> Sums:
    """Of a sequence each step by itself; of an image all of it."""
    return sums_over(x, "sm" if len(x.shape) == 3 else "m")


def layer_norm_shape(x: Shape) -> Shape:
    """The shape of gamma and beta: a number for each feature, or each value of an image."""
    return (*x[:-1], 1) if len(x) == 4 else (x[-2], 1)


def feature_axes(x: Shape) -> tuple[int, ...]:
    """The axes that are normalised together: of an image all but that of the examples."""
    return (len(x) - 2,) if len(x) < 4 else (0, 1, 2)


def _standardised(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    x, gamma, beta = types[:3]
    if len(x.shape) not in LETTERS:
        raise ShapeError(f"{show(x.shape)} has no features")
    wanted = TensorType(layer_norm_shape(x.shape))
    if gamma != wanted or beta != wanted:
        raise ShapeError(f"gamma is {show(gamma.shape)} for values {show(wanted.shape)}")
    return x


def _standard(x: Sym, eps: Sym) -> tuple[Sym, Sym]:
    """The array with mean 0 and variance 1 per example, and the deviation that it had."""
    found = moments(x, _over_features(x))
    deviation = _deviation(x, found, eps)
    return found.left * (1 / deviation) - found.rest / deviation, deviation


def _lower_layer_norm(y: Sym) -> Sym:
    x, gamma, beta, eps = y.inputs
    shape = gamma.shape if len(x.shape) == 4 else _per_feature(x)
    return _standard(x, eps)[0] * _fitting(gamma, shape) + _fitting(beta, shape)


def _layer_norm_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    """dx = (g - mean(g) - xn mean(g xn)) / deviation with g = gamma dy, per example."""
    x, gamma, beta, eps = y.inputs
    way = _over_features(x)
    shape = gamma.shape if len(x.shape) == 4 else _per_feature(x)
    across = sums_over(x, "hwn" if len(x.shape) == 4 else "n")
    normal, deviation = _standard(x, eps)
    share = 1 / y.builder.extent(way.count)
    g = dy * _fitting(gamma, shape)
    along = way.dot(g, normal) * share
    dx = (g - normal * along - way.total(g) * share) * (1 / deviation)
    dgamma, dbeta = across.dot(dy, normal), across.total(dy)
    return dx, _fitting(dgamma, gamma.shape), _fitting(dbeta, beta.shape), None


def _rule(what: str) -> Callable[[tuple[TensorType, ...], TensorType, Attrs], str]:
    return lambda types, out, attrs: what


register(
    Op(
        "batch_mean",
        _column,
        _evaluate_mean,
        lower=_lower_mean,
        flops=lambda ins, out: size(ins[0].shape),
        rule=_rule("the mean of each feature over the batch"),
    )
)
register(
    Op(
        "batch_variance",
        _column,
        _evaluate_variance,
        lower=_lower_variance,
        flops=lambda ins, out: times(3, size(ins[0].shape)),
        rule=_rule("the variance of each feature over the batch"),
    )
)
register(
    Op(
        "batch_norm",
        _normalised,
        _evaluate_norm,
        _batch_norm_vjp,
        _lower_batch_norm,
        flops=7,
        rule=_rule("as what arrives, every feature normalised over the batch"),
    )
)
register(
    Op(
        "layer_norm",
        _standardised,
        _evaluate_norm,
        _layer_norm_vjp,
        _lower_layer_norm,
        flops=8,
        rule=_rule("as what arrives, every example normalised over its features"),
    )
)
