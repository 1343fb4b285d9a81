"""A question with a few answers, each a key."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen

from specc_tui.lines import Lines
from specc_tui.screens.dialogs import choice_lines
from specc_tui.widgets.panel import Panel

Choice = tuple[str, str, str]
"""Key, answer, and what it does in words."""


class ChoiceScreen(ModalScreen[str]):
    """Asks; the answer is that of the key, and empty for escape."""

    def __init__(self, title: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._title = title
        self._choices = choices

    def compose(self) -> ComposeResult:
        yield Panel(id="question")

    def on_mount(self) -> None:
        panel = self.query_one("#question", Panel)
        panel.border_title = self._title
        panel.border_subtitle = "esc cancels"
        panel.show(partial(_lines, self._choices))

    def on_key(self, event: events.Key) -> None:
        event.stop()
        answers = {key: answer for key, answer, _ in self._choices} | {"escape": ""}
        if event.key in answers:
            self.dismiss(answers[event.key])


def _lines(choices: Sequence[Choice], width: int, height: int) -> Lines:
    return choice_lines([(key, text) for key, _, text in choices], width)
