"""The command line: exit status, and the one place where errors become text.

Exit status: 0 fine, 1 findings, 2 wrong usage or unreadable input, 70 a bug of ours, 130
interrupted. Commands are imported when they are run, so that `specc --help` loads neither NumPy nor
lark.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import TextIO, cast

from specc.cli.arguments import parse
from specc.cli.streams import Guard, report_lost
from specc.threads import one_thread

FINE, FINDINGS, USAGE, BUG, INTERRUPTED = 0, 1, 2, 70, 130
UNREADABLE = ("E0501", "E0507", "E0511", "E0512")
"""Findings that are about files that cannot be read or written, not about what they say."""

COMPUTING = frozenset(("train", "gradcheck", "compare", "test", "evaluate", "predict"))
"""Commands that multiply matrices."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    output, errors = Guard(sys.stdout), Guard(sys.stderr)
    with redirect_stdout(cast(TextIO, output)), redirect_stderr(cast(TextIO, errors)):
        status = _run(sys.argv[1:] if arguments is None else arguments)
        output.flush()
        if report_lost(output) and status == FINE:
            status = USAGE
        errors.flush()
    return status


def _run(arguments: Sequence[str]) -> int:
    try:
        chosen = parse(arguments)
        if chosen is None:
            return USAGE
        if chosen.version:
            from specc.version import __version__

            sys.stdout.write(f"specc {__version__}\n")
            return FINE
        return _dispatch(chosen)
    except SystemExit as end:
        return USAGE if end.code else FINE
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except Exception as problem:
        return _failed(problem)


def _dispatch(chosen: argparse.Namespace) -> int:
    if chosen.command in COMPUTING:
        one_thread()
    match chosen.command:
        case "check":
            from specc.cli.check import check

            return check(chosen)
        case "expand":
            from specc.cli.expand import expand

            return expand(chosen)
        case "new":
            from specc.cli.new import new

            return new(chosen)
        case "fmt":
            from specc.cli.fmt import fmt

            return fmt(chosen)
        case "explain":
            from specc.cli.explain import explain

            return explain(chosen)
        case "plan":
            from specc.cli.plan import plan

            return plan(chosen)
        case "train":
            from specc.cli.train import train

            return train(chosen)
        case "watch":
            from specc.cli.watch import watch

            return watch(chosen)
        case "gradcheck":
            from specc.cli.gradcheck import gradcheck

            return gradcheck(chosen)
        case "compare":
            from specc.cli.compare import compare

            return compare(chosen)
        case "test":
            from specc.cli.test import test

            return test(chosen)
        case "evaluate":
            from specc.cli.evaluate import evaluate

            return evaluate(chosen)
        case "predict":
            from specc.cli.predict import predict

            return predict(chosen)
        case _:
            from specc.cli.runs import runs

            return runs(chosen)


def _failed(problem: Exception) -> int:
    from specc.cli.output import show_diagnostics
    from specc.diag.diagnostic import RunError, SpecError

    if isinstance(problem, SpecError):
        show_diagnostics(problem.diagnostics)
        return FINDINGS
    if isinstance(problem, RunError):
        show_diagnostics((problem.diagnostic,))
        return USAGE if problem.diagnostic.code in UNREADABLE else FINDINGS
    if isinstance(problem, MemoryError):
        _report_memory(problem)
        return FINDINGS
    from specc.cli.crash import report

    report(problem)
    return BUG


def _report_memory(problem: MemoryError) -> None:
    sys.stderr.write("error: there is not enough memory for this\n")
    if str(problem):
        sys.stderr.write(f"note: {str(problem)[:1].lower()}{str(problem)[1:]}\n")
    sys.stderr.write("help: `specc plan` shows what needs how much; a smaller `batch` needs less\n")
