"""The train screen: cost, metric and learning rate while they grow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.message import Message

from specc_tui.chart import Chart, draw, x_at
from specc_tui.cursor import cursor_lines, moved, revealing
from specc_tui.curves import (
    Options,
    cost_chart,
    extent,
    metric_chart,
    metrics_of,
    rate_chart,
)
from specc_tui.facts import log_lines, side_lines
from specc_tui.lines import Lines
from specc_tui.look import Look
from specc_tui.places import UNITS, places
from specc_tui.screens.run_screen import RunScreen
from specc_tui.snapshot import Snapshot
from specc_tui.widgets.panel import Panel, Sheet
from specc_tui.words import status_parts
from specc_tui.zoom import Window, Zoom

STEP = 0.25
"""Part of the window that one arrow key moves it by."""


class TrainScreen(RunScreen):
    NAME = "train"
    AUTO_FOCUS = ""
    BINDINGS = [  # noqa: RUF012
        Binding("y", "log_y", "log y", id="train.log_y", tooltip="log or linear cost"),
        Binding("x", "unit", "unit", id="train.unit", tooltip="x in steps, epochs, time"),
        Binding("X", "log_x", "log x", show=False, id="train.log_x", tooltip="log or linear x"),
        Binding("s", "app.smooth(1)", "smooth", id="train.smoother", tooltip="smooth more"),
        Binding(
            "S", "app.smooth(-1)", "rough", show=False, id="train.rougher", tooltip="smooth less"
        ),
        Binding(
            "c",
            "cursor",
            "cursor",
            id="train.cursor",
            tooltip="read values at a step, on all charts",
        ),
        Binding("plus,equals_sign", "zoom(0.5)", "zoom in", id="train.zoom_in"),
        Binding("minus", "zoom(2.0)", "zoom out", show=False, id="train.zoom_out"),
        Binding("0", "zoom_all", "see all", show=False, id="train.zoom_all"),
        Binding(
            "left",
            "move(-1)",
            "earlier",
            show=False,
            id="train.earlier",
            tooltip="the cursor, or the window, to the left",
        ),
        Binding(
            "right",
            "move(1)",
            "later",
            show=False,
            id="train.later",
            tooltip="the cursor, or the window, to the right",
        ),
        Binding(
            "shift+left",
            "move(-10)",
            "far earlier",
            show=False,
            id="train.far_earlier",
            tooltip="the same, further",
        ),
        Binding(
            "shift+right",
            "move(10)",
            "far later",
            show=False,
            id="train.far_later",
            tooltip="the same, further",
        ),
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

    class Chosen(Message):
        """The curves are to be shown in another way from now on."""

        def __init__(self, options: Options) -> None:
            super().__init__()
            self.options = options

    def __init__(self, source: Callable[[], Snapshot]) -> None:
        super().__init__(source)
        self.options = source().options
        self.metric_number = 0
        self._charts: dict[str, Callable[[], Chart]] = {}

    def compose_body(self) -> ComposeResult:
        yield Panel(id="side")
        yield Panel(id="numbers")
        with Container(id="middle"):
            with Container(id="charts"):
                yield Panel(id="cost", focusable=True)
                with Container(id="others"):
                    yield Panel(id="metric", focusable=True)
                    yield Panel(id="rate", focusable=True)
            yield Panel(id="cursor", classes="-always")
            yield Panel(id="log", focusable=True)

    def panels(self) -> tuple[Panel, ...]:
        return tuple(self.query_one(name, Panel) for name in ("#cost", "#metric", "#rate"))

    def chart_of(self, panel: Panel | Sheet) -> Chart | None:
        make = self._charts.get(panel.id or "")
        return None if make is None else make()

    def show_body(self, snapshot: Snapshot, *, fresh: bool) -> None:
        self.query_one("#numbers", Panel).show(partial(_numbers, snapshot))
        if not fresh:
            return
        view, options, look = snapshot.view, self.options, snapshot.look
        self.query_one("#side", Panel).show(lambda width, height: side_lines(snapshot, width - 1))
        self.query_one("#log", Panel).show(partial(log_lines, snapshot))
        linear, names = replace(options, log_y=False), metrics_of(view)
        self._charts = {
            "cost": partial(cost_chart, view, options, live=may_grow(snapshot)),
            "rate": partial(rate_chart, view, linear),
        }
        self.set_class(not names, "-no-metric")
        if names:
            name = names[self.metric_number % len(names)]
            self._charts["metric"] = partial(metric_chart, view, linear, name)
        for panel in self.panels():
            if panel.id in self._charts:
                panel.show(partial(_draw, self._charts[panel.id], look))
        self.set_class(options.cursor is not None, "-cursor")
        if (cursor := options.cursor) is not None:
            self.query_one("#cursor", Panel).show(
                lambda width, height: cursor_lines(view, cursor, names, width)
            )

    @property
    def extent(self) -> Window:
        return extent(self._source().view)

    @property
    def window(self) -> Window:
        """The visible steps."""
        return self.options.zoom.window(self.extent) or self.extent

    def _changed(self, options: Options) -> None:
        self.options = options
        self.post_message(self.Chosen(options))
        self.show_snapshot(self._source(), fresh=True)

    def _zoomed(self, zoom: Zoom) -> None:
        self._changed(replace(self.options, zoom=zoom))

    def _read_at(self, step: float) -> None:
        """Put the cursor on a step, and the window where it can be seen."""
        zoom = revealing(self.options.zoom, step, self.extent)
        self._changed(replace(self.options, cursor=step, zoom=zoom))

    @on(Panel.Pointed, "#cost, #metric, #rate")
    def _point_at_chart(self, event: Panel.Pointed) -> None:
        """A click puts the cursor there, the wheel zooms about the place."""
        chart, size = self.chart_of(event.panel), event.panel.size
        if chart is None:
            return
        width = size.width - event.panel.inset
        x = x_at(chart, width, size.height, self._source().look, event.column)
        if x is None:
            return
        step = places(self._source().view, self.options.unit).at(x)
        if event.turn:
            self._zoomed(self.options.zoom.scaled(2.0 ** (event.turn / 2), self.extent, step))
        else:
            self._read_at(step)

    def action_log_y(self) -> None:
        self._changed(replace(self.options, log_y=not self.options.log_y))

    def action_log_x(self) -> None:
        self._changed(replace(self.options, log_x=not self.options.log_x))

    def action_unit(self) -> None:
        after = UNITS[(UNITS.index(self.options.unit) + 1) % len(UNITS)]
        self._changed(replace(self.options, unit=after))

    def action_metric(self) -> None:
        if len(names := metrics_of(self._source().view)) < 2:
            self.say(f"{names[0]} is the only metric" if names else "no metric is known yet")
        self.metric_number += 1
        self._changed(self.options)

    def action_cursor(self) -> None:
        """The cursor on the newest visible step, or away."""
        if self.options.cursor is not None:
            self._changed(replace(self.options, cursor=None))
        else:
            self._read_at(min(self.window[1], self.extent[1]))

    def action_zoom(self, factor: float) -> None:
        self._zoomed(self.options.zoom.scaled(factor, self.extent, self.options.cursor))

    def action_zoom_all(self) -> None:
        self._zoomed(Zoom())

    def action_move(self, by: int) -> None:
        if self.options.cursor is not None:
            self._read_at(moved(self.options.cursor, by, self.window, self.extent))
        else:
            self._zoomed(self.options.zoom.moved(by * STEP, self.extent))

    def action_rise(self, by: int) -> None:
        self._zoomed(self.options.zoom.raised(by * STEP))

    def action_follow(self) -> None:
        self._zoomed(self.options.zoom.toggled(self.extent))

    def action_back(self) -> None:
        if not self.has_class("-maximised") and self.options.cursor is not None:
            self.action_cursor()
        else:
            super().action_back()


def may_grow(snapshot: Snapshot) -> bool:
    """Whether more data may come: of a run that cannot be read, none will."""
    unread = bool(snapshot.view.problem) and snapshot.view.header is None
    return snapshot.trainer.running is not False and not unread


def _draw(make: Callable[[], Chart], look: Look, width: int, height: int) -> Lines:
    return draw(make(), width, height, look)


def _numbers(snapshot: Snapshot, width: int, height: int) -> Lines:
    """The status as a column, for a terminal without room for a chart."""
    return status_parts(snapshot.view, snapshot.trainer, snapshot.now)[:height]
