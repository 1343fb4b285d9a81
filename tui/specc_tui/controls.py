"""What every screen can do beyond looking: export, copy, start anew, another learning rate; and
what the app remembers of how it was left."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import App, ScreenStackError
from textual.binding import Binding
from textual.command import CommandPalette
from textual.driver import Driver
from textual.filter import LineFilter, NoColor
from textual.theme import ThemeProvider

from specc_tui.ascii import to_ascii
from specc_tui.curves import Options
from specc_tui.delivery import deliver
from specc_tui.exports import chart_documents, text_of
from specc_tui.facts import TITLES
from specc_tui.keyboard import listen
from specc_tui.lines import Lines
from specc_tui.look import Look
from specc_tui.printable import printable
from specc_tui.remembered import Remembered, recall, remember
from specc_tui.screens.dialogs import RateScreen, RestartScreen
from specc_tui.screens.run_screen import RunScreen
from specc_tui.screens.train import TrainScreen
from specc_tui.session import Session
from specc_tui.watch import Watch

COPIED = "copied to the terminal's clipboard, if it has one (some ignore the request)"


class Controls(App[None]):
    """The part of the viewer that acts. It owns the session, which may be exchanged for another."""

    BINDINGS = [  # noqa: RUF012
        Binding(
            "r", "rate", "rate", show=False, id="app.rate", tooltip="set another learning rate"
        ),
        Binding(
            "R",
            "restart",
            "restart",
            show=False,
            id="app.restart",
            tooltip="train the spec of the run anew",
        ),
        Binding(
            "e",
            "export",
            "export",
            show=False,
            id="app.export",
            tooltip="write the focused panel: CSV, JSON, text, SVG",
        ),
        Binding(
            "E",
            "export_screen",
            "export screen",
            show=False,
            id="app.export_screen",
            tooltip="write the whole screen: SVG, text",
        ),
        Binding(
            "C", "copy", "copy", show=False, id="app.copy", tooltip="copy the text of the panel"
        ),
    ]

    def __init__(
        self, session: Session, look: Look, clock: Callable[[], float], memory: Path | None
    ) -> None:
        super().__init__()
        self.session = session
        self._clock = clock
        self._memory = memory
        self._kept = recall(memory)
        self.left: list[Session] = []
        kept = self._kept
        options = Options(unit=kept.unit, log_x=kept.log_x, log_y=kept.log_y)
        self.watched = Watch(session, look, clock, options, kept.smoothing)

    def get_driver_class(self) -> type[Driver]:
        """The driver of the platform, with our own ear for keys."""
        driver = super().get_driver_class()
        listen(sys.modules[driver.__module__])
        return driver

    def exchange(self, session: Session) -> None:
        """Watch another run from now on; the trainer of the present one is let go at the end."""
        self.watched.close()
        self.left.append(self.session)
        self.session = session
        old = self.watched.snapshot
        self.watched = Watch(session, old.look, self._clock, old.options, old.view.smoothing)
        self.watched.poll()

    def leave_runs(self) -> None:
        """Let go of every trainer that this viewer has started."""
        for session in (*self.left, self.session):
            session.leave()
        self.left.clear()

    def say(self, text: str, seconds: float = 8.0) -> None:
        """Let a sentence stand in the last line."""
        self.watched.say(text, seconds)
        if isinstance(self.screen, RunScreen):
            self.screen.show_snapshot(self.watched.snapshot, fresh=False)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """With `NO_COLOR` none at all is sent: Textual would send greys instead."""
        return [NoColor()] if self.no_color else super().get_line_filters()

    def on_run_screen_said(self, event: RunScreen.Said) -> None:
        self.say(event.text)

    def search_themes(self) -> None:
        """The themes to choose from; the usual prompt has an ellipsis, which is no ASCII."""
        self.push_screen(CommandPalette(providers=[ThemeProvider], placeholder="search for themes"))

    # What is remembered

    def restore(self) -> str:
        """Take up the remembered theme; the name of the remembered screen."""
        if self._kept.theme in self.available_themes:
            self.theme = self._kept.theme
        names = [name for name, _, _ in TITLES]
        return self._kept.screen if self._kept.screen in names else "train"

    def keep(self) -> None:
        """Remember how the app is now, if that has changed."""
        options, view = self.watched.snapshot.options, self.watched.snapshot.view
        with suppress(ScreenStackError):
            now = Remembered(
                smoothing=view.smoothing,
                unit=options.unit,
                log_x=options.log_x,
                log_y=options.log_y,
                theme=self.theme,
                screen=self.current_mode,
            )
            if now != self._kept:
                self._kept = now
                remember(self._memory, now)

    def on_train_screen_chosen(self, event: TrainScreen.Chosen) -> None:
        self.watched.snapshot = replace(self.watched.snapshot, options=event.options)

    # Export and copy

    def action_export(self) -> None:
        """Write what the focused panel shows."""
        screen = self.screen
        if not isinstance(screen, RunScreen) or (wording := screen.wording()) is None:
            return
        name, lines = wording
        panel = screen.subject()
        chart = None if panel is None else screen.chart_of(panel)
        if chart is None:
            documents = {"txt": self._text(lines)}
        else:
            snapshot = self.watched.snapshot
            about = {"run": printable(str(self.session.directory)), "step": str(snapshot.view.step)}
            documents = chart_documents(chart, about)
        self._deliver(documents, f"{screen.NAME}-{name}")

    def action_export_screen(self) -> None:
        """Write the whole screen."""
        strips = self.screen._compositor.render_strips()
        rows = ("".join(segment.text for segment in strip).rstrip() for strip in strips)
        documents = {"txt": "".join(f"{row}\n" for row in rows), "svg": self.export_screenshot()}
        self._deliver(documents, f"screen-{self.current_mode}")

    def action_copy(self) -> None:
        """Copy the text of the focused panel, by the terminal (OSC 52)."""
        screen = self.screen
        if isinstance(screen, RunScreen) and (wording := screen.wording()) is not None:
            name, lines = wording
            self.copy_to_clipboard(self._text(lines))
            self.say(f"{name} {COPIED}; e writes it to a file")

    def _text(self, lines: Lines) -> str:
        return text_of(to_ascii(lines) if self.has_class("-ascii") else lines)

    def _deliver(self, documents: dict[str, str], name: str) -> None:
        if self.is_web:
            import io

            for suffix, text in documents.items():
                self.deliver_text(io.StringIO(text), save_filename=f"{name}.{suffix}")
            self.say(f"sent to the browser: {name} .{', .'.join(documents)}")
        else:
            step = self.watched.snapshot.view.step
            self.say(deliver(documents, f"{name}-step{step}", self.session.directory))

    # The run

    def action_rate(self) -> None:
        """Ask for another learning rate."""
        view = self.watched.snapshot.view
        if view.latest is None:
            self.say("no learning rate is known yet")
        elif isinstance(self.screen, RunScreen):
            self.push_screen(RateScreen(view.rate), self._set_rate)

    def _set_rate(self, rate: float | None) -> None:
        if rate is not None:
            self.watched.tell(f"rate {rate:.9g}")

    def action_restart(self) -> None:
        """Ask whether to start the same spec anew."""
        file = self.spec_of_run()
        if file is None:
            self.say("the run does not say which spec it is of: `specc watch FILE` trains one")
        elif not file.is_file():
            self.say(f"the spec of the run is gone: {printable(str(file))}")
        elif isinstance(self.screen, RunScreen):
            # A trainer of someone else goes on: two runs do not disturb each other.
            dialog = RestartScreen(printable(file.name), running=self.session.owns_running)
            self.push_screen(dialog, partial(self._restart, file))

    def _restart(self, file: Path, answer: Any) -> None:
        if answer:
            if self.session.owns_running:
                self.session.send("stop")
            self.train(file, "started anew")

    def spec_of_run(self) -> Path | None:
        """The spec file of the run, as far as it is known."""
        header = self.watched.snapshot.view.header
        if self.session.file is not None:
            return self.session.file
        known = header.spec if header is not None else ""
        return Path(known) if known.endswith(".dl") else None

    def train(self, file: Path, said: str) -> None:
        """Train a spec as a run of its own, and watch that."""
        try:
            session = self.session.again(file, self._arguments(), time.localtime())
        except OSError as error:
            self.say(printable(f"it cannot be started: {error.strerror or error}"))
            return
        self.exchange(session)
        self.switch_mode("train")
        self.say(f"{said} in {printable(str(session.directory))}")

    def _arguments(self) -> tuple[str, ...]:
        """The new run is that of the same variant with the same settings; it does not go on from a
        checkpoint."""
        if self.session.file is not None:
            return tuple(a for a in self.session.arguments if a != "--resume")
        header = self.watched.snapshot.view.header
        if header is None:
            return ()
        variant = (f"--variant={header.variant}",) if header.variant else ()
        return (*variant, *(f"--set={setting}" for setting in header.changed))
