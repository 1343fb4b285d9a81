"""Progress in plain lines: for pipes, CI and `train` without the app. The only writer while
training.
"""

from __future__ import annotations

import sys
import time
from typing import IO

from specc.cli.output import brief, count, duration, known, percent, steps, table
from specc.diag.escape import escape
from specc.run.events import (
    Checkpointed,
    Diverged,
    Evaluated,
    Event,
    Finished,
    Paused,
    RateChanged,
    Resumed,
    Started,
    Steps,
    Warned,
)

LINES = 10
LEAST_SECONDS = 5.0


class Log:
    """Writes a line about a tenth of the run, or every five seconds, and a summary at the end.

    Args:
        seconds: The length of a run that is limited by time.
        stream: Where to write, stdout if not given.
    """

    def __init__(self, seconds: float | None = None, stream: IO[str] | None = None) -> None:
        self.seconds = seconds
        self.stream = stream or sys.stdout
        self.started: Started | None = None
        self.first: tuple[int, float] | None = None
        self.rate = ""
        self.widths: list[int] = []
        self.printed = -1
        self.last = time.monotonic()

    def see(self, event: Event) -> None:
        """Take an event in, and write what a reader should know."""
        match event:
            case Started():
                self.started = event
                self._start(event)
            case Steps():
                self.rate = f"{event.rates[-1]:.3g}"
                self.first = self.first or (event.first, event.seconds[0])
            case Evaluated():
                self._progress(event)
            case Diverged():
                self._line(f"diverged: {escape(event.message)}")
            case Paused():
                self._line(f"paused after {steps(event.step)}")
            case Resumed():
                self._line(f"goes on after {steps(event.step)}")
            case RateChanged():
                self._line(f"learning rate set to {event.rate:g} by hand after {steps(event.step)}")
            case Warned():
                self._line(f"warning: {escape(event.message)}")
            case Checkpointed():
                pass
            case Finished():
                self._finish(event)

    def _line(self, text: str = "") -> None:
        self.stream.write(text + "\n")
        self.stream.flush()

    def _start(self, event: Started) -> None:
        sizes = ", ".join(f"{n:,} {name}" for name, n in event.examples.items())
        if event.steps:
            length = f"{_epochs(event.epochs)}, {steps(event.steps)}"
        else:
            length = f"{duration(self.seconds)} long" if self.seconds else "until it is stopped"
        self._line(
            f"{event.parameters:,} parameters; {sizes} examples; batch {event.batch:,}; {length}"
        )
        if event.step:
            self._line(f"goes on after {steps(event.step)}")

    def _progress(self, event: Evaluated) -> None:
        started = self.started
        if started is None or not self._due(event, started):
            return
        cells = {
            "epoch": (count(event.epoch), count(started.epochs)),
            "step": (f"{event.step:,}", f"{started.steps:,}"),
        }
        for part, metrics in (("train", event.train), ("dev", event.dev or {})):
            for name, value in metrics.items():
                if name != "loss":
                    cells[f"{part} {name}"] = (percent(name, value), "0.00001")
        cells["lr"] = (self.rate, "0.000123")
        left = self._left(event, started)
        if not self.widths:
            # The second text of a column is about the longest that it will hold.
            self.widths = [max(len(title), *map(len, c)) for title, c in cells.items()]
            self._line()
            self._row([*cells, "ETA"])
        self._row([*(text for text, _ in cells.values()), left])

    def _row(self, cells: list[str]) -> None:
        *numbers, left = cells
        parts = (c.rjust(w) for c, w in zip(numbers, self.widths, strict=True))
        self._line("  ".join((*parts, left)).rstrip())

    def _due(self, event: Evaluated, started: Started) -> bool:
        share = event.step / started.steps if started.steps else 0.0
        if self.seconds:
            share = event.seconds / self.seconds
        tenth = int(share * LINES)
        late = time.monotonic() - self.last >= LEAST_SECONDS
        if not (tenth > self.printed or late or event.step == started.steps):
            return False
        self.printed, self.last = tenth, time.monotonic()
        return True

    def _left(self, event: Evaluated, started: Started) -> str:
        """The time that is left, at the speed of this process; empty where nobody can tell."""
        if self.seconds:
            return duration(max(0.0, self.seconds - event.seconds))
        if not started.steps or event.step >= started.steps or self.first is None:
            return ""
        step, seconds = self.first
        if event.step <= step:
            return ""
        return duration(
            (event.seconds - seconds) / (event.step - step) * (started.steps - event.step)
        )

    def _finish(self, event: Finished) -> None:
        speed = f", {event.examples_per_second:,.0f} examples per second"
        self._line()
        self._line(
            f"{event.status} after {steps(event.steps)} ({_epochs(event.epochs)}) "
            f"in {duration(event.seconds)}{speed if event.examples_per_second else ''}"
        )
        if event.status == "stopped":
            self._line(f"reason: {escape(event.reason)}")
        names = list(event.train)
        rows = [["", *names]]
        for part, metrics in (("train", event.train), ("dev", event.dev), ("test", event.test)):
            if metrics is not None:
                rows.append([part, *(percent(n, metrics[n]) for n in names)])
        for line in table(rows, right=range(1, len(names) + 1)):
            self._line("  " + line)
        if event.best is not None and event.best["dev"]:
            self._line(
                f"best dev cost {brief(event.best['dev']['cost'])} "
                f"at epoch {count(event.best['epoch'])}"
            )
        for claim in event.expect:
            if claim["holds"]:
                self._line(f"expect {escape(claim['claim'])}: holds, it is {known(claim['value'])}")


def _epochs(number: float) -> str:
    return "1 epoch" if number == 1 else f"{count(number)} epochs"
