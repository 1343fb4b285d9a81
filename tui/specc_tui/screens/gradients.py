"""The gradients screen: the report of the gradient check."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding

from specc_tui.gradcheck import Checking, Outcome
from specc_tui.gradients import gradient_lines
from specc_tui.screens.run_screen import RunScreen
from specc_tui.snapshot import Snapshot
from specc_tui.widgets.panel import Sheet


class GradientsScreen(RunScreen):
    NAME = "gradients"
    BINDINGS = [  # noqa: RUF012
        Binding("g", "app.check_gradients", "check again", id="gradients.check"),
    ]

    shown: Outcome | None = Checking(-1.0)

    def compose_body(self) -> ComposeResult:
        yield Sheet(id="sheet")

    def show_body(self, snapshot: Snapshot, *, fresh: bool) -> None:
        if snapshot.outcome != self.shown:
            self.shown = snapshot.outcome
            self.query_one("#sheet", Sheet).show(partial(gradient_lines, snapshot.outcome))
