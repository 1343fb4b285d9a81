"""Where a network of two inputs draws its boundaries: its answer at every point of a grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.run.confusion import predicted
from specc.run.data import Part
from specc.run.predictor import Predictor

MARGIN = 0.08
"""Of the range of the data, around it."""
MOST_POINTS = 600


def boundary(predictor: Predictor, part: Part, columns: int, rows: int) -> dict[str, Any]:
    """The answers on a grid in the units of the data, and the examples.

    Returns: `x` and `y`, the ends of the grid; `classes` (rows, columns), the class of each point
    with the highest row first, and `sure`, its probability; for a network of numbers `values` in
    their place, its first output. `points`: [x, y, class or number] of at most `MOST_POINTS`
    examples.
    """
    preparation = predictor.preparation
    scaled: NDArray[Any] = part.X if part.rows is None else part.X[part.rows]
    raw = scaled.astype(np.float64) * preparation.scale + preparation.mean
    low, high = raw.min(axis=0), raw.max(axis=0)
    margin = MARGIN * np.where(high > low, high - low, 1.0)
    low, high = low - margin, high + margin
    across = low[0] + (np.arange(columns) + 0.5) / columns * (high[0] - low[0])
    down = high[1] - (np.arange(rows) + 0.5) / rows * (high[1] - low[1])
    grid = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    outputs = predictor.outputs_of(grid)
    every = max(1, -(-len(raw) // MOST_POINTS))
    found: dict[str, Any] = {"x": [low[0], high[0]], "y": [low[1], high[1]]}
    if predictor.task in ("classes", "binary") and len(preparation.labels):
        probabilities = predictor.probabilities(outputs)
        found["classes"] = predicted(outputs.T).reshape(rows, columns).tolist()
        found["sure"] = probabilities.max(axis=1).reshape(rows, columns).round(4).tolist()
    else:
        found["values"] = outputs[:, 0].astype(float).reshape(rows, columns).tolist()
    targets = part.T.reshape(len(part.T), -1)[::every, 0].astype(float)
    found["points"] = np.column_stack([raw[::every], targets]).tolist()
    return found
