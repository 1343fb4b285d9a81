"""The compare screen: the runs beside this one, sorted, filtered, with curves and differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.message import Message
from textual.widgets import Input

from specc_tui.chart import Chart, draw
from specc_tui.comparison import (
    MOST_MARKED,
    Table,
    difference_lines,
    overlay,
    table_lines,
)
from specc_tui.history import History, Run, arranged, columns
from specc_tui.marked import Marked
from specc_tui.screens.run_screen import RunScreen
from specc_tui.snapshot import Snapshot
from specc_tui.widgets.field import Field
from specc_tui.widgets.panel import Panel, Sheet

REFRESH = 2.0
"""Seconds between looks at the folder."""


class CompareScreen(RunScreen):
    NAME = "compare"
    AUTO_FOCUS = "#runs"
    BINDINGS = [  # noqa: RUF012
        Binding("up", "move(-1)", "up", show=False, id="compare.up"),
        Binding("down", "move(1)", "down", show=False, id="compare.down"),
        Binding("x", "mark", "mark", id="compare.mark", tooltip="mark a run: its curve is drawn"),
        Binding("o", "sort(1)", "sort", id="compare.sort", tooltip="sort by the next column"),
        Binding(
            "O",
            "sort(-1)",
            "sort back",
            show=False,
            id="compare.sort_back",
            tooltip="by the one before",
        ),
        Binding("r", "turn", "turn", show=False, id="compare.turn", tooltip="the other direction"),
        Binding("slash", "filter", "filter", id="compare.filter", tooltip="only rows with words"),
        Binding(
            "y", "log_y", "log y", show=False, id="compare.log_y", tooltip="log or linear cost"
        ),
        Binding("enter", "open", "open", id="compare.open", tooltip="watch this run"),
    ]

    class Chosen(Message):
        """A run is to be watched."""

        def __init__(self, directory: Path) -> None:
            super().__init__()
            self.directory = directory

    def __init__(self, source: Callable[[], Snapshot], folder: Path) -> None:
        super().__init__(source)
        self._history = History(folder)
        self._runs: tuple[Run, ...] = ()
        self._marked = Marked()
        self._table = Table((), columns(()))
        self._log_y = False
        self._chart: Chart | None = None
        self._reading = False

    def compose_body(self) -> ComposeResult:
        yield Field(self.action_back, placeholder="words that a row must have", id="filter")
        yield Panel(id="runs", focusable=True)
        with Container(id="beside"):
            yield Panel(id="overlay", focusable=True)
            yield Sheet(id="differences")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#filter", Input).display = False
        self.set_interval(REFRESH, self._refresh)
        self._refresh()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._refresh()

    def panels(self) -> tuple[Panel, ...]:
        return tuple(self.query("#overlay").results(Panel))

    def chart_of(self, panel: Panel | Sheet) -> Chart | None:
        return self._chart if panel.id == "overlay" else None

    def show_body(self, snapshot: Snapshot, *, fresh: bool) -> None:
        if fresh:
            self._draw(snapshot)

    def _draw(self, snapshot: Snapshot) -> None:
        table, look = self._table, snapshot.look
        self.query_one("#runs", Panel).show(partial(table_lines, table))
        views = self._marked.views(table.marked)
        self._chart = chart = overlay(views, self._log_y)
        self.query_one("#overlay", Panel).show(lambda w, h: draw(chart, w, h, look))
        # In the order of marking: two runs may have been started in the same second.
        known = {run.name: run for run in self._runs}
        runs = [known[name] for name in table.marked if name in known]
        specs = self._marked.specs([run.directory for run in runs])
        self.query_one("#differences", Sheet).show(partial(difference_lines, runs, specs))

    def _refresh(self) -> None:
        if self.is_current and not self._reading:
            self._reading = True
            self._read()

    @work(thread=True, exit_on_error=False)
    def _read(self) -> None:
        """Read the folder without holding the screen up."""
        try:
            runs = self._history.read()
            self._marked.read()
            self.app.call_from_thread(self._take, runs)
        finally:
            self._reading = False

    def _take(self, runs: tuple[Run, ...]) -> None:
        self._runs = runs
        self._arrange()

    def _arrange(self) -> None:
        """Fit the table to the runs, the order and the filter; the cursor stays on its run."""
        table = self._table
        here = table.rows[table.cursor].name if table.rows else ""
        shown = columns(self._runs)
        by = min(table.sorted_by, len(shown) - 1)
        rows = arranged(self._runs, shown[by], down=table.down, wanted=table.wanted)
        cursor = next((i for i, run in enumerate(rows) if run.name == here), table.cursor)
        names = {run.name for run in self._runs}
        self._table = replace(
            table,
            rows=rows,
            columns=shown,
            sorted_by=by,
            cursor=max(0, min(cursor, len(rows) - 1)),
            marked=tuple(name for name in table.marked if name in names),
        )
        self._draw(self._source())

    def action_move(self, by: int) -> None:
        last = max(0, len(self._table.rows) - 1)
        cursor = max(0, min(last, self._table.cursor + by))
        self._table = replace(self._table, cursor=cursor)
        self._draw(self._source())

    def action_mark(self) -> None:
        """Mark the run under the cursor, or take its mark away; the oldest gives way to a sixth."""
        table = self._table
        if not table.rows or table.rows[table.cursor].problem:
            self.say("there is no run to mark here")
            return
        run = table.rows[table.cursor]
        if run.name in table.marked:
            marked = tuple(name for name in table.marked if name != run.name)
        else:
            marked = (*table.marked, run.name)[-MOST_MARKED:]
        directories = {r.name: r.directory for r in self._runs if r.name in marked}
        self._table = replace(table, marked=marked)
        self._marked.keep(directories)
        self._refresh()
        self._draw(self._source())

    def action_sort(self, by: int) -> None:
        number = (self._table.sorted_by + by) % len(self._table.columns)
        self._table = replace(self._table, sorted_by=number)
        self._arrange()

    def action_turn(self) -> None:
        self._table = replace(self._table, down=not self._table.down)
        self._arrange()

    def action_log_y(self) -> None:
        self._log_y = not self._log_y
        self._draw(self._source())

    def action_filter(self) -> None:
        box = self.query_one("#filter", Input)
        box.display = True
        box.focus()

    @on(Input.Changed)
    def _filtered(self, event: Input.Changed) -> None:
        self._table = replace(self._table, wanted=event.value)
        self._arrange()

    @on(Input.Submitted)
    def _filter_done(self, event: Input.Submitted) -> None:
        event.input.display = bool(event.value)
        self.query_one("#runs", Panel).focus()

    def action_open(self) -> None:
        table = self._table
        if table.rows and not table.rows[table.cursor].problem:
            self.post_message(self.Chosen(table.rows[table.cursor].directory))
        else:
            self.say("there is no run to watch here")

    def action_back(self) -> None:
        """Out of the filter, and all runs again."""
        box = self.query_one("#filter", Input)
        if box.display:
            box.value, box.display = "", False
            self.query_one("#runs", Panel).focus()
        else:
            super().action_back()
