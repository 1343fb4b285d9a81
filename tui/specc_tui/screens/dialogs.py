"""The two dialogs: help, made from the bindings, and what to do with the trainer on quitting."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from specc_tui.facts import help_lines
from specc_tui.lines import Lines, Role, wrap
from specc_tui.widgets.panel import Panel, Sheet

Groups = Sequence[tuple[str, Sequence[tuple[str, str]]]]


class HelpScreen(ModalScreen[None]):
    """All keys of the screen below."""

    BINDINGS = [  # noqa: RUF012
        Binding("escape,question_mark,q", "dismiss", "close", id="help.close"),
    ]

    def __init__(self, groups: Groups) -> None:
        super().__init__()
        self._groups = groups

    def compose(self) -> ComposeResult:
        yield Sheet(id="help")

    def on_mount(self) -> None:
        sheet = self.query_one("#help", Sheet)
        sheet.border_title = "keys"
        sheet.border_subtitle = "esc closes"
        sheet.show(partial(help_lines, self._groups))
        sheet.focus()


class QuitScreen(ModalScreen[str]):
    """Stop training, leave it running, or stay; the answer is `stop`, `leave` or `stay`."""

    BINDINGS = [  # noqa: RUF012
        Binding("s", "answer('stop')", "stop training", id="quit.stop"),
        Binding("l", "answer('leave')", "leave it running", id="quit.leave"),
        Binding("c,escape", "answer('stay')", "cancel", id="quit.cancel"),
    ]

    def __init__(self, directory: str) -> None:
        super().__init__()
        self._directory = directory

    def compose(self) -> ComposeResult:
        yield Panel(id="quit")

    def on_mount(self) -> None:
        panel = self.query_one("#quit", Panel)
        panel.border_title = "the trainer is at work"
        panel.show(self._lines)

    def action_answer(self, answer: str) -> None:
        self.dismiss(answer)

    def _lines(self, width: int, height: int) -> Lines:
        choices = (
            ("s", "stop training: it writes its checkpoint and ends"),
            ("l", f"leave it running; watch it again: specc watch {self._directory}"),
            ("c", "cancel"),
        )
        rows = []
        for key, text in choices:
            first, *rest = wrap(text, width - 3)
            rows += [((f"{key}  ", Role.STRONG), *first), *((("   ", Role.TEXT), *r) for r in rest)]
        return tuple(rows)
