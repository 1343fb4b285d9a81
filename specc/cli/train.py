"""`specc train`: run a spec."""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import Any

from specc.cli.interrupts import Interrupts
from specc.cli.log import Log
from specc.cli.output import say, show_diagnostics, show_json
from specc.diag.escape import escape
from specc.driver import Compilation, compile_file
from specc.run.control import Control
from specc.run.events import Finished
from specc.run.recorded import open_run
from specc.training import default_directory, missing_expectations, prepare_job, run_job


def train(chosen: argparse.Namespace) -> int:
    """Train; 1 if the run diverges or an `expect` does not hold."""
    if chosen.watch and not chosen.json and sys.stdout.isatty():
        from specc.cli.watch import open_app

        return open_app(chosen.file, chosen)
    if chosen.resume:
        if not chosen.out:
            sys.stderr.write(
                "error: `--resume` needs the run directory\n"
                "help: for example `--out runs/digits-20260101-120000 --resume`\n"
            )
            return 2
        open_run(chosen.out)  # whether there is one, before the data are read
    compilation = compile_file(chosen.file, chosen.variant, chosen.settings)
    directory = chosen.out or default_directory(compilation)
    show_diagnostics(compilation.warnings)
    run = compilation.bound.train.run
    log = None if chosen.json else Log(run.amount if run.unit == "seconds" else None)
    control = Control()
    if chosen.control:
        control.listen(sys.stdin)
    with Interrupts(control) as interrupts:
        result = run_to_end(compilation, directory, control, log, resume=chosen.resume)
    if chosen.json:
        show_json(as_json(directory, result))
    else:
        _say_where(directory, result)
    if interrupts.happened:
        return 130
    show_diagnostics(missing_expectations(compilation, result))
    return int(result.status == "diverged" or not all(c["holds"] for c in result.expect))


def _say_where(directory: str, result: Finished) -> None:
    say(f"\nrun directory: {escape(directory)}")
    say(f"look at it: specc watch {escape(shlex.quote(directory))}")
    if result.status == "stopped" and result.reason == "stopped by hand":
        say(
            "go on with it: the same command with "
            + escape(f"--out {shlex.quote(directory)} --resume")
        )


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
