"""The Textual app: it polls a run directory, hands snapshots to the screen on top, and sends
commands back.

Nothing is pushed: a timer reads what is new a few times a second, and only the visible screen is
drawn. The trainer is a child process or someone else's, so it never waits for the screen.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.command import CommandPalette
from textual.screen import Screen
from textual.theme import Theme

from specc_tui.chart import Look
from specc_tui.facts import TITLES
from specc_tui.gradcheck import Failure, GradientCheck
from specc_tui.lines import Role
from specc_tui.news import News
from specc_tui.pace import INTERVAL, Pace
from specc_tui.palette import DARK, LIGHT
from specc_tui.printable import printable
from specc_tui.screens.dialogs import HelpScreen, QuitScreen
from specc_tui.screens.dimensions import DimensionsScreen
from specc_tui.screens.gradients import GradientsScreen
from specc_tui.screens.run_screen import RunScreen, first_key
from specc_tui.screens.train import TrainScreen
from specc_tui.session import Session
from specc_tui.smoothing import step_level
from specc_tui.snapshot import Snapshot, short_directory
from specc_tui.state import reduce, with_smoothing
from specc_tui.tail import RunReader

SCREENS: dict[str, type[RunScreen]] = {
    "train": TrainScreen,
    "dimensions": DimensionsScreen,
    "gradients": GradientsScreen,
}

SAID_SECONDS = 4.0
"""How long a message stands."""

PATIENCE = 10.0
"""Seconds for a trainer to end after `stop`, before it is terminated; again as long before it is
killed."""

BURST = 40
"""Polls in a row while there is more to read than one poll's budget."""


