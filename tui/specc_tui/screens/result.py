"""The result screen: what the network does with the data, redrawn while it learns."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult

from specc_tui.decision import grid_size
from specc_tui.outcome_lines import result_lines
from specc_tui.screens.run_screen import RunScreen
from specc_tui.snapshot import Snapshot
from specc_tui.widgets.panel import Sheet


class ResultScreen(RunScreen):
    NAME = "result"

    def compose_body(self) -> ComposeResult:
        yield Sheet(id="sheet")

    def show_body(self, snapshot: Snapshot, *, fresh: bool) -> None:
        sheet = self.query_one("#sheet", Sheet)
        height = max(8, sheet.size.height)
        sheet.show(partial(result_lines, snapshot.result, height=height, look=snapshot.look))

    def grid(self) -> tuple[int, int]:
        """Columns and rows of the map that fits the screen."""
        size = self.query_one("#sheet", Sheet).size
        return grid_size(size.width, size.height)
