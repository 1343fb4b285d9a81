"""The dimensions screen: the shape of every array of the run, and the rule that gave it; or, of a
spec that would not train, what is wrong with it."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult

from specc_tui.dimensions import dimension_lines
from specc_tui.failure import Findings, failure_lines
from specc_tui.header import Header
from specc_tui.screens.run_screen import RunScreen
from specc_tui.snapshot import Snapshot
from specc_tui.widgets.panel import Sheet


class DimensionsScreen(RunScreen):
    NAME = "dimensions"

    shown: Header | Findings | None = None

    def compose_body(self) -> ComposeResult:
        yield Sheet(id="sheet")

    def show_body(self, snapshot: Snapshot, *, fresh: bool) -> None:
        findings = snapshot.findings if snapshot.refused else None
        about = findings or snapshot.view.header
        if about is None or about is not self.shown:
            self.shown = about
            if findings is not None:
                self.query_one("#sheet", Sheet).show(partial(failure_lines, findings))
            else:
                header = snapshot.view.header
                self.query_one("#sheet", Sheet).show(partial(dimension_lines, header))
