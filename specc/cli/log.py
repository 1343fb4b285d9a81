"""Progress in plain lines: for pipes, CI and `train` without the app. The only writer while
training.
"""

from __future__ import annotations

import sys
import time
from typing import IO

from specc.cli.output import brief, duration, percent, table
from specc.diag.escape import escape
from specc.run.events import (
    Checkpointed,
    Diverged,
    Evaluated,
    Event,
    Finished,
    Metrics,
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
    """Writes a line about a tenth of the run, or every five seconds, and a summary at the end."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self.stream = stream or sys.stdout
        self.started: Started | None = None
        self.rate = 0.0
        self.printed = -1
        self.last = time.monotonic()

    def see(self, event: Event) -> None:
        """Take an event in, and write what a reader should know."""
        match event:
            case Started():
                self.started = event
                self._start(event)
            case Steps():
                self.rate = event.rates[-1]
            case Evaluated():
                self._progress(event)
            case Diverged():
                self._line(f"diverged: {event.message}")
            case Paused():
                self._line(f"paused after {event.step} steps")
            case Resumed():
                self._line(f"goes on after {event.step} steps")
            case RateChanged():
                self._line(f"learning rate set to {event.rate:g} by hand after {event.step} steps")
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
        length = (
            f"{event.epochs:g} epochs, {event.steps:,} steps"
            if event.steps
            else "until the time is over"
        )
        self._line(
            f"{event.parameters:,} parameters; {sizes} examples; batch {event.batch}; {length}"
        )
        if event.step:
            self._line(f"goes on after step {event.step}")

    def _progress(self, event: Evaluated) -> None:
        started = self.started
        if started is None:
            return
        tenth = event.step * LINES // started.steps if started.steps else 0
        due = tenth > self.printed or time.monotonic() - self.last >= LEAST_SECONDS
        if not due and event.step != started.steps:
            return
        self.printed, self.last = tenth, time.monotonic()
        parts = [f"epoch {event.epoch:g}", f"step {event.step}", *_words("train", event.train)]
        if event.dev is not None:
            parts += _words("dev", event.dev)
        if event.step:
            parts.append(f"lr {self.rate:.3g}")
        if started.steps and 0 < event.step - started.step and event.step < started.steps:
            left = event.seconds / event.step * (started.steps - event.step)
            parts.append(f"ETA {duration(left)}")
        self._line("  ".join(parts))

    def _finish(self, event: Finished) -> None:
        self._line()
        word = (
            "finished" if event.status == "finished" else f"{event.status}: {escape(event.reason)}"
        )
        self._line(
            f"{word} after {event.steps:,} steps ({event.epochs:g} epochs) "
            f"in {duration(event.seconds)}, {event.examples_per_second:,.0f} examples per second"
        )
        names = list(event.train)
        rows = [["", *names]]
        for part, metrics in (("train", event.train), ("dev", event.dev), ("test", event.test)):
            if metrics is not None:
                rows.append([part, *(percent(n, metrics[n]) for n in names)])
        for line in table(rows, right=range(1, len(names) + 1)):
            self._line("  " + line)
        if event.best is not None and event.best["dev"] is not None:
            self._line(
                f"best dev cost {brief(event.best['dev']['cost'])} at epoch {event.best['epoch']:g}"
            )
        for claim in event.expect:
            holds = "holds" if claim["holds"] else "does not hold"
            self._line(f"expect {escape(claim['claim'])}: {holds}, it is {_said(claim['value'])}")


def _said(value: float | tuple[int, ...]) -> str:
    """A number, or the sizes of a shape."""
    return f"({', '.join(map(str, value))})" if isinstance(value, tuple) else brief(value)


def _words(part: str, metrics: Metrics) -> list[str]:
    return [
        f"{part} {name} {percent(name, value)}" for name, value in metrics.items() if name != "loss"
    ]
