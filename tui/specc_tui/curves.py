"""The charts of the train screen, made from a view: which series, in which units, with which
words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from specc.run.events import Evaluated, RateChanged
from specc_tui.axes import Floats
from specc_tui.chart import Chart, Mark, Series
from specc_tui.figures import brief
from specc_tui.lines import Role
from specc_tui.places import Places, XUnit, places
from specc_tui.state import View
from specc_tui.words import best_value
from specc_tui.zoom import Window, Zoom


@dataclass(frozen=True, slots=True)
class Options:
    """How the person wants the charts. `cursor` is the step at which values are read."""

    unit: XUnit = "step"
    log_x: bool = False
    log_y: bool = False
    zoom: Zoom = field(default_factory=Zoom)
    cursor: float | None = None


def extent(view: View) -> Window:
    """First and last step of which there is data."""
    steps = view.records.values["step"]
    ends = [float(steps[0]), float(steps[-1])] if len(steps) else []
    ends += [float(e.step) for e in (view.evaluations[:1] + view.evaluations[-1:])]
    return (min(ends), max(ends)) if ends else (0.0, 0.0)


def cost_chart(view: View, options: Options, *, live: bool = True) -> Chart:
    """The cost: of each batch (dim), smoothed, and of the dev set; the best evaluation and changes
    of the learning rate by hand are marked. `live`: more may come."""
    axis = places(view, options.unit)
    x, cost = _x(view, axis), view.records.values["cost"]
    series = [Series("train batch", x, cost, Role.RAW, pattern=2, faint=True)]
    if view.smoothing > 0:
        label = f"smoothed {brief(view.smoothing)}"
        series.append(Series(label, x, view.smoothed.values, Role.TRAIN))
    series += _evaluated(view.evaluations, "cost", axis, dev_only=True)
    corner = options.zoom.words(live and not view.ended)
    corner += f", extremes of {view.stride} steps" if view.stride > 1 else ""
    corner += ", log y" if options.log_y else ""
    marks = (_best_mark(view, axis), *_change_marks(view, axis, view.smoothed.values))
    return _chart("cost J", tuple(series), view, options, marks, _gaps(view), corner)


def metric_chart(view: View, options: Options, metric: str) -> Chart:
    """A metric of the train and dev set, one point per evaluation."""
    axis = places(view, options.unit)
    series = tuple(_evaluated(view.evaluations, metric, axis, dev_only=False))
    return _chart(metric, series, view, options)


def rate_chart(view: View, options: Options) -> Chart:
    """The learning rate of each update, with the changes by hand."""
    axis = places(view, options.unit)
    rates = view.records.values["rate"]
    series = (Series("rate", _x(view, axis), rates, Role.OTHER),)
    return _chart("learning rate", series, view, options, _change_marks(view, axis, rates))


def metrics_of(view: View) -> tuple[str, ...]:
    """The metrics that were evaluated, those of the spec first; without any, the loss."""
    last = view.evaluations[-1] if view.evaluations else None
    held = dict.fromkeys([*(last.train if last else ()), *((last.dev if last else None) or ())])
    declared = view.header.metrics if view.header else ()
    names = [m for m in declared if m in held or last is None]
    names += [m for m in held if m not in names and m not in ("cost", "loss")]
    return tuple(names) or (("loss",) if "loss" in held else ())


def _x(view: View, axis: Places) -> Floats:
    records = view.records.values
    if axis.seconds is not None:
        return axis.seconds / axis.scale
    return np.asarray(records["step"].astype(np.float64) / axis.scale, np.float64)


def _chart(
    title: str,
    series: tuple[Series, ...],
    view: View,
    options: Options,
    marks: Sequence[Mark | None] = (),
    message: str = "",
    corner: str = "",
) -> Chart:
    axis = places(view, options.unit)
    # All charts show the same steps, so that what happens at a step stands in one column.
    low, high = options.zoom.window(extent(view)) or extent(view)
    low = max(low, 1.0) if options.log_x else low
    begin, end = axis.of(np.array([low, high])).tolist()
    cursor = None if options.cursor is None else float(axis.of(np.array([options.cursor]))[0])
    return Chart(
        title,
        series,
        x_label=f"{axis.label}, log from step 1" if options.log_x else axis.label,
        x_range=(begin, end) if begin < end else None,
        rise=options.zoom.rise,
        cursor=cursor,
        log_x=options.log_x,
        log_y=options.log_y,
        marks=tuple(m for m in marks if m is not None),
        messages=(message,) if message else (),
        corner=corner,
        empty="no data yet" if not view.ended else "no data",
    )


def _evaluated(
    evaluations: Sequence[Evaluated], metric: str, axis: Places, dev_only: bool
) -> list[Series]:
    x = axis.of(np.array([e.step for e in evaluations], np.float64))
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


def _best_mark(view: View, axis: Places) -> Mark | None:
    if view.best is None:
        return None
    held = view.best.dev if view.best.dev is not None else view.best.train
    x = float(axis.of(np.array([float(view.best.step)]))[0])
    return Mark(x, held.get("cost", math.nan), f"best {best_value(view)}")


def _change_marks(view: View, axis: Places, values: Floats) -> tuple[Mark, ...]:
    """Where the learning rate was set by hand, on a curve of one value per record."""
    changes: tuple[RateChanged, ...] = view.changes
    if not changes or not len(values):
        return ()
    steps = np.array([float(c.step) for c in changes])
    places_of = np.searchsorted(view.records.values["step"].astype(np.float64), steps)
    heights = values[np.minimum(places_of, len(values) - 1)]
    label = f"rate set to {brief(changes[-1].rate)} by hand"
    label += f", {len(changes)} times" if len(changes) > 1 else ""
    labels = [""] * (len(changes) - 1) + [label]
    return tuple(
        Mark(x, float(y), text, Role.NOTE, "◆")
        for x, y, text in zip(axis.of(steps).tolist(), heights.tolist(), labels, strict=True)
    )


def _gaps(view: View) -> str:
    """Where the cost is not finite and where the run diverged, in words."""
    told = f"✕ diverged at step {view.diverged.step:,}" if view.diverged is not None else ""
    cost = view.records.values["cost"]
    bad = np.flatnonzero(~np.isfinite(cost))
    if not len(bad):
        return told
    first = int(view.records.values["step"][bad[0]])
    kind = "nan" if math.isnan(float(cost[bad[0]])) else "inf"
    least = "at least " if view.stride > 1 else ""
    more = f", {least}{len(bad):,} steps in all" if len(bad) > 1 else ""
    return f"{told or '✕'}{':' if told else ''} cost is {kind} from step {first}{more}"
