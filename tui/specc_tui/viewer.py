"""The Textual app: it polls a run directory, hands snapshots to the screen on top, and sends
commands back.

Nothing is pushed: a timer reads what is new a few times a second, and only the visible screen is
drawn. The trainer is a child process or someone else's, so it never waits for the screen.
"""

from __future__ import annotations

import asyncio
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import ScreenStackError, SystemCommand
from textual.binding import Binding
from textual.command import CommandPalette
from textual.css.query import NoMatches
from textual.screen import Screen

from specc_tui.facts import TITLES
from specc_tui.keys import help_groups, palette_commands
from specc_tui.look import Look
from specc_tui.pace import INTERVAL, Pace
from specc_tui.printable import printable
from specc_tui.screens.compare import CompareScreen
from specc_tui.screens.dialogs import HelpScreen, QuitScreen
from specc_tui.screens.dimensions import DimensionsScreen
from specc_tui.screens.gradients import GradientsScreen
from specc_tui.screens.layers import LayersScreen
from specc_tui.screens.plan import PlanScreen
from specc_tui.screens.result import ResultScreen
from specc_tui.screens.run_screen import RunScreen
from specc_tui.screens.spec import SpecScreen
from specc_tui.screens.train import TrainScreen
from specc_tui.session import Session
from specc_tui.snapshot import Snapshot
from specc_tui.spec_runs import SpecRuns
from specc_tui.themes import themes

SCREENS: dict[str, type[RunScreen]] = {
    "train": TrainScreen,
    "dimensions": DimensionsScreen,
    "gradients": GradientsScreen,
    "layers": LayersScreen,
    "result": ResultScreen,
    "plan": PlanScreen,
    "spec": SpecScreen,
}

PATIENCE = 10.0
"""Seconds for a trainer to end after `stop`, before it is terminated; again as long before it is
killed."""


