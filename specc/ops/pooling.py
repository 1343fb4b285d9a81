"""Pooling of images, and its gradients.

Windows (height, width, channels, m) -> (places down, places across, channels, m). Where a window
reaches over the edge, what would be outside takes no part: neither in a maximum nor in a sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from specc.ir.builder import Sym
from specc.ir.op import Attrs, Op, ShapeError, register
from specc.ops.convolution import extent, places
from specc.shapes import TensorType, show, size, times, value

Index = tuple[slice, slice]


def _pooled(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    (x,) = types
    if len(x.shape) != 4:
        raise ShapeError(f"{show(x.shape)} is no image")
    found = [
        extent(cast(int, n), k, s, p, 1)
        for n, k, s, p in zip(
            x.shape[:2], attrs["size"], attrs["stride"], attrs["pad"], strict=True
        )
    ]
    if min(found) < 1:
        raise ShapeError(f"windows of {show(attrs['size'])} do not fit into {show(x.shape[:2])}")
    return TensorType((*found, *x.shape[2:]), x.kind)


def _windows(attrs: Attrs, x: Any, out: Any) -> Iterator[tuple[Index, Index]]:
    """Per place of a window: where it is in x, and the windows that have it, row by row."""
    for i in range(attrs["size"][0]):
        for j in range(attrs["size"][1]):
            both = []
            for axis, k in ((0, i), (1, j)):
                stride, before = attrs["stride"][axis], attrs["pad"][axis][0]
                seen = [o for o in range(out[axis]) if 0 <= o * stride + k - before < x[axis]] or [
                    0,
                    -1,
                ]
                there = slice(
                    seen[0] * stride + k - before,
                    max(0, seen[-1] * stride + k - before + 1),
                    stride,
                )
                both.append((there, slice(seen[0], seen[-1] + 1)))
            yield (both[0][0], both[1][0]), (both[0][1], both[1][1])


def _evaluate(start: float, name: str) -> Callable[..., Any]:
    def evaluate(attrs: Attrs, x: Any) -> Any:
        import numpy

        found = cast("tuple[int, ...]", _pooled((TensorType(x.shape),), attrs).shape)
        y = numpy.full(found, start)
        for there, seen in _windows(attrs, x.shape, found):
            y[seen] = getattr(numpy, name)(y[seen], x[there])
        return y

    return evaluate


def _evaluate_unpool(attrs: Attrs, x: Any, y: Any, dy: Any) -> Any:
    import numpy

    dx, left = numpy.zeros(x.shape), dy + numpy.zeros(y.shape)
    for there, seen in _windows(attrs, x.shape, y.shape):
        share = left[seen] * (x[there] == y[seen])
        left[seen] -= share
        dx[there] += share
    return dx


def first_largest(attrs: Mapping[str, Any], x: Any, at: Any) -> Any:
    """Of each window of x the place that has the first of the largest values of `at`."""
    import numpy

    largest = _evaluate(float("-inf"), "maximum")(dict(attrs), at)
    y, free = numpy.zeros(largest.shape), numpy.ones(largest.shape, bool)
    for there, seen in _windows(dict(attrs), at.shape, largest.shape):
        here = free[seen] & (at[there] == largest[seen])
        y[seen] += x[there] * here
        free[seen] &= ~here
    return y


def _evaluate_spread(attrs: Attrs, dy: Any) -> Any:
    import numpy

    shape = tuple(value(d, attrs["sizes"]) for d in attrs["shape"][:3])
    dx = numpy.zeros((*shape, dy.shape[3]))
    for there, seen in _windows(attrs, dx.shape, dy.shape):
        dx[there] += dy[seen]
    return dx


def _same(node: Sym) -> Attrs:
    return {k: node.node[k] for k in ("size", "stride", "pad")}


def _maximum_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    return (y.builder.apply("unmaxpool", y.inputs[0], y, dy, **_same(y)),)


def _sum_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    return (y.builder.apply("unsumpool", dy, shape=y.inputs[0].shape, **_same(y)),)


def _spread_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    return (y.builder.apply("sumpool", dy, **_same(y)),)


def _rule(types: tuple[TensorType, ...], out: TensorType, attrs: Attrs) -> str:
    said = dict.fromkeys(
        places(cast(int, n), k, s, p, 1)
        for n, k, s, p in zip(
            types[0].shape[:2], attrs["size"], attrs["stride"], attrs["pad"], strict=True
        )
    )
    return f"{' and '.join(said)}, each channel alone"


def _spread_rule(types: tuple[TensorType, ...], out: TensorType, attrs: Attrs) -> str:
    pairs = zip(types[0].shape[:2], attrs["size"], out.shape[:2], strict=True)
    return " and ".join(dict.fromkeys(f"{n} * {k} = {made}" for n, k, made in pairs))


def _needed(types: tuple[TensorType, ...], out: TensorType, attrs: Attrs, m: int) -> int:
    """What is left of dy, a mask, and a share of dy where windows overlap or leave gaps."""
    x, y = types[0].shape, types[1].shape
    exact = all(n == times(k, o) for n, k, o in zip(x[:2], attrs["size"], y[:2], strict=True))
    beside = attrs["size"] == attrs["stride"] and attrs["pad"] == ((0, 0), (0, 0))
    return (2 if exact and beside else 3) * value(size(y), {"m": m})


def _places(types: tuple[TensorType, ...], out: TensorType, attrs: Attrs) -> int:
    """The places of a window, each of which is a call."""
    return int(attrs["size"][0] * attrs["size"][1])


WINDOW = "{size}, {stride}, {pad}"
KERNEL = "windows pooling"

register(
    Op(
        "maxpool",
        _pooled,
        _evaluate(float("-inf"), "maximum"),
        _maximum_vjp,
        emit="{bound}()  # {out}{why}",
        bound=("pool", "pooling(np.maximum, {0}, {out}, " + WINDOW + ")"),
        kernel=KERNEL,
        calls=_places,
        flops=lambda t, out: size(t[0].shape),
        rule=_rule,
    )
)
register(
    # Of equal values the first one takes the gradient, row by row.
    Op(
        "unmaxpool",
        lambda t, a: t[0],
        _evaluate_unpool,
        emit="{bound}()  # {out}",
        bound=("unpool", "unpooling({0}, {1}, {2}, {out}, {scratch}, " + WINDOW + ")"),
        kernel=KERNEL,
        scratch=_needed,
        calls=lambda t, out, a: 3 * _places(t, out, a) + 1,
        flops=lambda t, out: times(3, size(t[0].shape)),
    )
)
register(
    Op(
        "sumpool",
        _pooled,
        _evaluate(0.0, "add"),
        _sum_vjp,
        emit="{bound}()  # {out}",
        bound=("pool", "pooling(np.add, {0}, {out}, " + WINDOW + ")"),
        kernel=KERNEL,
        calls=_places,
        flops=lambda t, out: size(t[0].shape),
        rule=_rule,
    )
)
register(
    Op(
        "unsumpool",
        lambda t, a: TensorType(a["shape"]),
        _evaluate_spread,
        _spread_vjp,
        emit="{bound}()  # {out}",
        bound=("spread", "spreading({0}, {out}, " + WINDOW + ")"),
        kernel=KERNEL,
        calls=_places,
        flops=lambda t, out: size(out.shape),
        rule=_spread_rule,
    )
)
