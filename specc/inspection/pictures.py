"""Examples and weights as pictures, where what comes in is one."""

from __future__ import annotations

import math
import re
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from specc.driver import Compilation
from specc.lang.bound import LayerUse
from specc.library.table import DataSource

MOST_FILTERS = 64

Frame = tuple[int, int, int]
"""Height, width and channels."""


def frame_of(compilation: Compilation, names: tuple[str, ...]) -> Frame | None:
    """The size of an example as a picture; None if it is none.

    It is one if the network takes several axes, or a square number of features that come from
    pictures or are called pixels.
    """
    first = compilation.bound.network[0]
    sizes: tuple[int, ...] = (
        getattr(first.layer, "sizes", ()) if isinstance(first, LayerUse) else ()
    )
    if len(sizes) == 3 and sizes[2] in (1, 3):
        return sizes[0], sizes[1], sizes[2]
    if len(sizes) == 2:
        return sizes[0], sizes[1], 1
    data = compilation.bound.data
    source = cast("DataSource | None", data.source or data.train)
    pixels = bool(names) and all(re.match(r"(?i)pi?x(el)?\W?_?\d", name) for name in names)
    if len(sizes) == 1 and (pixels or (source is not None and source.pixels)):
        side = math.isqrt(sizes[0])
        return (side, side, 1) if side * side == sizes[0] else None
    return None


def picture(values: NDArray[Any], frame: Frame, low: float, high: float) -> list[Any]:
    """Values (height * width * channels,) as rows of greys (or triples) from 0 to 255."""
    span = high - low or 1.0
    grey = np.clip((values.astype(np.float64) - low) / span * 255, 0, 255).round().astype(int)
    height, width, channels = frame
    shape = (height, width) if channels == 1 else frame
    rows: list[Any] = grey.reshape(shape).tolist()
    return rows


def filters(tensors: dict[str, NDArray[Any]], frame: Frame | None) -> dict[str, Any]:
    """The weights of the first layer, one picture for each unit: 0 is the strongest negative
    weight, 255 the strongest positive one.
    """
    name, W = next(((n, w) for n, w in tensors.items() if n.endswith(".W")), ("", None))
    if W is None:
        return {"filters": []}
    if W.ndim == 4:
        height, width, channels, units = W.shape
        if channels not in (1, 3):
            W, channels = W.mean(axis=2, keepdims=True), 1
        rows = np.moveaxis(W, 3, 0).reshape(units, -1)
        frame = (height, width, channels)
    elif W.ndim == 2 and frame is not None and W.shape[1] == math.prod(frame):
        rows = W
    else:
        return {"filters": []}
    end = float(np.abs(rows).max()) or 1.0
    shown = [picture(row, frame, -end, end) for row in rows[:MOST_FILTERS]]
    return {"filters": shown, "of": name, "units": len(rows), "largest": end}
