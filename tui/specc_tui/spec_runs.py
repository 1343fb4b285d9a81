"""What the editor asks of the app: a run of what it has saved, and to be asked before what it has
not saved is lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from textual import events

from specc_tui.controls import Controls
from specc_tui.printable import printable
from specc_tui.screens.choice import ChoiceScreen
from specc_tui.screens.spec import SpecScreen
from specc_tui.widgets.editor import Editor
from specc_tui.widgets.workbench import Workbench

RUNNING = (
    ("s", "stop", "stop the present run (it writes its checkpoint), and start this one"),
    ("l", "leave", "leave the present run training, and start this one beside it"),
)
UNSAVED = (
    ("s", "save", "save, then leave"),
    ("d", "discard", "leave: the changes are lost"),
)


class SpecRuns(Controls):
    """The part of the viewer that serves the editor."""

    spec_screen: SpecScreen | None = None

    def on_key(self, event: events.Key) -> None:
        """A key that was pressed before the editor had the focus, in the same breath as the one
        that gave it, is the editor's first."""
        focused = self.focused
        if isinstance(focused, Editor) and not focused.saw(event):
            event.stop()
            event.prevent_default()
            again = events.Key(event.key, event.character)
            again._set_forwarded()  # else the app would take it for a key that is pressed anew
            focused.post_message(again)

    async def action_interrupt(self) -> None:
        """Copy what is selected in the editor; else it is time to leave."""
        focused = self.focused
        if isinstance(focused, Editor) and focused.selected_text:
            focused.action_copy()
        else:
            await self.run_action("ask_quit")

    def on_workbench_said(self, event: Workbench.Said) -> None:
        self.say(event.text)

    def on_spec_screen_shown(self, event: SpecScreen.Shown) -> None:
        self.spec_screen = event.screen

    def on_spec_screen_run(self, event: SpecScreen.Run) -> None:
        """Train a saved spec in a new run directory; ask what becomes of a run that goes on."""
        if not self.session.owns_running:
            self._start(event.path, "")
            return
        dialog = ChoiceScreen("the present run is still training", RUNNING)
        self.push_screen(dialog, partial(self._start, event.path))

    def _start(self, path: Path, present: str | None) -> None:
        if self.session.owns_running and not present:
            self.say("saved; no new run was started")
            return
        if present == "stop" and self.session.send("stop"):
            self.session.terminate()
        self.train(path, "training")

    def guard_unsaved(self, leave: Callable[[], None]) -> None:
        """Leave, but first ask what becomes of changes that are not saved."""
        screen = self.spec_screen
        if screen is None or not screen.unsaved:
            leave()
            return
        name = printable(screen.file.path.name) if screen.file is not None else ""
        if not isinstance(self.screen, ChoiceScreen):
            dialog = ChoiceScreen(f"{name} has unsaved changes", UNSAVED)
            self.push_screen(dialog, partial(self._answered, screen, leave))

    def _answered(self, screen: SpecScreen, leave: Callable[[], None], answer: str | None) -> None:
        if answer == "discard":
            leave()
        elif answer == "save":
            screen.save(leave)
