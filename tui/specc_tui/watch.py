"""What the app knows and does, without the app: it reads the run, keeps the snapshot, runs the
check."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from specc_tui.curves import Options
from specc_tui.failure import repaired
from specc_tui.gradcheck import Failure, GradientCheck
from specc_tui.inspector import Inspector
from specc_tui.look import Look
from specc_tui.plan import Plan, Times
from specc_tui.printable import printable
from specc_tui.result import Answer, Filters, Problem, Result
from specc_tui.session import Session
from specc_tui.smoothing import step_level
from specc_tui.snapshot import Snapshot, short_directory
from specc_tui.spec_check import SpecCheck
from specc_tui.state import View, reduce, with_smoothing
from specc_tui.tail import RunReader

SAID_SECONDS = 4.0
"""How long a message stands."""

READ_SECONDS = 0.02
"""Time after which reading goes on at the next turn."""

CATCH_UP_SECONDS = (0.6, 0.1)
"""The same for the first turn, so that a long run is there at once, and while much is left."""

KINDS: dict[str, type[Answer]] = {
    "result": Result,
    "filters": Filters,
    "plan": Plan,
    "times": Times,
}
"""What each question is answered with; it is kept under the same name in the snapshot."""


class Watch:
    """One watched run; `snapshot` is what is known now."""

    def __init__(
        self,
        session: Session,
        look: Look,
        clock: Callable[[], float] = time.time,
        options: Options | None = None,
        smoothing: float = 0.9,
    ) -> None:
        self.session = session
        self._clock = clock
        self._reader = RunReader(session.directory)
        self._check: GradientCheck | None = None
        self._inspector = Inspector(session.directory)
        self._asked: tuple[object, ...] = ()
        self._spec_check: SpecCheck | None = None
        self._budget = CATCH_UP_SECONDS[0]
        self._said_until = 0.0
        directory = printable(short_directory(session.directory))
        self.snapshot = Snapshot(
            view=View(smoothing=smoothing),
            look=look,
            directory=directory,
            folder=session.directory,
            file=session.file,
            options=options or Options(),
        )

    def poll(self) -> bool:
        """Take in what is new; whether there was anything."""
        now = self._clock()
        view, fresh = self.snapshot.view, False
        begin = time.monotonic()
        more = True
        while more and time.monotonic() - begin < self._budget:
            try:
                news = self._reader.poll()
                view = reduce(view, news)
            except Exception as error:
                # A bug here must not end the app: there is a live trainer behind it.
                problem = printable(f"reading failed: {type(error).__name__}: {error}", 300)
                view = replace(view, problem=problem)
                break
            fresh |= not news.empty
            more = news.more
        self._budget = CATCH_UP_SECONDS[1] if more else READ_SECONDS
        trainer = self.session.trainer(view.header.pid if view.header is not None else 0)
        outcome = self._check.poll() if self._check is not None else self.snapshot.outcome
        said = self.snapshot.said if now < self._said_until else ""
        fresh |= self._hear()
        self.snapshot = replace(
            self.snapshot, view=view, trainer=trainer, outcome=outcome, now=now, said=said
        )
        return fresh | self._look_at_spec()

    def _look_at_spec(self) -> bool:
        """What is wrong with a spec that would not train; whether that is news."""
        file = self.session.file
        if not self.snapshot.refused or file is None:
            return False
        if self._spec_check is None:
            lines = self.snapshot.trainer.lines
            self._spec_check = SpecCheck(file, self.session.command, lines)
        before, findings = self.snapshot.findings, self._spec_check.poll()
        if findings == before or findings is None:
            return False
        if before is not None and not findings.story:
            self.say(repaired(file.name))
        self.snapshot = replace(self.snapshot, findings=findings)
        return True

    def say(self, text: str, seconds: float = SAID_SECONDS) -> None:
        """Let a message stand for some seconds."""
        self._said_until = self._clock() + seconds
        self.snapshot = replace(self.snapshot, said=text)

    def tell(self, command: str) -> None:
        """Send the trainer a command, and say what became of it."""
        if self.snapshot.view.ended or self.snapshot.trainer.running is False:
            self.say("this run has ended: there is no trainer to tell")
            return
        self.say(self.session.send(command) or f"told the trainer: {command}")

    def scale_rate(self, factor: float) -> None:
        """Multiply the learning rate; the run records it as an event."""
        rate = self.snapshot.view.rate
        if math.isnan(rate):
            self.say("no learning rate is known yet")
        else:
            self.tell(f"rate {rate * factor:.6g}")

    def smooth(self, by: int) -> None:
        """Smooth the training cost by a level more (1) or less (-1)."""
        view = self.snapshot.view
        smoothed = with_smoothing(view, step_level(view.smoothing, by))
        self.snapshot = replace(self.snapshot, view=smoothed)

    def check_gradients(self, *, again: bool) -> None:
        """Start the gradient check, once there is a run to check; `again` also if it was done."""
        started = self._check is not None or self.snapshot.outcome is not None
        if self.snapshot.view.header is None or (started and not again):
            return
        self._end_check()
        try:
            self._check = GradientCheck(str(self.session.directory), self.session.command)
            self.snapshot = replace(self.snapshot, outcome=self._check.poll())
        except OSError as error:
            failure = Failure(2, (printable(error.strerror or str(error)),))
            self.snapshot = replace(self.snapshot, outcome=failure)

    def inspect(self, what: str, columns: int = 0, rows: int = 0) -> None:
        """Ask the inspector, when it is free and the answer can be another than the last one.

        Of a run that goes on, the trainer is asked for a checkpoint first.
        """
        view = self.snapshot.view
        live = view.header is not None and not view.ended
        moment = view.phase, view.step
        if (what, columns, rows, *moment) == self._asked or not self._inspector.ready(what):
            return
        if live and self.snapshot.trainer.running is not False:
            self.session.send("checkpoint")
        self._ask(what, columns, rows, *moment)

    def inspect_plan(self, *, again: bool = False) -> None:
        """Ask for the plan of the run, then for the times of its lines; each is asked for once, the
        times also `again`."""
        snapshot = self.snapshot
        if snapshot.view.header is None or not self._inspector.idle:
            return
        if snapshot.plan is None:
            self._ask("plan")
        elif isinstance(snapshot.plan, Plan) and (snapshot.times is None or again):
            self.snapshot = replace(snapshot, times=None)
            self._ask("times")

    def _ask(self, what: str, columns: int = 0, rows: int = 0, *moment: object) -> None:
        """Put a question; `moment` is what else makes the answer another one."""
        self._asked = (what, columns, rows, *moment)
        try:
            self._inspector.ask(what, columns, rows)
        except OSError as error:
            self._take(what, Problem(printable(f"it cannot be started: {error.strerror or error}")))

    def _hear(self) -> bool:
        """Take in what the inspector has answered."""
        heard = self._inspector.poll()
        if heard is not None:
            self._take(*heard)
        return heard is not None

    def _take(self, what: str, answer: Answer) -> None:
        """Keep an answer; one to something else is none."""
        kept: Any = answer if isinstance(answer, (KINDS[what], Problem)) else None
        self.snapshot = replace(self.snapshot, **{what: kept})

    def close(self) -> None:
        """End the inspector, and the checks that are under way."""
        self._inspector.close()
        if self._spec_check is not None:
            self._spec_check.close()
        self._end_check()

    def _end_check(self) -> None:
        if self._check is not None:
            self._check.close()
            self._check = None
