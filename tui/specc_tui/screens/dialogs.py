"""The dialogs: help, made from the bindings; what to do with the trainer on quitting; whether to
start anew; another learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Input

from specc_tui.facts import help_lines
from specc_tui.figures import brief
from specc_tui.lines import Line, Lines, Role, line, wrap
from specc_tui.rates import read_rate
from specc_tui.widgets.field import Field
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
        return choice_lines(choices, width)


class RestartScreen(ModalScreen[bool]):
    """Whether to start the same spec anew; the answer is True or False."""

    BINDINGS = [  # noqa: RUF012
        Binding("s,y", "answer(True)", "start anew", id="restart.start"),
        Binding("c,escape,n", "answer(False)", "cancel", id="restart.cancel"),
    ]

    def __init__(self, name: str, *, running: bool) -> None:
        super().__init__()
        self._what, self._stops = name, running

    def compose(self) -> ComposeResult:
        yield Panel(id="question")

    def on_mount(self) -> None:
        panel = self.query_one("#question", Panel)
        panel.border_title = "restart"
        panel.show(self._lines)

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)

    def _lines(self, width: int, height: int) -> Lines:
        first = "the present run is stopped, " if self._stops else ""
        text = f"{first}{self._what} starts anew in a new run directory"
        return choice_lines((("s", text), ("c", "cancel")), width)


class RateScreen(ModalScreen[float | None]):
    """Another learning rate, typed; None if it stays."""

    BINDINGS = [  # noqa: RUF012
        Binding("escape", "leave", "cancel", id="rate.cancel"),
    ]

    def __init__(self, rate: float) -> None:
        super().__init__()
        self._rate = rate
        self._wrong = ""

    def compose(self) -> ComposeResult:
        with Container(id="question"):
            yield Panel(id="about")
            yield Field(self.action_leave, placeholder=f"now {brief(self._rate)}", id="typed")

    def on_mount(self) -> None:
        box = self.query_one("#question", Container)
        box.border_title = "learning rate"
        box.border_subtitle = "enter sets it, esc cancels"
        self.query_one("#about", Panel).show(self._lines)
        self.query_one("#typed", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        rate = read_rate(event.value)
        if isinstance(rate, float):
            self.dismiss(rate)
            return
        self._wrong = rate
        self.query_one("#about", Panel).show(self._lines)

    def action_leave(self) -> None:
        self.dismiss(None)

    def _lines(self, width: int, height: int) -> Lines:
        said = line(self._wrong, Role.BAD) if self._wrong else line("it is recorded in the run")
        return (line(f"from the next update on (now {brief(self._rate)})"), said)


def choice_lines(choices: Sequence[tuple[str, str]], width: int) -> Lines:
    """Keys and what they do, each on as many lines as it takes."""
    rows: list[Line] = []
    for key, text in choices:
        first, *rest = wrap(text, width - 3)
        rows += [((f"{key}  ", Role.STRONG), *first), *((("   ", Role.TEXT), *r) for r in rest)]
    return tuple(rows)
