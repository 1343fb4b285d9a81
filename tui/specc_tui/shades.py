"""Shares as shades: one character per cell, the darker the more, for terminals of any kind.

A shade is a character, not a colour, so it means the same without colours; where the sign matters
too, the role gives it, or without colours other characters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from specc_tui.canvas import Canvas
from specc_tui.lines import Lines, Role

LEVELS = np.array(list(" ░▒▓█"))
BELOW = np.array(list(" -=*@"))
"""The same of what is negative, where there are no colours to say that."""

Shares = NDArray[np.float64]


def shade(shares: Shares, levels: NDArray[np.str_] = LEVELS) -> NDArray[np.str_]:
    """Characters for shares from 0 to 1: only 0 is blank, and what is not a number is `?`."""
    finite = np.nan_to_num(np.clip(shares, 0.0, 1.0), nan=0.0)
    level = np.ceil(finite * (len(levels) - 1) - 1e-9).astype(np.int64)
    return np.where(np.isfinite(shares), levels[level], "?")


def shaded(shares: Shares, role: Role = Role.TRAIN) -> Lines:
    """A grid of shares, a cell each."""
    rows, columns = shares.shape
    canvas = Canvas(columns, rows)
    canvas.put(0, 0, shade(shares), np.full(shares.shape, role, np.int8))
    return canvas.lines()


def picture(values: NDArray[np.float64], width: int, height: int) -> Lines:
    """A picture of greys from 0 to 255 in `width` by `height` cells, light on dark.

    Each cell is the mean of what it covers; a channel axis becomes grey.
    """
    if values.ndim == 3:
        values = values.mean(axis=2)
    return shaded(resized(values, height, width) / 255.0, Role.TEXT)


def signed(values: NDArray[np.float64], width: int, height: int, *, colour: bool = True) -> Lines:
    """A picture of weights: 128 is 0, above it positive, below it negative. Without `colour` other
    characters say which."""
    if values.ndim == 3:
        values = values.mean(axis=2)
    grid = (resized(values, height, width) - 127.5) / 127.5
    canvas = Canvas(width, height)
    roles = np.where(grid < 0, int(Role.TRAIN), int(Role.DEV)).astype(np.int8)
    characters = shade(np.abs(grid))
    if not colour:
        characters = np.where(grid < 0, shade(np.abs(grid), BELOW), characters)
    canvas.put(0, 0, characters, roles)
    return canvas.lines()


def resized(values: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.float64]:
    """A grid of another size: means where it shrinks, repeats where it grows."""
    return _along(_along(values, rows, 0), columns, 1)


def _along(values: NDArray[np.float64], size: int, axis: int) -> NDArray[np.float64]:
    edges = np.linspace(0, values.shape[axis], size + 1)
    first = np.minimum(edges[:-1].astype(np.int64), values.shape[axis] - 1)
    last = np.maximum(np.ceil(edges[1:] - 1e-9).astype(np.int64), first + 1)
    sums = np.cumsum(values, axis=axis)
    zero = np.zeros_like(np.take(sums, [0], axis))
    sums = np.concatenate([zero, sums], axis=axis)
    count = (last - first).reshape((-1, 1) if axis == 0 else (1, -1))
    found: NDArray[np.float64] = (np.take(sums, last, axis) - np.take(sums, first, axis)) / count
    return found
