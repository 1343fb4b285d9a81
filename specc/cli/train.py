"""`specc train`: run a spec."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from specc.cli.log import Log
from specc.cli.output import say, show_diagnostics, show_json
from specc.diag.escape import escape
from specc.driver import Compilation, compile_file
from specc.run.control import Command, Control
from specc.run.events import Finished
from specc.training import default_directory, prepare_job, run_job


def train(chosen: argparse.Namespace) -> int:
    """Train; 1 if the run diverges or an `expect` does not hold."""
    if chosen.watch and not chosen.json and sys.stdout.isatty():
        from specc.cli.watch import open_app

        return open_app(chosen.file, chosen)
    compilation = compile_file(chosen.file, chosen.variant, chosen.settings)
    if chosen.resume and not chosen.out:
        sys.stderr.write("error: `--resume` needs the run directory: `--out DIR`\n")
        return 2
    directory = chosen.out or default_directory(compilation)
    show_diagnostics(compilation.warnings)
    log = None if chosen.json else Log()
    control = Control()
    if chosen.control:
        control.listen(sys.stdin)
    interrupted: list[int] = []
    with _Signals(control, interrupted):
        result = run_to_end(compilation, directory, control, log, resume=chosen.resume)
    if chosen.json:
        show_json(as_json(directory, result))
    else:
        say(f"\nrun directory: {escape(directory)}  (specc watch {escape(directory)})")
    if interrupted:
        return 130
    return status(result)


def run_to_end(
    compilation: Compilation,
    directory: str,
    control: Control,
    log: Log | None,
    *,
    resume: bool = False,
) -> Finished:
    """Train a compilation; the last event."""
    job = prepare_job(compilation, directory)
    for event in run_job(job, control, resume=resume):
        if log is not None:
            log.see(event)
        if isinstance(event, Finished):
            result = event
    return result


def as_json(directory: str, event: Finished) -> dict[str, Any]:
    """The result object of `train --json`."""
    return {
        "run": directory,
        "status": event.status,
        "steps": event.steps,
        "epochs": event.epochs,
        "seconds": event.seconds,
        "examples_per_second": event.examples_per_second,
        "train": event.train,
        "dev": event.dev,
        "test": event.test,
        "best": event.best,
        "expect": list(event.expect),
    }


def status(event: Finished) -> int:
    """The exit status of a run that was not interrupted."""
    return int(event.status == "diverged" or any(not claim["holds"] for claim in event.expect))


class _Signals:
    """The first Ctrl-C (or SIGTERM) ends the run in order, with its checkpoint; a second one at
    once.
    """

    def __init__(self, control: Control, interrupted: list[int]) -> None:
        self.control, self.interrupted = control, interrupted
        self.before: dict[int, Any] = {}

    def __enter__(self) -> None:
        def stop(number: int, frame: FrameType | None) -> None:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupted.append(number)
            self.control.put(Command("stop"))

        handler: Callable[[int, FrameType | None], Any] = stop
        for number in (signal.SIGINT, signal.SIGTERM):
            self.before[number] = signal.signal(number, handler)

    def __exit__(self, *problem: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)
