"""Operands for the operations on images: every stride, padding, dilation and number of groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specc.ops.convolution import extent
from specc.shapes import M, Shape

Raw = tuple[str, tuple[Shape, ...], dict[str, Any], tuple[int, ...]]
"""Operation, shapes of its operands, attributes, operands with a derivative."""

NONE = ((0, 0), (0, 0))
CONVOLUTIONS = (
    # image, kernel, units, groups, stride, pad, dilation
    ((5, 4, 2), (3, 3), 3, 1, (1, 1), NONE, (1, 1)),
    ((5, 4, 2), (3, 3), 3, 1, (1, 1), ((1, 1), (1, 1)), (1, 1)),
    ((6, 5, 2), (2, 3), 4, 2, (2, 1), ((0, 1), (1, 1)), (1, 1)),
    ((5, 6, 3), (1, 1), 2, 1, (1, 1), NONE, (1, 1)),
    ((5, 6, 3), (1, 1), 2, 1, (2, 3), NONE, (1, 1)),
    ((7, 6, 4), (3, 2), 4, 4, (1, 1), ((2, 2), (0, 1)), (2, 3)),
    ((7, 7, 2), (3, 3), 2, 1, (2, 2), ((2, 2), (2, 2)), (2, 2)),
    ((6, 6, 1), (2, 2), 2, 1, (3, 2), NONE, (3, 1)),
    ((3, 4, 2), (3, 4), 5, 1, (1, 1), NONE, (1, 1)),
    ((4, 4, 2), (2, 2), 2, 1, (1, 1), ((3, 3), (3, 3)), (1, 1)),
)
POOLS = (
    # image, size, stride, pad
    ((4, 6, 3), (2, 2), (2, 2), NONE),
    ((5, 7, 2), (2, 2), (2, 2), NONE),
    ((5, 5, 2), (3, 3), (2, 2), ((1, 1), (1, 1))),
    ((5, 6, 1), (3, 2), (1, 1), NONE),
    ((4, 5, 2), (2, 2), (3, 3), ((0, 1), (1, 0))),
    ((3, 4, 2), (3, 4), (3, 4), NONE),
)


def convolutions() -> Iterator[Raw]:
    """A convolution and its two gradients."""
    for (h, w, c), kernel, units, groups, stride, pad, dilation in CONVOLUTIONS:
        places = [
            extent(n, k, s, p, d)
            for n, k, s, p, d in zip((h, w), kernel, stride, pad, dilation, strict=True)
        ]
        image, weights, out = (h, w, c, M), (*kernel, c // groups, units), (*places, units, M)
        attrs = {"stride": stride, "pad": pad, "dilation": dilation, "groups": groups}
        yield "conv", (image, weights), attrs, (0, 1)
        yield "conv_data", (out, weights), attrs | {"shape": image}, ()
        yield "conv_weights", (image, out), attrs | {"kernel": kernel}, ()


def pools() -> Iterator[Raw]:
    """Pools and their gradients."""
    for image, size, stride, pad in POOLS:
        places = [
            extent(n, k, s, p, 1) for n, k, s, p in zip(image[:2], size, stride, pad, strict=True)
        ]
        x, y = (*image, M), (*places, image[2], M)
        attrs = {"size": size, "stride": stride, "pad": pad}
        yield "maxpool", (x,), attrs | {"why": ""}, (0,)
        yield "unmaxpool", (x, y, y), attrs, ()
        yield "sumpool", (x,), attrs, (0,)
        yield "unsumpool", (y,), attrs | {"shape": x}, (0,)


def arrangements() -> Iterator[Raw]:
    """Channels joined and taken apart."""
    x, one = (2, 3, 4, M), (2, 3, 1, M)
    yield "join_channels", (x, one), {}, (0, 1)
    yield "join_channels", (one, x, one), {}, (0, 1, 2)
    for start, stop in ((0, 1), (1, 3), (2, 4), (0, 4)):
        yield "channels", (x,), {"start": start, "stop": stop}, (0,)
    yield "arranged", ((24, M),), {"shape": x, "lies": (2, 4, 3, M)}, ()


def raw_cases() -> Iterator[Raw]:
    """Everything."""
    yield from convolutions()
    yield from pools()
    yield from arrangements()


IMAGES = {op for op, *_ in raw_cases()}
