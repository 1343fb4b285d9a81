"""Images in other arrangements: channels joined and taken apart, features that lie as images do.

Images (height, width, channels, m) lie in memory as (height, channels, width, m).
"""

from __future__ import annotations

from typing import Any

from specc.ir.builder import Sym
from specc.ir.op import Attrs, Op, ShapeError, register
from specc.ops.layout import split_vjp
from specc.shapes import Dim, TensorType, plus, show, size, value


def _joined(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    height, width, _, m = types[0].shape
    channels: Dim = 0
    for t in types:
        if t.shape[:2] != (height, width):
            raise ShapeError(
                f"{show(types[0].shape)} and {show(t.shape)} differ in height or width"
            )
        channels = plus(channels, t.shape[2])
    return TensorType((height, width, channels, m))


def _join(attrs: Attrs, *parts: Any) -> Any:
    import numpy

    return numpy.concatenate(parts, axis=2)


def _taken(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    height, width, _, m = types[0].shape
    return TensorType((height, width, attrs["stop"] - attrs["start"], m), types[0].kind)


def _taken_vjp(y: Sym, dy: Sym) -> tuple[Sym | None, ...]:
    """The cotangent in its channels, 0 in the others."""
    (x,) = y.inputs
    parts: list[Sym] = []
    for start, stop in ((0, y.node["start"]), (y.node["stop"], x.shape[2])):
        if isinstance(stop, int) and stop > start:
            shape = (*x.shape[:2], stop - start, x.shape[3])
            parts.append(y.builder.apply("filled", shape=shape, value=0.0))
        if start == 0:
            parts.append(dy)
    return (y.builder.apply("join_channels", *parts) if len(parts) > 1 else dy,)


def _arranged(types: tuple[TensorType, ...], attrs: Attrs) -> TensorType:
    (x,) = types
    if size(x.shape) != size(attrs["shape"]):
        raise ShapeError(f"{show(x.shape)} cannot lie as {show(attrs['shape'])}")
    return TensorType(attrs["shape"], x.kind)


def _arrange(attrs: Attrs, x: Any) -> Any:
    height, width, channels, m = (value(d, attrs["sizes"]) for d in attrs["shape"])
    return x.reshape(height, channels, width, m).transpose(0, 2, 1, 3)


register(
    Op(
        "join_channels",
        _joined,
        _join,
        split_vjp("channels", axis=2),
        emit="np.concatenate({all}, axis=2, out={out})",
    )
)
register(
    Op(
        "channels",
        _taken,
        lambda a, x: x[:, :, a["start"] : a["stop"]],
        _taken_vjp,
        alias=True,
        emit="{0}[:, :, {start}:{stop}]",
    )
)
register(
    # Features whose order means nothing, random ones, as images: a view where `image` would copy.
    Op(
        "arranged",
        _arranged,
        _arrange,
        alias=True,
        emit="{0}.reshape({lies}).transpose(0, 2, 1, 3)",
    )
)
