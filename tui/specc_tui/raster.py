"""Curves as terminal cells: NumPy in, a grid of dot patterns with one colour index per cell out.

Costs O(points) for finding the extremes (`strokes`) and O(pixels) for the rest, and holds for any
data and any size down to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specc_tui.axes import Axis
from specc_tui.strokes import Columns, Curve, strokes

BRAILLE = (2, 4)
"""Pixels across and down in one braille cell."""

BLOCK = (1, 1)
"""One pixel per cell, for ASCII."""

BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.uint8)
"""The bit of each dot in a braille character, by row and column of its cell."""


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """`dots[row, column]` is a bit pattern (`BITS`; 1 for a set cell of one pixel), `top` the index
    of the curve that gives the cell its colour (-1: empty), `gaps` the cell columns with a value
    that is not finite."""

    dots: NDArray[np.uint8]
    top: NDArray[np.int16]
    gaps: NDArray[np.bool_]


def rasterise(
    curves: Sequence[Curve],
    width: int,
    height: int,
    x: Axis,
    y: Axis,
    cell: tuple[int, int] = BRAILLE,
) -> Raster:
    """Draw curves into `height` rows of `width` cells; later curves lie on top, faint ones
    below."""
    width, height = max(0, width), max(0, height)
    across, down = cell
    dots, faint = np.zeros((2, height, width), np.uint8)
    top = np.full((height, width), -1, np.int16)
    gaps = np.zeros(width, np.bool_)
    if not width or not height:
        return Raster(dots, top, gaps)
    for index, curve in enumerate(curves):
        columns, holes = strokes(curve, width * across, height * down, x, y)
        gaps |= holes.reshape(width, across).any(axis=1)
        pixels = _fill(columns, width * across, height * down)
        if curve.dash is not None:
            on, off = curve.dash
            pixels[:, np.arange(width * across) % max(1, on + off) >= on] = False
        drawn = _pack(pixels, cell)
        here = drawn != 0
        if curve.faint:
            faint |= drawn
            here &= dots == 0
        else:
            dots |= drawn
        top[here] = index
    return Raster(np.where(dots == 0, faint, dots), top, gaps)


def braille(dots: NDArray[np.uint8]) -> NDArray[np.str_]:
    """The characters of dot patterns; an empty cell is a space."""
    characters = (dots.astype(np.uint32) + 0x2800).view("<U1") if dots.size else dots.astype("<U1")
    return np.where(dots == 0, " ", characters)


def _fill(columns: Columns, width: int, height: int) -> NDArray[np.bool_]:
    """The pixels under the strokes, by adding up where strokes begin and end."""
    column, top, bottom = columns
    seen = (bottom >= 0) & (top < height)
    column, top, bottom = (
        column[seen],
        np.maximum(top[seen], 0),
        np.minimum(bottom[seen], height - 1),
    )
    size = (height + 1) * width
    change = np.bincount(top * width + column, minlength=size)
    change -= np.bincount((bottom + 1) * width + column, minlength=size)
    depth = np.cumsum(change.reshape(height + 1, width)[:height], axis=0)
    return np.asarray(depth > 0)


def _pack(pixels: NDArray[np.bool_], cell: tuple[int, int]) -> NDArray[np.uint8]:
    if cell == BLOCK:
        return pixels.astype(np.uint8)
    across, down = cell
    packed = np.zeros((pixels.shape[0] // down, pixels.shape[1] // across), np.uint8)
    for row in range(down):
        for column in range(across):
            packed |= np.where(pixels[row::down, column::across], BITS[row, column], np.uint8(0))
    return packed


def scatter(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    width: int,
    height: int,
    axes: tuple[Axis, Axis],
    cell: tuple[int, int] = BRAILLE,
) -> NDArray[np.uint8]:
    """Points as single dots in `height` rows of `width` cells; those outside are left out."""
    across, down = cell
    pixels = np.zeros((max(0, height) * down, max(0, width) * across), np.bool_)
    horizontal, vertical = axes[0].fractions(x), 1 - axes[1].fractions(y)
    seen = (horizontal >= 0) & (horizontal <= 1) & (vertical >= 0) & (vertical <= 1)
    if pixels.size:
        rows = np.round(vertical[seen] * (pixels.shape[0] - 1)).astype(np.int64)
        columns = np.round(horizontal[seen] * (pixels.shape[1] - 1)).astype(np.int64)
        pixels[rows, columns] = True
    return _pack(pixels, cell)
