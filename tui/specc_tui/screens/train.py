"""The train screen: cost, metric and learning rate while they grow."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container

from specc_tui.chart import draw
from specc_tui.curves import (
    UNITS,
    Options,
    cost_chart,
    extent,
    metric_chart,
    metrics_of,
    rate_chart,
)
from specc_tui.facts import log_lines, side_lines
from specc_tui.lines import Lines
from specc_tui.screens.run_screen import RunScreen
from specc_tui.snapshot import Snapshot
from specc_tui.widgets.panel import Panel
from specc_tui.words import status_parts
from specc_tui.zoom import Zoom

STEP = 0.25
"""Part of the window that one arrow key moves it by."""


class TrainScreen(RunScreen):
    NAME = "train"
    BINDINGS = [  # noqa: RUF012
        Binding("y", "log_y", "log y", id="train.log_y", tooltip="log or linear cost"),
        Binding("x", "unit", "unit", id="train.unit", tooltip="x in steps, epochs, log steps"),
        Binding("s", "app.smooth(1)", "smooth", id="train.smoother", tooltip="smooth more"),
        Binding(
            "S", "app.smooth(-1)", "rough", show=False, id="train.rougher", tooltip="smooth less"
        ),
        Binding("plus,equals_sign", "zoom(0.5)", "zoom in", id="train.zoom_in"),
        Binding("minus", "zoom(2.0)", "zoom out", show=False, id="train.zoom_out"),
        Binding("0", "zoom_all", "see all", show=False, id="train.zoom_all"),
        Binding("left", "move(-1)", "earlier", show=False, id="train.earlier"),
        Binding("right", "move(1)", "later", show=False, id="train.later"),
        Binding("up", "rise(1)", "look higher", show=False, id="train.higher"),
        Binding("down", "rise(-1)", "look lower", show=False, id="train.lower"),
        Binding(
            "f",
            "follow",
            "follow",
            id="train.follow",
            tooltip="follow the newest data, or stand still",
        ),
        Binding("m", "metric", "metric", show=False, id="train.metric", tooltip="the next metric"),
    ]

    options = Options()
    metric_number = 0

    def compose_body(self) -> ComposeResult:
        yield Panel(id="side")
        yield Panel(id="numbers")
        with Container(id="middle"):
            with Container(id="charts"):
                yield Panel(id="cost")
                with Container(id="others"):
                    yield Panel(id="metric")
                    yield Panel(id="rate")
            yield Panel(id="log")

    def panels(self) -> tuple[Panel, ...]:
        return tuple(self.query_one(name, Panel) for name in ("#cost", "#metric", "#rate"))

    def show_body(self, snapshot: Snapshot, *, fresh: bool) -> None:
        self.query_one("#numbers", Panel).show(partial(_numbers, snapshot))
        if not fresh:
            return
        view, options, look = snapshot.view, self.options, snapshot.look
        self.query_one("#side", Panel).show(lambda width, height: side_lines(snapshot, width - 1))
        self.query_one("#log", Panel).show(partial(log_lines, snapshot))
        cost, metric, rate = self.panels()
        cost.show(lambda w, h: draw(cost_chart(view, options), w, h, look))
        rate.show(lambda w, h: draw(rate_chart(view, replace(options, log_y=False)), w, h, look))
        names = metrics_of(view)
        self.set_class(not names, "-no-metric")
        if names:
            name = names[self.metric_number % len(names)]
            linear = replace(options, log_y=False)
            metric.show(lambda w, h: draw(metric_chart(view, linear, name), w, h, look))

    def _changed(self, options: Options) -> None:
        self.options = options
        self.show_snapshot(self._source(), fresh=True)

    def _zoomed(self, zoom: Zoom) -> None:
        self._changed(replace(self.options, zoom=zoom))

    def action_log_y(self) -> None:
        self._changed(replace(self.options, log_y=not self.options.log_y))

    def action_unit(self) -> None:
        after = UNITS[(UNITS.index(self.options.unit) + 1) % len(UNITS)]
        self._changed(replace(self.options, unit=after))

    def action_metric(self) -> None:
        self.metric_number += 1
        self._changed(self.options)

    def action_zoom(self, factor: float) -> None:
        self._zoomed(self.options.zoom.scaled(factor, extent(self._source().view)))

    def action_zoom_all(self) -> None:
        self._zoomed(Zoom())

    def action_move(self, by: int) -> None:
        self._zoomed(self.options.zoom.moved(by * STEP, extent(self._source().view)))

    def action_rise(self, by: int) -> None:
        self._zoomed(self.options.zoom.raised(by * STEP))

    def action_follow(self) -> None:
        self._zoomed(self.options.zoom.toggled(extent(self._source().view)))


def _numbers(snapshot: Snapshot, width: int, height: int) -> Lines:
    """The status as a column, for a terminal without room for a chart."""
    return status_parts(snapshot.view, snapshot.trainer, snapshot.now)[:height]
