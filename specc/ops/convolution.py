"""Convolutions of images, and their gradients: composites with kernels of their own.

Images are (height, width, channels, m), weights (kernel height, kernel width, channels / groups,
units). What is called convolution in this field is a correlation: the kernel is not flipped.

    Z[o, p, f] = sum_ijc W[i, j, c, f] X[o s + i d - top, p s + j d - left, c]

with stride s, dilation d and zeros around the image. Each group of units sees its own group of
channels alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, cast

from specc.ir.builder import Sym
from specc.ir.op import Attrs, Op, ShapeError, register
from specc.shapes import Dim, Shape, TensorType, show, size, times, value

Pair = tuple[int, int]
Pads = tuple[Pair, Pair]
"""Rows above and below, columns left and right."""

BAND = 1 << 19
"""Numbers of an unfolded band of rows that stay near the processor, 2 MiB in 32 bits."""


def extent(n: int, kernel: int, stride: int, pads: Pair, dilation: int) -> int:
    """The places of a window along an axis of n, zeros around it included."""
    return (n + sum(pads) - (kernel - 1) * dilation - 1) // stride + 1


def _sizes(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    x, W = types
    if len(x.shape) != 4 or len(W.shape) != 4:
        raise ShapeError(f"{show(x.shape)} and {show(W.shape)} are no image and kernel")
    *_, channels, units = cast("tuple[int, ...]", W.shape)
    groups = attrs["groups"]
    if x.shape[2] != channels * groups or units % groups:
        raise ShapeError(
            f"{x.shape[2]} channels cannot be read by {groups} groups of {channels}"
            if units % groups == 0
            else f"{units} units are no {groups} groups"
        )
    places = [
        extent(cast(int, x.shape[axis]), cast(int, W.shape[axis]), s, p, d)
        for axis, s, p, d in zip((0, 1), *_steps(attrs), strict=True)
    ]
    if min(places) < 1:
        raise ShapeError(f"a kernel of {show(W.shape[:2])} does not fit into {show(x.shape[:2])}")
    return TensorType((*places, units, x.shape[3]))


def _steps(attrs: Attrs) -> tuple[Pair, Pads, Pair]:
    return attrs["stride"], attrs["pad"], attrs["dilation"]


def _flops(weights: Shape, made: Shape) -> Dim:
    """Two for every weight of a unit at every place of it, whichever of the three is computed."""
    return times(2, times(size(weights[:3]), size(made)))


def _windows(
    attrs: Attrs, kernel: Pair, out: Pair
) -> Iterator[tuple[int, int, tuple[slice, slice]]]:
    """Every entry (i, j) of a kernel, and the places of the padded image that it meets."""
    (sh, sw), _, (dh, dw) = _steps(attrs)
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            rows = slice(i * dh, i * dh + (out[0] - 1) * sh + 1, sh)
            yield i, j, (rows, slice(j * dw, j * dw + (out[1] - 1) * sw + 1, sw))


def _padded(attrs: Attrs, x: Any) -> Any:
    import numpy

    return numpy.pad(x, (*attrs["pad"], (0, 0), (0, 0)))


def _grouped(attrs: Attrs, channels: int, units: int) -> Iterator[tuple[slice, slice]]:
    """The channels and units of each group."""
    groups = attrs["groups"]
    c, f = channels // groups, units // groups
    for g in range(groups):
        yield slice(g * c, g * c + c), slice(g * f, g * f + f)


def _evaluate(attrs: Attrs, x: Any, W: Any) -> Any:
    import numpy

    *kernel, _, units = W.shape
    (sh, sw), pads, (dh, dw) = _steps(attrs)
    out = (
        extent(x.shape[0], kernel[0], sh, pads[0], dh),
        extent(x.shape[1], kernel[1], sw, pads[1], dw),
    )
    Z = numpy.zeros((*out, units, x.shape[3]))
    padded = _padded(attrs, x)
    for c, f in _grouped(attrs, x.shape[2], units):
        for i, j, at in _windows(attrs, (kernel[0], kernel[1]), out):
            Z[:, :, f] += W[i, j, :, f].T @ padded[(*at, c)]
    return Z


def _evaluate_data(attrs: Attrs, dy: Any, W: Any) -> Any:
    import numpy

    shape = tuple(value(d, attrs["sizes"]) for d in attrs["shape"][:3])
    (top, _), (left, _) = attrs["pad"]
    padded = _padded(attrs, numpy.zeros((*shape, dy.shape[3])))
    for c, f in _grouped(attrs, shape[2], W.shape[3]):
        for i, j, at in _windows(attrs, W.shape[:2], dy.shape[:2]):
            padded[(*at, c)] += W[i, j, :, f] @ dy[:, :, f]
    return padded[top : top + shape[0], left : left + shape[1]]


def _evaluate_weights(attrs: Attrs, x: Any, dy: Any) -> Any:
    import numpy

    dW = numpy.zeros((*attrs["kernel"], x.shape[2] // attrs["groups"], dy.shape[2]))
    padded = _padded(attrs, x)
    for c, f in _grouped(attrs, x.shape[2], dy.shape[2]):
        for i, j, at in _windows(attrs, attrs["kernel"], dy.shape[:2]):
            both = (0, 1, 3)
            dW[i, j, :, f] = numpy.tensordot(padded[(*at, c)], dy[:, :, f], (both, both))
    return dW


def _vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    x, W = y.inputs
    common = {k: v for k, v in y.node.attrs if k in ("stride", "pad", "dilation", "groups")}
    kernel = W.shape[:2]
    return (
        y.builder.apply("conv_data", dy, W, shape=x.shape, **common),
        y.builder.apply("conv_weights", x, dy, kernel=kernel, **common),
    )


def _rule(types: tuple[TensorType, ...], out: TensorType, attrs: Attrs) -> str:
    """`(28 + 2 + 2 - 5) / 1 + 1 = 28` for both axes, once where they are equal."""
    x, W = types
    said = dict.fromkeys(
        places(cast(int, x.shape[a]), cast(int, W.shape[a]), s, p, d)
        for a, s, p, d in zip((0, 1), *_steps(attrs), strict=True)
    )
    return f"{' and '.join(said)}, {out.shape[2]} units"


def places(n: int, kernel: int, stride: int, pads: Pair, dilation: int) -> str:
    """The arithmetic behind `extent`, without what changes nothing."""
    before, after = pads
    around = f" + 2*{before}" if before == after and before else ""
    around = around or "".join(f" + {p}" for p in pads if p)
    wide = f"{kernel}" if dilation == 1 else f"({dilation}*({kernel} - 1) + 1)"
    found = extent(n, kernel, stride, pads, dilation)
    inside = f"{n}{around} - {wide}"
    if stride == 1:
        return f"{inside} + 1 = {found}"
    whole = (n + sum(pads) - (kernel - 1) * dilation - 1) % stride == 0
    return f"({inside}) {'/' if whole else '//'} {stride} + 1 = {found}"


# Working memory


def _rows(attrs: Attrs, kernel: Pair, outs: int) -> int:
    """Rows of the unfolded image behind `outs` rows of the result."""
    sh, dh = int(attrs["stride"][0]), int(attrs["dilation"][0])
    return -(-((outs - 1) * sh + (kernel[0] - 1) * dh + 1) // dh) * dh


def _unfolded(
    attrs: Attrs, kernel: Pair, out: tuple[int, ...], channels: int, m: int, extra: int = 0
) -> int:
    """Numbers of the unfolded image of a band: all rows of the result if those stay in the cache,
    else as many as do, but no fewer than would be unfolded twice. `extra` come with each row.
    """
    row = kernel[1] * channels * out[1] * m

    def numbers(rows: int) -> int:
        return _rows(attrs, kernel, rows) * row + rows * extra

    least = min(out[0], kernel[0])
    fitting = (rows for rows in range(out[0], least, -1) if numbers(rows) <= BAND)
    return numbers(next(fitting, least))


def _needed(types: tuple[TensorType, ...], out: TensorType, attrs: Attrs, m: int) -> int:
    x, W, z = _whole(*types, out)
    return _unfolded(attrs, (W[0], W[1]), z, x[2], m)


def _needed_data(types: tuple[TensorType, ...], out: TensorType, attrs: Attrs, m: int) -> int:
    dy, W, x = _whole(*types, out)
    if attrs["stride"] == (1, 1):
        if 4 * dy[1] > 3 * x[1]:
            return math.prod(W) + _unfolded(attrs, (W[0], W[1]), x, dy[2], m)
        parts = x[0] * W[1] * x[2] * dy[1] * m
        return math.prod(W) + parts + _unfolded(attrs, (W[0], 1), (x[0], dy[1]), dy[2], m)
    row = W[0] * W[1] * x[2] * dy[1] * m
    return max(1, min(dy[0], BAND // row)) * row


def _needed_weights(types: tuple[TensorType, ...], out: TensorType, attrs: Attrs, m: int) -> int:
    x, dy, W = _whole(*types, out)
    count = math.prod(W)
    return count + _unfolded(attrs, (W[0], W[1]), dy, x[2], m, count)


def _copies(width: Dim) -> int:
    """Calls that unfold a band of rows: one for each column of the kernel."""
    return cast(int, width)


def _data_calls(types: tuple[TensorType, ...], out: TensorType, attrs: Attrs) -> int:
    height, width = cast("Pair", types[1].shape[:2])
    return width + 2 if attrs["stride"] == (1, 1) else height * width + 2


def _whole(*types: TensorType) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(d for d in t.shape if isinstance(d, int)) for t in types)


ARGUMENTS = "{stride}, {pad}, {dilation}, {groups}"

register(
    Op(
        "conv",
        _sizes,
        _evaluate,
        _vjp,
        emit="{bound}()  # {out} = {1} * {0}",
        bound=("conv", "convolution({0}, {1}, {out}, {scratch}, " + ARGUMENTS + ")"),
        kernel="windows convolution",
        scratch=_needed,
        calls=lambda t, out, a: _copies(t[1].shape[1]) + 1,
        flops=lambda t, out: _flops(t[1].shape, out.shape),
        rule=_rule,
    )
)
register(
    Op(
        "conv_data",
        lambda t, a: TensorType(a["shape"]),
        _evaluate_data,
        emit="{bound}()  # {out}",
        bound=("conv_data", "convolution_data({0}, {1}, {out}, {scratch}, " + ARGUMENTS + ")"),
        kernel="windows convolution",
        scratch=_needed_data,
        calls=_data_calls,
        flops=lambda t, out: _flops(t[1].shape, t[0].shape),
    )
)
register(
    Op(
        "conv_weights",
        lambda t, a: TensorType((*a["kernel"], _per_group(t[0], a), t[1].shape[2])),
        _evaluate_weights,
        emit="{bound}()  # {out}",
        bound=(
            "conv_weights",
            "convolution_weights({0}, {1}, {out}, {scratch}, " + ARGUMENTS + ")",
        ),
        kernel="windows convolution",
        scratch=_needed_weights,
        calls=lambda t, out, a: _copies(a["kernel"][1]) + 4,
        flops=lambda t, out: _flops(out.shape, t[1].shape),
    )
)


def _per_group(x: TensorType, attrs: Attrs) -> int:
    return cast(int, x.shape[2]) // int(attrs["groups"])
