"""What `augment` does to the inputs of a training batch, and how pictures are moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from specc.library.define import Definition
from specc.library.misfit import Misfit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Outside = Literal["zero", "edge", "reflect"]
"""What stands beyond the border of a picture: 0, its nearest pixel, or the picture mirrored."""


class Augmentation(Definition):
    """A word of `augment`: a random change of examples that leaves their target what it is."""

    category: ClassVar[str] = "augmentations"
    images: ClassVar[bool] = True
    """Whether it moves pixels, so that examples need height, width and channels."""
    spoils: ClassVar[bool] = False
    """Whether it takes away what the example shows; where the input is its own target, the target
    then stays as it was."""

    def apply(self, x: NDArray[Any], random: np.random.Generator) -> NDArray[Any]:
        """The changed examples: (n, height, width, channels) or, unless `images`, (n, ...).

        `x` may be written to and returned. All draws come from `random`, and their number depends
        on the shape of `x` alone.
        """
        raise NotImplementedError

    def misfit(self, shape: tuple[int, ...]) -> Misfit | None:
        """What an argument asks for and examples of this shape do not have."""
        return None


def too_far(word: str, argument: str, pixels: int, shape: tuple[int, ...]) -> Misfit | None:
    """A distance in pixels that takes a picture (height, width, channels) out of its frame."""
    size = min(shape[:2])
    if pixels < size:
        return None
    return Misfit(
        argument,
        f"`{word}` by up to {pixels} pixels moves pictures of {shape[0]} x {shape[1]} out of sight",
        f"at most {size - 1} here",
        f"give less than {size}, for example {max(1, size // 8)}",
    )


def displaced(
    x: NDArray[Any], down: NDArray[Any], right: NDArray[Any], outside: Outside = "zero"
) -> NDArray[Any]:
    """Pictures (n, height, width, channels), each moved by whole pixels, down (n,) and right (n,).

    With `reflect`, distances are smaller than height and width.
    """
    import numpy as np

    count, height, width, _ = x.shape
    rows = np.arange(height) - down[:, None]
    columns = np.arange(width) - right[:, None]
    found: NDArray[Any] = x[
        np.arange(count)[:, None, None],
        _inside(rows, height, outside)[:, :, None],
        _inside(columns, width, outside)[:, None, :],
    ]
    if outside == "zero":
        found[(rows < 0) | (rows >= height)] = 0
        there = ~((columns < 0) | (columns >= width))
        found *= there[:, None, :, None]
    return found


def _inside(places: NDArray[Any], size: int, outside: Outside) -> NDArray[Any]:
    import numpy as np

    if outside == "reflect":
        places = size - 1 - np.abs(size - 1 - np.abs(places))
    inside: NDArray[Any] = np.clip(places, 0, size - 1)
    return inside


def turned(x: NDArray[Any], degrees: NDArray[Any]) -> NDArray[Any]:
    """Pictures (n, height, width, channels), each turned about its centre by an angle (n,), counter
    to the clock: bilinear between the four nearest pixels, with zeros beyond the border.
    """
    import numpy as np

    count, height, width, channels = x.shape
    angle = np.deg2rad(degrees.astype(np.float64))[:, None, None]
    y = np.arange(height)[:, None] - (height - 1) / 2
    z = np.arange(width) - (width - 1) / 2
    # Where each pixel comes from, rows downwards, in a frame of zeros that stands for all outside.
    rows = np.cos(angle) * y + (height + 1) / 2 + np.sin(angle) * z
    columns = np.cos(angle) * z + (width + 1) / 2 - np.sin(angle) * y
    np.clip(rows, 0, height + 1, out=rows)
    np.clip(columns, 0, width + 1, out=columns)
    top, left = rows.astype(np.intp), columns.astype(np.intp)
    below, beside = (rows - top).astype(x.dtype), (columns - left).astype(x.dtype)
    wide = width + 3
    framed = np.zeros((count, height + 3, wide, channels), x.dtype)
    framed[:, 1:-2, 1:-2] = x
    pixels = framed.reshape(-1, channels)
    at = top * wide + left + (np.arange(count) * ((height + 3) * wide))[:, None, None]
    upper = _between(pixels.take(at, axis=0), pixels.take(at + 1, axis=0), beside)
    lower = _between(pixels.take(at + wide, axis=0), pixels.take(at + wide + 1, axis=0), beside)
    return _between(upper, lower, below)


def _between(first: NDArray[Any], second: NDArray[Any], share: NDArray[Any]) -> NDArray[Any]:
    """From the first (share 0) to the second (share 1); both are used up."""
    second -= first
    second *= share[..., None]
    first += second
    return first
