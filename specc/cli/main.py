"""The command line: arguments, exit status, and the one place where errors become text.

Exit status: 0 fine, 1 findings, 2 wrong usage or unreadable input, 70 a bug of ours, 130
interrupted. Commands are imported when they are run, so that `specc --help` loads neither NumPy nor
lark.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

FINE, FINDINGS, USAGE, BUG, INTERRUPTED = 0, 1, 2, 70, 130
UNREADABLE = ("E0501", "E0507", "E0511", "E0512")
"""Findings that are about files that cannot be read or written, not about what they say."""


def parser() -> argparse.ArgumentParser:
    """The arguments of all commands."""
    top = argparse.ArgumentParser(
        prog="specc",
        description="Compile .dl model specs to NumPy, train them, and watch.",
        allow_abbrev=False,
    )
    top.add_argument("--version", action="store_true", help="print the version")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")

    check = _command(commands, "check", "compile without running")
    check.add_argument("files", nargs="+", metavar="FILE")
    check.add_argument("--format", choices=("text", "concise", "json"), default="text")
    check.add_argument("--data", action="store_true", help="read the data files too")
    check.add_argument("--strict", action="store_true", help="warnings fail")
    check.add_argument("--dims", action="store_true", help="print the dimension table")

    fmt = _command(commands, "fmt", "rewrite files in canonical form")
    fmt.add_argument("files", nargs="+", metavar="FILE")
    fmt.add_argument(
        "--check", action="store_true", help="change nothing, fail if something would change"
    )
    fmt.add_argument("--diff", action="store_true", help="change nothing, print what would change")

    explain = _command(commands, "explain", "a word of the language, or a code such as E0302")
    explain.add_argument("subject", metavar="WORD|CODE")

    plan = _command(commands, "plan", "what will run: shapes, parameters, flops, bytes, steps")
    _spec_arguments(plan)
    plan.add_argument("--emit", choices=("summary", "ir", "numpy"), default="summary")
    plan.add_argument("-o", dest="output", metavar="OUT", help="write to a file")

    train = _command(commands, "train", "train a spec")
    _spec_arguments(train)
    train.add_argument(
        "--out", metavar="DIR", help="the run directory; runs/NAME-TIME if not given"
    )
    train.add_argument("--resume", action="store_true", help="go on with the run in --out")
    train.add_argument("--watch", action="store_true", help="in the terminal app")
    train.add_argument("--json", action="store_true", help="print the result as JSON")
    train.add_argument("--control", action="store_true", help=argparse.SUPPRESS)

    watch = _command(commands, "watch", "the terminal app: train this spec, or attach to a run")
    watch.add_argument("target", metavar="FILE|RUN")
    watch.add_argument("--variant", metavar="V")
    watch.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", dest="settings")
    watch.add_argument("--out", metavar="DIR", help="the run directory")
    watch.add_argument("--once", action="store_true", help="print one frame of a run and end")
    watch.add_argument("--ascii", action="store_true", help="no braille, no box drawing")

    gradcheck = _command(commands, "gradcheck", "check the gradient of the whole network")
    gradcheck.add_argument("target", metavar="FILE|RUN")
    gradcheck.add_argument("--variant", metavar="V")
    gradcheck.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE", dest="settings"
    )
    gradcheck.add_argument("--json", action="store_true", help="print the report as JSON")

    compare = _command(commands, "compare", "train all variants, print one table")
    compare.add_argument("file", metavar="FILE")
    compare.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE", dest="settings"
    )
    compare.add_argument("--out", metavar="DIR", help="a folder for the run directories")
    compare.add_argument("--json", action="store_true", help="print the results as JSON")
    return top


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + ".", allow_abbrev=False
    )


def _spec_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE")
    command.add_argument("--variant", metavar="V", help="a variant of the file")
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        dest="settings",
        help="another value, e.g. train.batch=128",
    )


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    top = parser()
    try:
        chosen = top.parse_args(arguments)
    except SystemExit as end:
        return USAGE if end.code else FINE
    if chosen.version:
        from specc.driver import specc_version

        sys.stdout.write(f"specc {specc_version()}\n")
        return FINE
    if chosen.command is None:
        top.print_help()
        return USAGE
    try:
        return _dispatch(chosen)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; so that the interpreter does not stumble over it at
        # exit:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except Exception as problem:
        return _failed(problem)


def _dispatch(chosen: argparse.Namespace) -> int:
    match chosen.command:
        case "check":
            from specc.cli.check import check

            return check(chosen)
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
        case _:
            from specc.cli.compare import compare

            return compare(chosen)


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
        sys.stderr.write("error: there is not enough memory for this\n")
        return FINDINGS
    from specc.cli.crash import report

    report(problem)
    return BUG
