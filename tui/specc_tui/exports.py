"""A chart as documents: exactly the series that are shown, as CSV, JSON, text and a drawing."""

from __future__ import annotations

import csv
import io
import json
import math

import numpy as np

from specc_tui.axes import Floats
from specc_tui.chart import Chart, Series, draw, x_axis
from specc_tui.drawing import drawing
from specc_tui.lines import Lines, plain
from specc_tui.look import Look

TEXT_SIZE = (100, 30)
"""Cells of a text plot."""

PLAIN = Look(colour=False)


def chart_documents(chart: Chart, settings: dict[str, str]) -> dict[str, str]:
    """The text of each document by its suffix. `settings` say where the chart is from."""
    seen = [(series, *visible(chart, series)) for series in chart.series]
    return {
        "csv": _csv(chart, seen),
        "json": _json(chart, seen, settings),
        "txt": text_of(draw(chart, *TEXT_SIZE, PLAIN)),
        "svg": drawing(chart),
    }


def text_of(lines: Lines) -> str:
    """Lines without colours."""
    return "".join(plain(row).rstrip() + "\n" for row in lines)


def visible(chart: Chart, series: Series) -> tuple[Floats, Floats]:
    """The points of a series inside the window."""
    x = x_axis(chart)
    if x is None:
        return series.x[:0], series.y[:0]
    held = (series.x >= x.low) & (series.x <= x.high)
    return series.x[held], series.y[held]


Seen = list[tuple[Series, Floats, Floats]]


def _csv(chart: Chart, seen: Seen) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["series", chart.x_label, chart.title])
    for series, x, y in seen:
        writer.writerows(
            [series.label, repr(a), repr(b)] for a, b in zip(*_lists(x, y), strict=True)
        )
    return file.getvalue()


def _json(chart: Chart, seen: Seen, settings: dict[str, str]) -> str:
    document = {
        **settings,
        "title": chart.title,
        "x": chart.x_label,
        "log_x": chart.log_x,
        "log_y": chart.log_y,
        "series": [
            {"label": series.label, "x": list(map(_number, xs)), "y": list(map(_number, ys))}
            for series, x, y in seen
            for xs, ys in [_lists(x, y)]
        ],
        "marks": [
            {"label": mark.label, "x": _number(mark.x), "y": _number(mark.y)}
            for mark in chart.marks
        ],
        "messages": list(chart.messages),
    }
    return json.dumps(document, indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def _number(value: float) -> float | str:
    """JSON knows no number that is not finite: such a one is its name."""
    return value if math.isfinite(value) else repr(value)


def _lists(x: Floats, y: Floats) -> tuple[list[float], list[float]]:
    return x.tolist(), np.asarray(y, np.float64).tolist()
