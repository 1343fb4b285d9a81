"""The bias-corrected exponentially weighted average of a series, a block at a time.

    v_t = beta v_{t-1} + (1 - beta) x_t,    smoothed_t = v_t / (1 - beta^t)

A value that is not finite has no weight: it is left out of both sums, and its own place stays NaN
(a gap), so that one bad batch neither disappears nor poisons what follows.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Carry = tuple[float, float]
"""Weighted sum of the values and of their weights after the last block."""

NOTHING: Carry = (0.0, 0.0)
ROW = 256
"""Elements averaged by one matrix product."""

LEVELS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998)


def smooth(values: NDArray[Any], beta: float, carry: Carry = NOTHING) -> tuple[NDArray[Any], Carry]:
    """The smoothed values of a block that follows on `carry`, and the carry after it."""
    x = np.asarray(values, np.float64)
    if not len(x):
        return x, carry
    fine = np.isfinite(x)
    total, last_total = _weighted_sum(np.where(fine, x, 0.0), beta, carry[0])
    weight, last_weight = _weighted_sum(fine.astype(np.float64), beta, carry[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        smoothed = np.where(fine, total / weight, np.nan)
    return smoothed, (last_total, last_weight)


def _weighted_sum(x: NDArray[Any], beta: float, start: float) -> tuple[NDArray[Any], float]:
    """s_t = beta s_{t-1} + (1 - beta) x_t, from s_{-1} = `start`."""
    if beta <= 0:
        return x, float(x[-1])
    rows = -(-len(x) // ROW)
    table = np.zeros(rows * ROW)
    table[: len(x)] = x
    # Each row is averaged on its own by one matrix product, then takes over the sum before it.
    powers, decay = _powers(beta)
    table = table.reshape(rows, ROW) @ powers
    for row in range(rows):
        table[row] += start * decay
        start = float(table[row, -1])
    sums = table.reshape(-1)[: len(x)]
    return sums, float(sums[-1])


@lru_cache(maxsize=16)
def _powers(beta: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """The matrix that averages a row on its own, and what is left of the sum before the row."""
    steps = np.arange(ROW)
    triangle = np.tril(beta ** np.maximum(steps[:, None] - steps[None, :], 0)) * (1 - beta)
    return triangle.T, beta ** (steps + 1.0)


def step_level(beta: float, by: int) -> float:
    """The next stronger (`by` = 1) or weaker (`by` = -1) smoothing of `LEVELS`."""
    nearest = min(range(len(LEVELS)), key=lambda i: math.fabs(LEVELS[i] - beta))
    return LEVELS[max(0, min(len(LEVELS) - 1, nearest + by))]
