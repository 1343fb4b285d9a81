"""Windows that move over images: their arguments, checked once for `conv` and the pools."""

from __future__ import annotations

from typing import cast

from specc.library.words import Place
from specc.ops.convolution import Pads, Pair, extent, places
from specc.shapes import Shape

Pad = int | str


def pair(at: Place, argument: str, values: tuple[int, ...]) -> Pair:
    """One number for height and width, or one for each."""
    at.require(
        len(values) <= 2,
        argument,
        f"an image has a height and a width, and `{argument}` gives {len(values)} numbers",
        f"{len(values)} numbers",
        "one number for both, or two as `(height, width)`",
    )
    return values[0], values[-1]


def around(pad: Pad, x: Shape, size: Pair, stride: Pair, dilation: Pair = (1, 1)) -> Pads:
    """Rows and columns around an image. With `same` there is a place for every stride-th pixel,
    and what does not halve goes behind.
    """
    found: list[Pair] = []
    for n, k, s, d in zip(cast("Pair", x[:2]), size, stride, dilation, strict=True):
        if isinstance(pad, int):
            found.append((pad, pad))
        elif pad == "same":
            whole = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
            found.append((whole // 2, whole - whole // 2))
        else:
            found.append((0, 0))
    return found[0], found[1]


def fit(
    at: Place,
    argument: str,
    x: Shape,
    size: Pair,
    stride: Pair,
    pads: Pads,
    dilation: Pair = (1, 1),
) -> None:
    """E0306 unless a window has a place inside the image and what is around it."""
    fix = "a smaller window, or `pad = same`, which puts zeros around"
    if x[1] == x[2] != x[0]:  # (3, 32, 32)
        fix = f"if the channels are in front: they come last here, `{x[1]}, {x[2]}, {x[0]}`"
    for n, k, s, both, d in zip(cast("Pair", x[:2]), size, stride, pads, dilation, strict=True):
        at.require(
            extent(n, k, s, both, d) >= 1,
            argument,
            f"a window of {size[0]} x {size[1]} has no place in an image of {x[0]} x {x[1]}"
            + (f" with a dilation of {dilation[0]} x {dilation[1]}" if dilation != (1, 1) else ""),
            "larger than what arrives",
            fix,
            note=places(n, k, s, both, d),
            arrives=True,
        )


def arithmetic(
    x: Shape, size: Pair, stride: Pair, pads: Pads, dilation: Pair = (1, 1), why: str = ""
) -> str:
    """How height and width come about: `28 - 5 + 1 = 24`; nothing where they stay."""
    both = zip(cast("Pair", x[:2]), size, stride, pads, dilation, strict=True)
    said = dict.fromkeys(
        places(n, k, s, p, d) for n, k, s, p, d in both if extent(n, k, s, p, d) != n
    )
    return f"{' and '.join(said)}{why}" if said else ""
