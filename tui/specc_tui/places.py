"""Where a step stands on the x axis, and which step stands at a place: steps, epochs, or training
time.

Windows and the cursor are in steps whatever the axis shows, so that every chart has the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from specc_tui.axes import Floats
from specc_tui.state import View

XUnit = Literal["step", "epoch", "time"]
UNITS: tuple[XUnit, ...] = ("step", "epoch", "time")

SPANS = ((7200.0, 3600.0, "time (h)"), (600.0, 60.0, "time (min)"), (0.0, 1.0, "time (s)"))
"""From how many seconds on, seconds per unit of the axis, and its name."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The x axis of a run. `scale`: steps or seconds per unit; `seconds` at `steps`, for an axis of
    time."""

    label: str
    scale: float
    steps: Floats | None = None
    seconds: Floats | None = None

    def of(self, steps: Floats) -> Floats:
        """Where steps stand."""
        if self.steps is None or self.seconds is None:
            return steps / self.scale
        return np.asarray(np.interp(steps, self.steps, self.seconds), np.float64) / self.scale

    def at(self, place: float) -> float:
        """The step at a place."""
        if self.steps is None or self.seconds is None:
            return place * self.scale
        return float(np.interp(place * self.scale, self.seconds, self.steps))


def places(view: View, unit: XUnit) -> Places:
    """The x axis of a view; steps where the run does not know the unit."""
    records = view.records.values
    per_epoch = view.header.steps_per_epoch if view.header is not None else 0
    if unit == "epoch" and per_epoch:
        return Places("epoch", float(per_epoch))
    if unit == "time" and len(records):
        seconds = np.where(np.isfinite(records["seconds"]), records["seconds"], 0.0)
        # Of a foreign run time may run backwards, which has no inverse.
        seconds = np.maximum.accumulate(seconds)
        end = float(seconds[-1])
        _, scale, label = next((s for s in SPANS if end >= s[0]), SPANS[-1])
        return Places(label, scale, records["step"].astype(np.float64), seconds)
    return Places("step", 1.0)