class Viewer(SpecRuns):
    """Watches one run."""

    CSS_PATH = "viewer.tcss"
    TITLE = "specc"
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-narrow"), (80, "-medium"), (120, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (10, "-short"), (20, "-normal"), (36, "-tall")]  # noqa: RUF012
    BINDINGS = [  # noqa: RUF012
        Binding("space", "pause", "pause", id="app.pause", tooltip="pause training, or go on"),
        Binding("question_mark", "help", "help", id="app.help", tooltip="all keys"),
        Binding("q", "ask_quit", "quit", id="app.quit", tooltip="leave the viewer"),
        Binding("n", "tell('step')", "step", id="app.step", tooltip="one update, then pause"),
        Binding("N", "tell('epoch')", "epoch", id="app.epoch", tooltip="one epoch, then pause"),
        Binding("k", "tell('stop')", "stop", id="app.stop", tooltip="stop training for good"),
        *(
            Binding(key, f"look_at('{name}')", name, show=False, id=f"app.{name}")
            for name, key, _ in TITLES
        ),
        Binding("colon", "command_palette", "commands", show=False, id="app.palette"),
        Binding("ctrl+q", "ask_quit", "quit", show=False, priority=True, id="app.quit_too"),
        Binding(
            "ctrl+c",
            "interrupt",
            "quit",
            show=False,
            priority=True,
            id="app.interrupt",
            tooltip="leave, or copy in the editor",
        ),
    ]

    def __init__(
        self,
        session: Session,
        *,
        ascii_only: bool = False,
        clock: Callable[[], float] = time.time,
        memory: Path | None = None,
        start: str = "",
    ) -> None:
        """Watch a session. `memory` is the file that keeps how the app was left, none without;
        `start` the screen to begin with, in place of the one it was left with.
        """
        look = Look(ascii_only, "NO_COLOR" not in os.environ)  # Empty counts too, as in Textual.
        super().__init__(session, look, clock, memory)
        self._opening = start
        self._refused = False
        self._terminal = _terminal()
        self._pace = Pace()
        self._stale = True
        self._stopping: float | None = None
        self.set_class(ascii_only, "-ascii")
        for name, screen in SCREENS.items():
            self.add_mode(name, partial(screen, lambda: self.snapshot))
        folder = session.directory.absolute().parent
        self.add_mode("compare", partial(CompareScreen, lambda: self.snapshot, folder))

    @property
    def snapshot(self) -> Snapshot:
        return self.watched.snapshot

    def on_mount(self) -> None:
        self.animation_level = "none"
        for theme in themes():
            self.register_theme(theme)
        self.theme = "specc-dark"
        screen = self.restore()
        self._watch_signals(install=True)
        self.watched.poll()
        self.switch_mode(self._opening or screen)
        self.set_interval(INTERVAL, self.tick)

    def on_unmount(self) -> None:
        self._watch_signals(install=False)
        self.keep()
        self.watched.close()

    def _watch_signals(self, *, install: bool) -> None:
        """Leave in order, with the terminal restored, when the terminal closes or the viewer is
        told to go."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is None:
                continue
            # Only the main thread of a Unix process can watch signals.
            with suppress(NotImplementedError, RuntimeError, ValueError):
                if install:
                    loop.add_signal_handler(number, self.exit)
                else:
                    loop.remove_signal_handler(number)

    def tick(self) -> None:
        """One turn of the timer: read, then draw what is due."""
        # While the app ends, widgets go before their screen does, and screens before the app.
        with suppress(NoMatches, ScreenStackError):
            self._turn()

    def _turn(self) -> None:
        if self._terminal is not None and not os.isatty(self._terminal):
            self.exit()  # It was closed, and nobody has told (a session without it gets no signal).
            return
        self._stale |= self.watched.poll()
        if self._stopping is not None:
            self._stop_on()
        top = self.screen
        if not isinstance(top, RunScreen):
            return
        if self.snapshot.refused and not self._refused:
            self.switch_mode("dimensions")
        self._refused = self.snapshot.refused
        self.keep()
        if isinstance(top, GradientsScreen):
            self.watched.check_gradients(again=False)
        elif isinstance(top, ResultScreen):
            self.watched.inspect("result", *top.grid())
        elif isinstance(top, LayersScreen):
            self.watched.inspect("filters")
        elif isinstance(top, PlanScreen):
            self.watched.inspect_plan()
        now = time.monotonic()
        cost = sum(panel.seconds for panel in top.panels())
        fresh = self._stale and self._pace.due(now, cost, focused=self.app_focus)
        self.show(fresh=fresh)
        if fresh:
            self._pace, self._stale = Pace(drawn=now), False

    def show(self, *, fresh: bool) -> None:
        """Show the present snapshot; `fresh` draws the curves anew."""
        if isinstance(self.screen, RunScreen):
            self.screen.show_snapshot(self.snapshot, fresh=fresh)

    def action_look_at(self, name: str) -> None:
        """Switch to a screen; the first look at the gradients starts the check."""
        if name == "gradients":
            self.watched.check_gradients(again=False)
        self.switch_mode(name)

    def on_compare_screen_chosen(self, event: CompareScreen.Chosen) -> None:
        """Watch another run, unless this viewer has a trainer at work to look after."""
        if self.session.owns_running:
            self.watched.say("the trainer of this viewer is at work: end it, or watch in another")
            self.show(fresh=False)
            return
        self.exchange(Session.attach(event.directory, self.session.command))
        self._stale = True
        self.switch_mode("train")

    def action_pause(self) -> None:
        self.action_tell("resume" if self.snapshot.view.phase == "paused" else "pause")

    def action_tell(self, command: str) -> None:
        self.watched.tell(command)
        self.show(fresh=False)

    def action_smooth(self, by: int) -> None:
        self.watched.smooth(by)
        self.show(fresh=True)

    def action_check_gradients(self) -> None:
        self.watched.check_gradients(again=True)
        self.show(fresh=False)

    def action_measure(self) -> None:
        """Measure the lines of a step again."""
        self.watched.inspect_plan(again=True)
        self.show(fresh=False)

    def action_help(self) -> None:
        """All keys, from the bindings themselves."""
        if isinstance(self.screen, RunScreen):
            self.push_screen(HelpScreen(help_groups(self, self.screen)))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette offers."""
        yield from palette_commands(self, screen)
        for words, factor in (("halve", 0.5), ("double", 2.0)):
            title = f"app: {words} the learning rate"
            yield SystemCommand(title, "from the next update on", partial(self.scale_rate, factor))
        yield SystemCommand("app: theme", "light, dark and others", self.action_change_theme)

    def scale_rate(self, factor: float) -> None:
        """Multiply the learning rate of the run."""
        self.watched.scale_rate(factor)
        self.show(fresh=False)

    def action_command_palette(self) -> None:
        """The palette, without the ellipsis of its usual prompt, which is no ASCII."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(
                CommandPalette(id="--command-palette", placeholder="search for commands")
            )

    def action_ask_quit(self) -> None:
        """Quit; ask what becomes of unsaved changes, and of a trainer of this viewer at work."""
        if self._stopping is not None:
            self.session.terminate()
        else:
            self.guard_unsaved(self._ask_quit)

    def _ask_quit(self) -> None:
        if self._stopping is not None:
            self.session.terminate()
        elif not self.session.owns_running:
            self.exit()
        elif not isinstance(self.screen, QuitScreen):
            self.push_screen(QuitScreen(printable(str(self.session.directory))), self._quit)

    def _quit(self, answer: str | None) -> None:
        if answer == "leave":
            self.exit()
        elif answer == "stop":
            self._stopping = time.monotonic()
            if self.session.send("stop"):
                self.session.terminate()
            said = "stopping: waiting for the last checkpoint (q again ends the trainer at once)"
            self.watched.say(said, seconds=math.inf)
            self.show(fresh=False)

    def _stop_on(self) -> None:
        """Wait for the trainer that was stopped on quitting, with growing pressure."""
        waited = time.monotonic() - (self._stopping or 0.0)
        if not self.session.owns_running:
            self.exit()
        elif waited > 2 * PATIENCE:
            self.session.kill()
        elif waited > PATIENCE:
            self.session.terminate()


def _terminal() -> int | None:
    """The terminal that keys come from; None where there is none, as in a browser or a test."""
    try:
        number = sys.__stdin__.fileno() if sys.__stdin__ is not None else -1
    except (OSError, ValueError):
        return None
    return number if number >= 0 and os.isatty(number) else None
