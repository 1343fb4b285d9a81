"""The value cursor: one step, shown on all charts at once, with its values in a line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specc.run.events import Evaluated
from specc_tui.figures import brief, count, elapsed, metric, number
from specc_tui.lines import Line, Lines, Role, flow
from specc_tui.state import View
from specc_tui.zoom import Window, Zoom

PARTS = 200
"""One press of an arrow moves the cursor by this part of the window, but by a step at least."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a run knows at one of its recorded steps."""

    step: int
    epoch: float
    seconds: float
    cost: float
    smoothed: float
    rate: float
    evaluated: Evaluated | None


def reading(view: View, step: float) -> Reading | None:
    """The record nearest to a step, and the last evaluation up to it; None without records."""
    records = view.records.values
    if not len(records):
        return None
    steps = records["step"].astype(np.float64)
    after = min(int(np.searchsorted(steps, step)), len(steps) - 1)
    before = max(0, after - 1)
    index = before if abs(steps[before] - step) <= abs(steps[after] - step) else after
    at = records[index]
    per_epoch = view.header.steps_per_epoch if view.header is not None else 0
    known = [e for e in view.evaluations if e.step <= int(at["step"])]
    return Reading(
        int(at["step"]),
        int(at["step"]) / per_epoch if per_epoch else math.nan,
        float(at["seconds"]),
        float(at["cost"]),
        float(view.smoothed.values[index]),
        float(at["rate"]),
        known[-1] if known else None,
    )


def moved(cursor: float, by: int, window: Window, extent: Window) -> float:
    """The cursor a few parts of the window further, inside the data."""
    step = max(1.0, (window[1] - window[0]) / PARTS)
    return min(max(cursor + by * step, extent[0]), extent[1])


def revealing(zoom: Zoom, cursor: float, extent: Window) -> Zoom:
    """The zoom, moved if the cursor stands outside of it."""
    window = zoom.window(extent)
    if window is None or window[0] <= cursor <= window[1]:
        return zoom
    width = window[1] - window[0]
    distance = cursor - (window[1] if cursor > window[1] else window[0])
    return zoom.moved(distance / width, extent)


def cursor_lines(view: View, cursor: float, metrics: Sequence[str], width: int) -> Lines:
    """The values at the cursor in one line, the most important ones first."""
    read = reading(view, cursor)
    if read is None:
        return ((("no data at the cursor", Role.DIM),),)
    parts: list[Line] = [
        (("cursor ", Role.STRONG), *_part("step", count(read.step))),
        _part("cost", number(read.cost), Role.TRAIN),
    ]
    if view.smoothing > 0:
        parts.append(_part("smoothed", number(read.smoothed), Role.TRAIN))
    if read.evaluated is not None:
        parts += _evaluation(read.evaluated, metrics)
    parts.append(_part("rate", brief(read.rate) if math.isfinite(read.rate) else "?"))
    if math.isfinite(read.epoch):
        parts.append(_part("epoch", f"{read.epoch:,.2f}"))
    parts.append(_part("time", elapsed(read.seconds)))
    return flow(parts, width, 1)


def _evaluation(evaluated: Evaluated, metrics: Sequence[str]) -> list[Line]:
    held, part = evaluated.train, "train"
    if evaluated.dev is not None:
        held, part = evaluated.dev, "dev"
    parts = [_part(f"{part} cost", number(held.get("cost", math.nan)), Role.DEV)]
    parts += [
        _part(f"{part} {name}", metric(name, held[name]))
        for name in metrics
        if name in held and name != "cost"
    ]
    parts.append(_part("evaluated at", count(evaluated.step)))
    return parts


def _part(name: str, value: str, role: Role = Role.TEXT) -> Line:
    return ((f"{name} ", Role.DIM), (value, role))
