"""What the screens share: title on top, status and keys below, the crash panel when the
trainer died."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.css.query import NoMatches
from textual.message import Message
from textual.screen import Screen

from specc_tui.chart import Chart
from specc_tui.facts import crash_lines, key_line, tab_at, title_line
from specc_tui.keys import line_keys
from specc_tui.lines import Lines, flow
from specc_tui.snapshot import Snapshot
from specc_tui.widgets.panel import Panel, Sheet
from specc_tui.words import status_parts


class RunScreen(Screen[None]):
    """A screen that shows snapshots. `source` gives the present one."""

    NAME = ""
    BINDINGS = [  # noqa: RUF012 (Textual declares it as a plain class variable)
        Binding(
            "escape",
            "back",
            "back",
            show=False,
            id="run.back",
            tooltip="back: from one panel to all, or away with the words of a crash",
        ),
        Binding(
            "enter",
            "maximise",
            "maximise",
            show=False,
            id="run.maximise",
            tooltip="the focused panel alone (tab moves the focus)",
        ),
    ]

    class Said(Message):
        """Something to be told for a few seconds."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, source: Callable[[], Snapshot]) -> None:
        super().__init__()
        self._source = source
        self._crash_hidden = False
        self._composed = False

    @abstractmethod
    def compose_body(self) -> ComposeResult:
        """The widgets between title and status."""

    @abstractmethod
    def show_body(self, snapshot: Snapshot, *, fresh: bool) -> None:
        """Show a snapshot in the body; `fresh` is False where only the time moved on."""

    def panels(self) -> tuple[Panel, ...]:
        """The panels whose drawing is worth measuring."""
        return ()

    def chart_of(self, panel: Panel | Sheet) -> Chart | None:
        """The chart that a panel shows, if it shows one."""
        return None

    def say(self, text: str) -> None:
        """Let a sentence stand in the last line."""
        self.post_message(self.Said(text))

    def wording(self) -> tuple[str, Lines] | None:
        """What is meant, as text under a name."""
        panel = self.subject()
        return None if panel is None else (panel.id or "", panel.lines(*panel.size))

    def subject(self) -> Panel | Sheet | None:
        """The panel that is meant: the focused one, or the first of the body that is shown."""
        if isinstance(self.focused, Panel | Sheet) and self.focused.display:
            return self.focused
        shown = self.query_one("#body").query("Panel, Sheet")
        held = (w for w in shown if isinstance(w, Panel | Sheet) and w.size.area and w.id != "side")
        return next(held, None)

    def compose(self) -> ComposeResult:
        yield Panel(id="title")
        with Container(id="body"):
            yield from self.compose_body()
        yield Sheet(id="crash")
        yield Panel(id="status")
        yield Panel(id="keys")

    def on_mount(self) -> None:
        self._composed = True
        self.show_snapshot(self._source(), fresh=True)

    def on_screen_resume(self) -> None:
        self.show_snapshot(self._source(), fresh=True)

    def on_resize(self) -> None:
        self.show_snapshot(self._source(), fresh=False)

    def show_snapshot(self, snapshot: Snapshot, *, fresh: bool) -> None:
        """Show a snapshot on the whole screen, once and as long as it has its widgets."""
        if self._composed:
            with suppress(NoMatches):  # While the app ends, widgets go before their screen does.
                self._show(snapshot, fresh=fresh)

    def _show(self, snapshot: Snapshot, *, fresh: bool) -> None:
        self.query_one("#title", Panel).show(
            lambda width, height: title_line(snapshot, self.NAME, width)
        )
        self.query_one("#status", Panel).show(partial(_status, snapshot))
        keys = line_keys(self.app, self)
        self.query_one("#keys", Panel).show(
            lambda width, height: key_line(keys, snapshot.said, width)
        )
        crash = self.query_one("#crash", Sheet)
        told = snapshot.refused and self.NAME in ("dimensions", "spec")
        seen = snapshot.crashed and not self._crash_hidden and not told
        if seen and not crash.display:
            crash.show(partial(crash_lines, snapshot))
        crash.display = seen
        self.show_body(snapshot, fresh=fresh)

    @on(Panel.Pointed, "#title")
    def _point_at_title(self, event: Panel.Pointed) -> None:
        """A click on a screen's name goes there."""
        name = tab_at(self._source(), self.NAME, event.panel.size.width, event.column)
        if name is not None and not event.turn:
            self.app.switch_mode(name)

    def action_maximise(self) -> None:
        """Show the focused panel alone, or all of them again."""
        if self.has_class("-maximised"):
            self._restore()
        elif (chosen := self.subject()) is not None:
            self.add_class("-maximised")
            for node in self.query_one("#body").query("*"):
                near = node is chosen or node in chosen.ancestors or chosen in node.ancestors
                node.set_class(not near and not node.has_class("-always"), "-away")
            chosen.add_class("-alone")

    def action_back(self) -> None:
        if self.has_class("-maximised"):
            self._restore()
        else:
            self._crash_hidden = True
            self.query_one("#crash", Sheet).display = False

    def _restore(self) -> None:
        self.remove_class("-maximised")
        self.query_one("#body").query("*").remove_class("-away", "-alone")


def _status(snapshot: Snapshot, width: int, height: int) -> Lines:
    parts = status_parts(snapshot.view, snapshot.trainer, snapshot.now)
    return flow(parts, width, max(1, height))