class Viewer(App[None]):
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
        Binding("ctrl+q,ctrl+c", "ask_quit", "quit", show=False, priority=True, id="app.quit_too"),
    ]

    def __init__(
        self,
        session: Session,
        *,
        ascii_only: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self.session = session
        self._clock = clock
        self._reader = RunReader(session.directory)
        self._check: GradientCheck | None = None
        self._pace = Pace()
        self._stale = True
        self._said_until = 0.0
        self._stopping: float | None = None
        self.snapshot = Snapshot(
            look=Look(ascii=ascii_only, colour=not self.no_color),
            directory=printable(short_directory(session.directory)),
        )
        self.set_class(ascii_only, "-ascii")
        for name, screen in SCREENS.items():
            self.add_mode(name, partial(screen, lambda: self.snapshot))

    def on_mount(self) -> None:
        self.animation_level = "none"
        for theme in _themes():
            self.register_theme(theme)
        self.theme = "specc-dark"
        self._watch_signals(install=True)
        self.poll()
        self.switch_mode("train")
        self.set_interval(INTERVAL, self.tick)

    def on_unmount(self) -> None:
        self._watch_signals(install=False)
        if self._check is not None:
            self._check.close()

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
        self._stale |= self.poll()
        if self._stopping is not None:
            self._stop_on()
        top = self.screen
        if not isinstance(top, RunScreen):
            return
        now = time.monotonic()
        cost = sum(panel.seconds for panel in top.panels())
        fresh = self._stale and self._pace.due(now, cost, focused=self.app_focus)
        top.show_snapshot(self.snapshot, fresh=fresh)
        if fresh:
            self._pace, self._stale = Pace(drawn=now), False

    def poll(self) -> bool:
        """Take in what is new; whether there was anything."""
        now = self._clock()
        view, changed = self.snapshot.view, False
        for _ in range(BURST):
            try:
                news = self._reader.poll()
                view = reduce(view, news)
            except Exception as error:
                # A bug here must not end the app: there is a live trainer behind it.
                news = News(problem=f"reading failed: {type(error).__name__}: {error}")
                view = replace(view, problem=printable(news.problem, 300))
            changed |= not news.empty
            if not news.more:
                break
        trainer = self.session.trainer(view.header.pid if view.header is not None else 0)
        outcome = self._check.poll() if self._check is not None else self.snapshot.outcome
        said = self.snapshot.said if now < self._said_until else ""
        self.snapshot = replace(
            self.snapshot, view=view, trainer=trainer, outcome=outcome, now=now, said=said
        )
        if self._check is None and self.current_mode == "gradients":
            self.action_check_gradients()
        return changed

    def say(self, text: str) -> None:
        """Show a short message for a few seconds."""
        self._said_until = self._clock() + SAID_SECONDS
        self.snapshot = replace(self.snapshot, said=text)
        self._show()

    def _show(self) -> None:
        if isinstance(self.screen, RunScreen):
            self.screen.show_snapshot(self.snapshot, fresh=False)

    def action_look_at(self, name: str) -> None:
        """Switch to a screen; the first look at the gradients starts the check."""
        self.switch_mode(name)
        if name == "gradients" and self._check is None and self.snapshot.outcome is None:
            self.action_check_gradients()

    def action_pause(self) -> None:
        self.action_tell("resume" if self.snapshot.view.phase == "paused" else "pause")

    def action_tell(self, command: str) -> None:
        """Send the trainer a command."""
        if self.snapshot.view.ended or self.snapshot.trainer.running is False:
            self.say("this run has ended: there is no trainer to tell")
            return
        problem = self.session.send(command)
        self.say(problem or f"told the trainer: {command}")

    def action_scale_rate(self, factor: float) -> None:
        """Multiply the learning rate; the run records it as an event."""
        latest = self.snapshot.view.latest
        if latest is None:
            self.say("no learning rate is known yet")
            return
        self.action_tell(f"rate {float(latest['rate']) * factor:.6g}")

    def action_smooth(self, by: int) -> None:
        view = self.snapshot.view
        self.snapshot = replace(
            self.snapshot, view=with_smoothing(view, step_level(view.smoothing, by))
        )
        if isinstance(self.screen, RunScreen):
            self.screen.show_snapshot(self.snapshot, fresh=True)

    def action_check_gradients(self) -> None:
        """Start the gradient check, again if it was done."""
        if self.snapshot.view.header is None:
            return
        if self._check is not None:
            self._check.close()
        try:
            self._check = GradientCheck(str(self.session.directory), self.session.command)
            outcome = self._check.poll()
        except OSError as error:
            self._check = None
            outcome = Failure(2, (printable(error.strerror or str(error)),))
        self.snapshot = replace(self.snapshot, outcome=outcome)
        self._show()

    def action_help(self) -> None:
        """All keys, from the bindings themselves."""
        top = self.screen
        if not isinstance(top, RunScreen):
            return
        groups = (
            (f"this screen: {top.NAME}", self._keys(top)),
            ("everywhere", self._keys(self)),
            ("tables", (("arrows, page up/down, home, end", "scroll"),)),
        )
        self.push_screen(HelpScreen([group for group in groups if group[1]]))

    def _keys(self, node: App[Any] | Screen[Any]) -> list[tuple[str, str]]:
        """Key and meaning of each binding that a node of ours declares."""
        bindings = [b for b in type(node).BINDINGS if isinstance(b, Binding) and b.description]
        return [(first_key(self, b), b.tooltip or b.description) for b in bindings]

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: every binding by its description, and what has no key."""
        for node in (screen, self):
            for binding in type(node).BINDINGS:
                if (
                    isinstance(binding, Binding)
                    and binding.id
                    and binding.action != "command_palette"
                ):
                    callback = partial(self.run_action, binding.action, default_namespace=node)
                    area = binding.id.partition(".")[0]
                    title = f"{area}: {binding.tooltip or binding.description}"
                    yield SystemCommand(title, f"key {first_key(self, binding)}", callback)
        yield SystemCommand(
            "app: halve the learning rate",
            "from the next update on",
            partial(self.action_scale_rate, 0.5),
        )
        yield SystemCommand(
            "app: double the learning rate",
            "from the next update on",
            partial(self.action_scale_rate, 2),
        )
        yield SystemCommand("app: theme", "light, dark and others", self.action_change_theme)

    def action_command_palette(self) -> None:
        """The palette, without the ellipsis of its usual prompt, which is no ASCII."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(
                CommandPalette(id="--command-palette", placeholder="search for commands")
            )

    def action_ask_quit(self) -> None:
        """Quit; with a trainer of this viewer at work, ask what becomes of it."""
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
            self._said_until = float("inf")
            said = "stopping: waiting for the last checkpoint (q again ends the trainer at once)"
            self.snapshot = replace(self.snapshot, said=said)
            self._show()

    def _stop_on(self) -> None:
        """Wait for the trainer that was stopped on quitting, with growing pressure."""
        waited = time.monotonic() - (self._stopping or 0.0)
        if not self.session.owns_running:
            self.exit()
        elif waited > 2 * PATIENCE:
            self.session.kill()
        elif waited > PATIENCE:
            self.session.terminate()


def _themes() -> tuple[Theme, Theme]:
    """Our themes; the colours of the roles are in `palette`."""
    dark = Theme(
        "specc-dark",
        primary=DARK[Role.TRAIN],
        secondary=DARK[Role.DEV],
        foreground=DARK[Role.TEXT],
        background="#121212",
        surface="#121212",
        panel="#1e1e1e",
    )
    light = Theme(
        "specc-light",
        primary=LIGHT[Role.TRAIN],
        secondary=LIGHT[Role.DEV],
        foreground=LIGHT[Role.TEXT],
        background="#ffffff",
        surface="#ffffff",
        panel="#f0f0f0",
        dark=False,
    )
    return dark, light
