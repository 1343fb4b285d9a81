"""A look inside the network as a viewer holds it: read from an event that nobody vouches for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.run.events import Probed
from specc_tui import untrusted

MOST_BINS = 100
MOST_ROWS = 500
"""Layers or parameters of one look that are kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How values are spread: counts in equal bins from `low` to `high`; `lost` are not finite."""

    mean: float
    deviation: float
    low: float
    high: float
    counts: NDArray[np.float64]
    lost: int


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A value of a layer. `dead` is the share of units that say nothing, `saturated` the share of
    values at an end of their activation; NaN where there is no such thing."""

    layer: str
    name: str
    spread: Spread
    dead: float
    saturated: float


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """A parameter. `update` is the norm of its last change by its own; NaN before the first."""

    name: str
    norm: float
    gradient: float
    update: float
    spread: Spread


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    step: int
    epoch: float
    values: tuple[Value, ...]
    tensors: tuple[Tensor, ...]


def read_inside(event: Probed) -> Inside:
    """The look of an event."""
    words, real = untrusted.text, untrusted.real
    return Inside(
        event.step,
        event.epoch,
        tuple(
            Value(
                words(row.get("layer"), 80),
                words(row.get("value"), 80),
                _spread(row),
                real(row.get("dead")),
                real(row.get("saturated")),
            )
            for row in event.layers[:MOST_ROWS]
        ),
        tuple(
            Tensor(
                words(row.get("name"), 80),
                real(row.get("norm")),
                real(row.get("gradient")),
                real(row.get("update")),
                _spread(row),
            )
            for row in event.parameters[:MOST_ROWS]
        ),
    )


def _spread(row: dict[str, Any]) -> Spread:
    real = untrusted.real
    counts = [untrusted.whole(n) for n in untrusted.items(row.get("counts"))[:MOST_BINS]]
    low, high = real(row.get("low")), real(row.get("high"))
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        low, high, counts = 0.0, 0.0, []
    return Spread(
        real(row.get("mean")),
        real(row.get("deviation")),
        low,
        high,
        np.array(counts, np.float64),
        untrusted.whole(row.get("lost")),
    )
