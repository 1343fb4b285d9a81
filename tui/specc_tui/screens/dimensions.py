"""The dimensions screen: the shape of every array of the run, and the rule that gave it."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult

from specc_tui.dimensions import dimension_lines
from specc_tui.header import Header
from specc_tui.screens.run_screen import RunScreen
from specc_tui.snapshot import Snapshot
from specc_tui.widgets.panel import Sheet


class DimensionsScreen(RunScreen):
    NAME = "dimensions"

    shown: Header | None = None

    def compose_body(self) -> ComposeResult:
        yield Sheet(id="sheet")

    def show_body(self, snapshot: Snapshot, *, fresh: bool) -> None:
        header = snapshot.view.header
        if header is not self.shown or header is None:
            self.shown = header
            self.query_one("#sheet", Sheet).show(partial(dimension_lines, header))
