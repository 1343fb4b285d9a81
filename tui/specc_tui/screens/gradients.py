"""The gradients screen: gradient flow over time, and the report of the gradient check."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding

from specc_tui.flow import flow_lines
from specc_tui.gradcheck import Checking, Outcome
from specc_tui.gradients import gradient_lines
from specc_tui.lines import Lines, line
from specc_tui.screens.run_screen import RunScreen
from specc_tui.snapshot import Snapshot
from specc_tui.widgets.panel import Sheet


class GradientsScreen(RunScreen):
    NAME = "gradients"
    BINDINGS = [  # noqa: RUF012
        Binding("g", "app.check_gradients", "check again", id="gradients.check"),
    ]

    shown: Outcome | None = Checking(-1.0)
    looks = 0

    def compose_body(self) -> ComposeResult:
        yield Sheet(id="sheet")

    def show_body(self, snapshot: Snapshot, *, fresh: bool) -> None:
        looks = snapshot.view.probes
        if snapshot.outcome != self.shown or len(looks) != self.looks:
            self.shown, self.looks = snapshot.outcome, len(looks)
            self.query_one("#sheet", Sheet).show(partial(_lines, snapshot))


def _lines(snapshot: Snapshot, width: int) -> Lines:
    flow = flow_lines(snapshot.view.probes, width)
    return (*flow, line(""), *gradient_lines(snapshot.outcome, width))
