"""`specc train`: run a spec."""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from specc.cli.interrupts import Interrupts
from specc.cli.log import Log
from specc.cli.output import has_terminal, say, show_diagnostics, show_json
from specc.cli.verdict import class_lines, error_lines
from specc.diag.escape import escape
from specc.driver import Compilation, compile_file
from specc.run.control import Control
from specc.run.diagnosis import Errors, diagnose
from specc.run.events import Finished
from specc.run.recorded import open_run
from specc.training import default_directory, missing_expectations, prepare_job, run_job


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run, with the names of the classes and the sizes of the sets."""

    result: Finished
    classes: tuple[str, ...]
    examples: dict[str, int]

    def errors(self, bayes: float = 0.0) -> Errors | None:
        """Bias and variance, where `bayes` is the error that nobody can avoid; None of a run that
        diverged, whose errors say nothing about the network.
        """
        end = self.result
        if end.status == "diverged":
            return None
        found = {"train": end.train, "dev": end.dev, "test": end.test}
        return diagnose(found, bayes, self.examples)


def train(chosen: argparse.Namespace) -> int:
    """Train; 1 if the run diverges or an `expect` does not hold."""
    if chosen.watch and not chosen.json and has_terminal():
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
        outcome = run_to_end(compilation, directory, control, log, resume=chosen.resume)
    result = outcome.result
    if chosen.json:
        show_json(as_json(directory, outcome, chosen.bayes))
    else:
        for line in error_lines(outcome.errors(chosen.bayes)):
            say(line)
        if chosen.report:
            _report(outcome)
        _say_where(directory, result)
    if interrupts.happened:
        return 130
    show_diagnostics(missing_expectations(compilation, result))
    return int(result.status == "diverged" or not all(c["holds"] for c in result.expect))


def _report(outcome: Outcome) -> None:
    """How well each class is found in dev, or the set that there is."""
    found = outcome.result.confusion
    name = next((n for n in ("dev", "test", "train") if n in found), None)
    if name is None:
        say("\nno report: there are no classes, or too many; `specc evaluate` shows all of them")
        return
    say(f"\n{name}")
    for line in class_lines(np.array(found[name]), outcome.classes):
        say(f"  {line}")


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
) -> Outcome:
    """Train a compilation to the end."""
    job = prepare_job(compilation, directory)
    for event in run_job(job, control, resume=resume):
        if log is not None:
            log.see(event)
        if isinstance(event, Finished):
            result = event
    return Outcome(result, job.dataset.classes, job.dataset.sizes)


def as_json(directory: str, outcome: Outcome, bayes: float = 0.0) -> dict[str, Any]:
    """The result object of `train --json`."""
    errors = outcome.errors(bayes)
    return {
        **result_json(directory, outcome.result),
        "errors": None if errors is None else errors.to_json(),
        "classes": list(outcome.classes),
        "confusion": outcome.result.confusion,
    }


def result_json(directory: str, event: Finished) -> dict[str, Any]:
    """What a run directory tells of the result, too."""
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
