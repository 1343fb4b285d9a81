"""What goes on inside a network while it learns: values of each layer, sizes of each gradient.

A probe sends a sample of the training set through a program whose buffers keep every value, and
counts how the values are spread. It changes nothing of the run, and when it looks depends on the
step alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.run.data import Part
from specc.run.events import Probed
from specc.run.program import Program

BINS = 24
SAMPLE = 20_000
"""Values of an array that are counted; of a longer one every k-th."""
CLOSE = 0.02
"""Part of its range within which a value counts as at the end of it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A value of a layer, and the ends of what its activation can give (infinite where it has
    none).
    """

    layer: str
    value: str
    low: float
    high: float


class Probe:
    """Looks at a program through one that keeps its values.

    Args:
        program: The program that is trained.
        keeping: The same network over the same vectors, with a buffer for every value.
        sample: The examples that are sent through it.
        watched: The values to look at.
    """

    def __init__(
        self, program: Program, keeping: Program, sample: Part, watched: Sequence[Watched]
    ) -> None:
        self._program = program
        self._keeping = keeping
        self._sample = sample
        self._watched = tuple(watched)

    def look(self, step: int, epoch: float, before: NDArray[Any] | None) -> Probed:
        """What there is to see after `step` updates.

        Args:
            before: theta before the last update; None before the first.
        """
        arrays = self._keeping.values(self._sample)
        layers = tuple(
            _layer(watched, arrays[watched.value])
            for watched in self._watched
            if watched.value in arrays
        )
        return Probed(step, epoch, layers, tuple(self._parameters(before)))

    def _parameters(self, before: NDArray[Any] | None) -> list[dict[str, Any]]:
        program = self._program
        rows = []
        for name, offset, shape in program.module.PARAMETERS:
            own = slice(offset, offset + math.prod(shape))
            theta = program.theta[own]
            norm = float(np.linalg.norm(theta))
            row: dict[str, Any] = {"name": name, "norm": norm, "gradient": None, "update": None}
            if before is not None:
                row["gradient"] = float(np.linalg.norm(program.dtheta[own]))
                change = float(np.linalg.norm(theta - before[own]))
                row["update"] = change / norm if norm else math.inf if change else 0.0
            rows.append(row | _spread(theta))
        return rows


def _layer(watched: Watched, values: NDArray[Any]) -> dict[str, Any]:
    """How the values of a layer are spread, and how many of its units say nothing."""
    units = values.reshape(-1, values.shape[-1])
    row: dict[str, Any] = {"layer": watched.layer, "value": watched.value}
    row |= _spread(values)
    low, high = watched.low, watched.high
    ends = math.isfinite(low) and math.isfinite(high)
    one_sided = math.isfinite(low) and not math.isfinite(high)
    row["dead"] = float((units <= low).all(axis=1).mean()) if one_sided else None
    row["saturated"] = None
    if ends:
        margin = CLOSE * (high - low)
        row["saturated"] = float(((units < low + margin) | (units > high - margin)).mean())
    return row


def _spread(values: NDArray[Any]) -> dict[str, Any]:
    """Mean, deviation and counts in equal bins from the smallest to the largest finite value."""
    flat = values.reshape(-1)
    flat = flat[:: max(1, flat.size // SAMPLE)].astype(np.float64)
    finite = flat[np.isfinite(flat)]
    found: dict[str, Any] = {"mean": 0.0, "deviation": 0.0, "low": 0.0, "high": 0.0, "counts": []}
    if finite.size:
        low, high = float(finite.min()), float(finite.max())
        found = {
            "mean": float(finite.mean()),
            "deviation": float(finite.std()),
            "low": low,
            "high": high,
            "counts": _counts(finite, low, high),
        }
    return {**found, "lost": int(flat.size - finite.size)}


def _counts(finite: NDArray[np.float64], low: float, high: float) -> list[int]:
    """How many values lie in each bin; all of them in the middle one where they are so close to
    each other that no numbers lie between them to part the bins.
    """
    # Half of it all, since the distance of the largest numbers is not a number.
    edges = np.linspace(low / 2, high / 2, BINS + 1)
    if (np.diff(edges) > 0).all():
        counts: list[int] = np.histogram(finite / 2, BINS, (low / 2, high / 2))[0].tolist()
        return counts
    return [finite.size if i == BINS // 2 else 0 for i in range(BINS)]
