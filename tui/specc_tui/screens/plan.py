"""The plan screen: spec, graph, buffers and generated program side by side, moving together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding

from specc_tui import plan_cursor
from specc_tui.lines import Lines
from specc_tui.plan import Plan
from specc_tui.plan_cursor import Cursor
from specc_tui.plan_panes import place_at, plan_lines
from specc_tui.screens.run_screen import RunScreen
from specc_tui.snapshot import Snapshot
from specc_tui.widgets.panel import Panel

SIDEWAYS = 8
"""Characters that one key press moves the lines by."""


class PlanScreen(RunScreen):
    NAME = "plan"
    BINDINGS = [  # noqa: RUF012
        Binding("tab", "pane(1)", "next pane", id="plan.pane", tooltip="the next pane"),
        Binding("shift+tab", "pane(-1)", "pane back", show=False, id="plan.pane_back"),
        Binding("down,j", "row(1)", "down", show=False, id="plan.down"),
        Binding("up", "row(-1)", "up", show=False, id="plan.up"),
        Binding("pagedown", "page(1)", "page down", show=False, id="plan.page_down"),
        Binding("pageup", "page(-1)", "page up", show=False, id="plan.page_up"),
        Binding("home", "row(-1000000)", "first row", show=False, id="plan.home"),
        Binding("end", "row(1000000)", "last row", show=False, id="plan.end"),
        Binding(
            "right_square_bracket",
            "onward(1)",
            "same layer",
            id="plan.onward",
            tooltip="the next row of the same layer",
        ),
        Binding(
            "left_square_bracket",
            "onward(-1)",
            "same layer back",
            show=False,
            id="plan.back",
            tooltip="the row before of the same layer",
        ),
        Binding("right", "across(1)", "right", show=False, id="plan.right"),
        Binding("left", "across(-1)", "left", show=False, id="plan.left"),
        Binding(
            "t", "app.measure", "measure", id="plan.measure", tooltip="measure the lines again"
        ),
    ]

    cursor: Cursor | None = None

    def compose_body(self) -> ComposeResult:
        yield Panel(id="plan")

    def show_body(self, snapshot: Snapshot, *, fresh: bool) -> None:
        if isinstance(snapshot.plan, Plan) and self.cursor is None:
            self.cursor = plan_cursor.start(snapshot.plan)
        self.query_one("#plan", Panel).show(partial(self._lines, snapshot))

    def _lines(self, snapshot: Snapshot, width: int, height: int) -> Lines:
        live = not snapshot.view.ended and snapshot.trainer.running is not False
        cursor = self.cursor or Cursor()
        return plan_lines(snapshot.plan, snapshot.times, cursor, width, height, live=live)

    def _moved(self, move: Callable[[Plan, Cursor], Cursor]) -> None:
        plan = self._source().plan
        if isinstance(plan, Plan) and self.cursor is not None:
            self.cursor = move(plan, self.cursor)
            self.show_snapshot(self._source(), fresh=False)

    def action_pane(self, by: int) -> None:
        self._moved(lambda plan, cursor: plan_cursor.switched(plan, cursor, by))

    def action_row(self, by: int) -> None:
        self._moved(lambda plan, cursor: plan_cursor.placed(plan, cursor, cursor.row + by))

    def action_page(self, by: int) -> None:
        self.action_row(by * max(1, self.query_one("#plan", Panel).size.height - 8))

    def action_onward(self, by: int) -> None:
        self._moved(lambda plan, cursor: plan_cursor.onward(plan, cursor, by))

    def action_across(self, by: int) -> None:
        self._moved(
            lambda plan, cursor: replace(cursor, across=max(0, cursor.across + by * SIDEWAYS))
        )

    @on(Panel.Pointed, "#plan")
    def _point(self, event: Panel.Pointed) -> None:
        """The cursor to where the mouse is, or the wheel's way."""
        if event.turn:
            self.action_row(3 * event.turn)
        else:
            (width, height), x, y = event.panel.size, event.column, event.row
            self._moved(lambda plan, cursor: place_at(plan, cursor, x, y, width, height))
