"""The charts of the train screen, made from a view: which series, in which units, with which
words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from specc.run.events import Evaluated
from specc_tui.axes import Floats
from specc_tui.chart import Chart, Mark, Series
from specc_tui.figures import brief
from specc_tui.lines import Role
from specc_tui.state import View
from specc_tui.words import best_value
from specc_tui.zoom import Window, Zoom

XUnit = Literal["step", "epoch", "log step"]
UNITS: tuple[XUnit, ...] = ("step", "epoch", "log step")


@dataclass(frozen=True, slots=True)
class Options:
    """How the person wants the charts."""

    unit: XUnit = "step"
    log_y: bool = False
    zoom: Zoom = field(default_factory=Zoom)


def extent(view: View) -> Window:
    """First and last step of which there is data."""
    steps = view.records.values["step"]
    ends = [float(steps[0]), float(steps[-1])] if len(steps) else []
    ends += [float(e.step) for e in (view.evaluations[:1] + view.evaluations[-1:])]
    return (min(ends), max(ends)) if ends else (0.0, 0.0)


def cost_chart(view: View, options: Options) -> Chart:
    """The cost: of each batch (dim), smoothed, and of the dev set; the best evaluation is
    marked."""
    scale = _scale(view, options)
    steps = view.records.values["step"].astype(np.float64) / scale
    cost = view.records.values["cost"]
    series = [Series("train batch", steps, cost, Role.RAW, pattern=2, faint=True)]
    if view.smoothing > 0:
        label = f"smoothed {brief(view.smoothing)}"
        series.append(Series(label, steps, view.smoothed.values, Role.TRAIN))
    series += _evaluated(view.evaluations, "cost", scale, dev_only=True)
    corner = options.zoom.words() + (", log y" if options.log_y else "")
    marks = (_best_mark(view, scale),)
    return _chart("cost J", tuple(series), view, options, marks, _gaps(view), corner)


def metric_chart(view: View, options: Options, metric: str) -> Chart:
    """A metric of the train and dev set, one point per evaluation."""
    series = tuple(_evaluated(view.evaluations, metric, _scale(view, options), dev_only=False))
    return _chart(metric, series, view, options)


def rate_chart(view: View, options: Options) -> Chart:
    """The learning rate of each update."""
    steps = view.records.values["step"].astype(np.float64) / _scale(view, options)
    series = (Series("rate", steps, view.records.values["rate"], Role.OTHER),)
    return _chart("learning rate", series, view, options)


def metrics_of(view: View) -> tuple[str, ...]:
    """The metrics that were evaluated, those of the spec first; without any, the loss."""
    last = view.evaluations[-1] if view.evaluations else None
    held = dict.fromkeys([*(last.train if last else ()), *((last.dev if last else None) or ())])
    declared = view.header.metrics if view.header else ()
    names = [m for m in declared if m in held or last is None]
    names += [m for m in held if m not in names and m not in ("cost", "loss")]
    return tuple(names) or (("loss",) if "loss" in held else ())


def _scale(view: View, options: Options) -> float:
    """Steps per unit of x."""
    if options.unit == "epoch" and view.header is not None:
        return float(max(1, view.header.steps_per_epoch))
    return 1.0


def _chart(
    title: str,
    series: tuple[Series, ...],
    view: View,
    options: Options,
    marks: Sequence[Mark | None] = (),
    message: str = "",
    corner: str = "",
) -> Chart:
    scale = _scale(view, options)
    log_x = options.unit == "log step"
    # All charts show the same steps, so that what happens at a step stands in one column.
    low, high = options.zoom.window(extent(view)) or extent(view)
    low = max(low, 1.0) if log_x else low
    return Chart(
        title,
        series,
        x_label="step (log, from 1)" if log_x else options.unit,
        x_range=(low / scale, high / scale) if low < high else None,
        rise=options.zoom.rise,
        log_x=log_x,
        log_y=options.log_y,
        marks=tuple(m for m in marks if m is not None),
        messages=(message,) if message else (),
        corner=corner,
        empty="no data yet" if not view.ended else "no data",
    )


def _evaluated(
    evaluations: Sequence[Evaluated], metric: str, scale: float, dev_only: bool
) -> list[Series]:
    x = np.array([e.step for e in evaluations], np.float64) / scale
    series: list[Series] = []
    if not dev_only:
        series.append(
            Series("train", x, _values([e.train for e in evaluations], metric), Role.TRAIN)
        )
    if any(e.dev is not None for e in evaluations):
        y = _values([e.dev or {} for e in evaluations], metric)
        series.append(Series("dev", x, y, Role.DEV, pattern=1))
    return series


def _values(held: Sequence[dict[str, float]], metric: str) -> Floats:
    return np.array([metrics.get(metric, math.nan) for metrics in held], np.float64)


def _best_mark(view: View, scale: float) -> Mark | None:
    if view.best is None:
        return None
    held = view.best.dev if view.best.dev is not None else view.best.train
    return Mark(view.best.step / scale, held.get("cost", math.nan), f"best {best_value(view)}")


def _gaps(view: View) -> str:
    """Where the cost is not finite, in words."""
    cost = view.records.values["cost"]
    bad = np.flatnonzero(~np.isfinite(cost))
    if not len(bad):
        return ""
    first = int(view.records.values["step"][bad[0]])
    kind = "nan" if math.isnan(float(cost[bad[0]])) else "inf"
    more = f", {len(bad):,} steps in all" if len(bad) > 1 else ""
    return f"✕ cost is {kind} from step {first}{more}"
