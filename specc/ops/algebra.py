"""The functions that definitions write their maths with, beside the operators of a value.

Importing this module brings in every family of operations.
"""

from __future__ import annotations

from specc.ir.builder import Operand, Sym
from specc.ops import (
    convolution,
    elementwise,
    images,
    layout,
    leaves,
    linalg,
    moments,
    norms,
    pooling,
    random,
    recurrent,
    reduce,
    robust,
    sequence,
    stable,
)
from specc.ops.convolution import Pads, Pair
from specc.shapes import Shape, size
from specc.shapes import times as _times

FAMILIES = (
    *(elementwise, layout, leaves, linalg, moments, norms, random, recurrent, reduce, robust),
    *(sequence, stable, images, convolution, pooling),
)
"""Imported, so that the table of operations is full."""


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


def sign(x: Sym) -> Sym:
    """1, -1, or 0 at 0; it has no slope."""
    return _with(x, "sign")


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


def huber(e: Sym, delta: Operand) -> Sym:
    """e^2 / 2 where |e| <= delta, delta (|e| - delta/2) outside."""
    return _with(e, "huber", delta)


def weigh(shares: Sym, weights: tuple[float, ...]) -> Sym:
    """Per example, the sum of the weights of the classes times their shares (k, m)."""
    return _with(shares, "weigh", weights=weights)


def batch_mean(x: Sym) -> Sym:
    """The mean of each feature (n, 1) over the examples, and over places or steps."""
    return _with(x, "batch_mean")


def batch_variance(x: Sym) -> Sym:
    """The variance of each feature (n, 1), likewise: the mean of the squares, not the estimate
    for a larger set.
    """
    return _with(x, "batch_variance")


def batch_norm(x: Sym, gamma: Sym, beta: Sym, eps: Operand) -> Sym:
    """gamma (x - mean) / sqrt(variance + eps) + beta, mean and variance of each feature."""
    return _with(x, "batch_norm", gamma, beta, eps, axes=norms.batch_axes(x.shape))


def layer_norm(x: Sym, gamma: Sym, beta: Sym, eps: Operand) -> Sym:
    """gamma (x - mean) / sqrt(variance + eps) + beta, mean and variance of each example."""
    return _with(x, "layer_norm", gamma, beta, eps, axes=norms.feature_axes(x.shape))


def per_feature(column: Sym, like: Sym) -> Sym:
    """A column (n, 1) in a shape that stretches over `like`, whose last axis before the examples
    has n.
    """
    if len(like.shape) == 2:
        return column
    return _with(column, "reshape", shape=(*(1,) * (len(like.shape) - 2), *column.shape))


def one_hot(labels: Sym, classes: int) -> Sym:
    """A column per label with a single 1."""
    return _with(labels, "one_hot", classes=classes)


def argmax(x: Sym) -> Sym:
    """The most probable class of each example."""
    return _with(x, "argmax")


def equal(x: Sym, y: Operand) -> Sym:
    """Where two are the same."""
    return _with(x, "equal", y)


def where(condition: Sym, yes: Operand, no: Operand) -> Sym:
    """One of two numbers; for numbers of the host alone."""
    return _with(condition, "where", yes, no)


def each_step(W: Sym, x: Sym) -> Sym:
    """W (k, n) times every step of x (steps, n, m)."""
    return _with(W, "steps_product", x)


def each_column(b: Sym, like: Sym) -> Sym:
    """A column (k, 1) for every step and example of `like` (steps, k, m)."""
    k, m = like.shape[1:]
    return reshape(_with(b, "expand", shape=(k, m)), (1, k, m))


def last(x: Sym) -> Sym:
    """The last step (n, m) of (steps, n, m)."""
    return _with(x, "last")


def rnn(z: Sym, U: Sym, activation: str) -> Sym:
    """The states of a plain recurrent layer from W X + b (steps, n, m), with `tanh` or `relu`."""
    return _with(z, "rnn", U, bend={"tanh": "np.tanh", "relu": "rectify"}[activation])


def lstm(z: Sym, U: Sym) -> Sym:
    """The states of an LSTM from W X + b (steps, 4 n, m), gates i, f, o, g."""
    return _with(z, "lstm", U)


def gru(z: Sym, U: Sym) -> Sym:
    """The states of gated recurrent units from W X + b (steps, 3 n, m), gates r, z, g."""
    return _with(z, "gru", U)


def embed(W: Sym, x: Sym) -> Sym:
    """The columns of W (n, vocabulary) that the whole numbers x (steps, m) stand for."""
    return _with(W, "embed", _with(x, "tokens", vocabulary=W.shape[1]))


def concat(*parts: Sym) -> Sym:
    """One below the other: features as one, of every step of sequences, channels of images."""
    join = {3: "join_bands", 4: "join_channels"}.get(len(parts[0].shape), "concat")
    return parts[0].builder.apply(join, *parts)


def conv(x: Sym, W: Sym, stride: Pair, pad: Pads, dilation: Pair, groups: int) -> Sym:
    """The sums of windows of images, weighted by W (height, width, channels / groups, units)."""
    return _with(x, "conv", W, stride=stride, pad=pad, dilation=dilation, groups=groups)


def maxpool(x: Sym, size: Pair, stride: Pair, pad: Pads) -> Sym:
    """The largest value of each window of each channel; the first of equal ones has the slope."""
    return _with(x, "maxpool", size=size, stride=stride, pad=pad, why="")


def sumpool(x: Sym, size: Pair, stride: Pair, pad: Pads) -> Sym:
    """The sum of each window of each channel."""
    return _with(x, "sumpool", size=size, stride=stride, pad=pad)


def upsample(x: Sym, times: Pair) -> Sym:
    """Every pixel as a block of equal pixels."""
    height, width, *rest = x.shape
    shape = (_times(height, times[0]), _times(width, times[1]), *rest)
    return _with(x, "unsumpool", size=times, stride=times, pad=((0, 0), (0, 0)), shape=shape)


def sum_image(x: Sym) -> Sym:
    """The sum of each channel: (1, 1, channels, m)."""
    return _with(_with(x, "sum", axis=0), "sum", axis=1)


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


def kept(keep: Sym, shape: Shape, seed: int, before: int) -> Sym:
    """Truth values, each true with probability `keep`, the same at every step: drawn from NumPy's
    legacy stream of `seed` behind `before` rows of m numbers."""
    return _with(keep, "kept", shape=shape, stream=seed, before=before)


def uniform(step: Sym, shape: Shape, purpose: int) -> Sym:
    """Numbers in [0, 1), new ones at each step."""
    if len(shape) != 4:
        return _with(step, "uniform", shape=shape, purpose=purpose)
    height, width, channels, m = shape
    drawn = _with(step, "uniform", shape=(size(shape[:-1]), m), purpose=purpose)
    return _with(drawn, "arranged", shape=shape, lies=(height, channels, width, m))
