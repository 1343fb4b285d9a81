"""The layers screen: histograms over time, dead and saturated shares, first-layer filters."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding

from specc_tui.filters import filter_lines
from specc_tui.layers import Subject, layer_lines
from specc_tui.lines import Lines
from specc_tui.screens.run_screen import RunScreen
from specc_tui.snapshot import Snapshot
from specc_tui.widgets.panel import Sheet


class LayersScreen(RunScreen):
    NAME = "layers"
    BINDINGS = [  # noqa: RUF012
        Binding(
            "w",
            "other_subject",
            "values/weights",
            id="layers.subject",
            tooltip="the values of the layers, or their weights",
        ),
    ]

    looking_at: Subject = "values"

    def compose_body(self) -> ComposeResult:
        yield Sheet(id="sheet")

    def show_body(self, snapshot: Snapshot, *, fresh: bool) -> None:
        if fresh:
            self.query_one("#sheet", Sheet).show(partial(self._lines, snapshot))

    def _lines(self, snapshot: Snapshot, width: int) -> Lines:
        rows = layer_lines(snapshot.view.probes, self.looking_at, width)
        if self.looking_at == "values":
            rows += filter_lines(snapshot.filters, width, colour=snapshot.look.colour)
        return rows

    def action_other_subject(self) -> None:
        self.looking_at = "weights" if self.looking_at == "values" else "values"
        self.show_snapshot(self._source(), fresh=True)
