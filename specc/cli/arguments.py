"""The arguments of all commands."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn

from specc.cli import run_arguments
from specc.cli.kinds import path, port
from specc.diag.escape import escape
from specc.diag.suggest import suggest

USAGE = 2
EPILOG = """\
examples:
  specc watch models/digits.dl               train it in the terminal app
  specc train models/digits.dl               train it with plain progress lines
  specc check models/*.dl                    all errors, each with its place and a fix
  specc plan models/digits.dl --emit numpy   the NumPy program that `train` runs
  specc explain adam                         a word of the language, or a code such as E0302

`specc COMMAND --help` lists the arguments of a command.
"""
FORMATS = ("text", "concise", "json", "github", "sarif", "junit")
CHECK_EPILOG = """\
text goes to stderr, every other format to stdout as one document: `github` annotates a
change, `sarif` feeds code scanning, `junit` makes every file a test. `--dims --format json`
prints the layers of one file as a list, several files as a list of
{"file", "layers", "parameters"}; if something fails, the findings instead.

standard input is called `<stdin>` in findings; `--fix` refuses it. A pipe by another name
is read as `/dev/stdin` or `/dev/fd/N`, which is what `<(...)` of a shell is.
"""
FMT_EPILOG = """\
what comes from standard input is printed in canonical form, no file is written.
"""
FILES = "a spec, a folder: all `.dl` files below it, or `-`: standard input"


class _Store(argparse.Action):
    """The value of an argument. Of two different ones one would be lost, so that is refused."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        given = vars(namespace).setdefault("given", {})
        if option_string is not None and given.setdefault(self.dest, values) != values:
            raise argparse.ArgumentError(self, f"given twice: `{given[self.dest]}` and `{values}`")
        setattr(namespace, self.dest, values)


class _StoreSetting(argparse.Action):
    """The values of `--set`: one for each path."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        path, _, value = (part.strip() for part in values.partition("="))
        settings = getattr(namespace, self.dest)
        for other in settings:
            known, _, before = (part.strip() for part in other.partition("="))
            if known == path and before != value:
                raise argparse.ArgumentError(self, f"`{path}` twice: `{before}` and `{value}`")
        setattr(namespace, self.dest, [*settings, values])


class Parser(argparse.ArgumentParser):
    """Reports wrong usage as all findings are reported: what is wrong, and what to do."""

    def __init__(self, **settings: Any) -> None:
        # `formatter_class` is called with the program's name alone, so this sets its layout.
        settings.setdefault(
            "formatter_class",
            partial(argparse.RawDescriptionHelpFormatter, max_help_position=26, width=90),
        )
        super().__init__(allow_abbrev=False, **settings)
        self.register("action", None, _Store)
        self.register("action", "store", _Store)

    def error(self, message: str) -> NoReturn:
        message = re.sub(r"^argument (\S+):", r"`\1`:", message)
        self.refuse(message, f"`{self.prog} --help` lists the arguments")

    def refuse(self, message: str, fix: str) -> NoReturn:
        self.exit(USAGE, f"error: {escape(message)}\nhelp: {escape(fix)}\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace | None:
    """What the arguments ask for; None where they ask for nothing.

    Raises:
        SystemExit: they are wrong, which was said on stderr, or ask for help, which was printed.
    """
    name = next((a for a in arguments if not a.startswith("-")), None)
    top, command = _parser(name)
    if name is not None and command is None:
        near = suggest(name, COMMANDS)
        known = ", ".join(COMMANDS)
        fix = f"did you mean `{near[0]}`?" if near else f"the commands are {known}"
        top.refuse(f"there is no command `{name}`", fix)
    chosen, rest = top.parse_known_args(arguments)
    if rest:
        _refuse_rest(command or top, rest[0])
    if chosen.command is None and not chosen.version:
        top.print_help(sys.stderr)
        return None
    return chosen


def _refuse_rest(parser: Parser, argument: str) -> NoReturn:
    if not argument.startswith("-"):
        parser.error(f"`{parser.prog}` has no use for `{argument}`")
    name = argument.partition("=")[0]
    near = suggest(name, re.findall(r"--[a-z]+", parser.format_usage()))
    message = f"`{parser.prog}` has no option `{name}`"
    if os.path.lexists(argument):
        parser.refuse(message, f"the file is given as `{os.path.join('.', argument)}`")
    if near:
        parser.refuse(message, f"did you mean `{near[0]}`?")
    parser.error(message)


def _parser(name: str | None) -> tuple[Parser, Parser | None]:
    """The parser of the program, and that of the command; those of other commands are not made."""
    lines = "".join(f"\n  {name:10} {text}" for name, (text, _) in COMMANDS.items())
    top = Parser(
        prog="specc",
        usage="specc COMMAND ...",
        description=f"Compile .dl model specs to NumPy, train them, and watch.\n\ncommands:{lines}",
        epilog=EPILOG,
    )
    top.add_argument("--version", action="store_true", help="print the version")
    if name not in COMMANDS:
        top.set_defaults(command=None)
        return top, None
    text, add_arguments = COMMANDS[name]
    commands = top.add_subparsers(dest="command", prog="specc", help=argparse.SUPPRESS)
    command = commands.add_parser(name, description=text[0].upper() + text[1:] + ".")
    add_arguments(command)
    return top, command


def _check(command: Parser) -> None:
    command.epilog = CHECK_EPILOG
    command.add_argument("files", nargs="+", metavar="FILE", help=FILES)
    command.add_argument("--format", choices=FORMATS, default="text", help="text if not given")
    command.add_argument("--data", action="store_true", help="read the data files too")
    command.add_argument("--strict", action="store_true", help="warnings fail, too")
    command.add_argument("--dims", action="store_true", help="print the dimension table")
    command.add_argument("--fix", action="store_true", help="apply the fixes that leave no doubt")
    command.add_argument(
        "--diff", action="store_true", help="with --fix: change nothing, print what would change"
    )


def _expand(command: Parser) -> None:
    _spec_arguments(command)
    command.add_argument("--json", action="store_true", help="print the values as JSON")


def _new(command: Parser) -> None:
    command.add_argument("name", metavar="NAME", type=path, help="the file is called NAME.dl")
    command.add_argument(
        "--data",
        metavar="FILE",
        type=path,
        help="fit it to this csv, npz, idx or parquet file, or folder of images",
    )


def _fmt(command: Parser) -> None:
    command.epilog = FMT_EPILOG
    command.add_argument("files", nargs="+", metavar="FILE", help=FILES)
    command.add_argument("--check", action="store_true", help="change nothing, fail if that would")
    command.add_argument(
        "--diff", action="store_true", help="change nothing, print what would change"
    )


def _explain(command: Parser) -> None:
    command.add_argument("subject", nargs="?", metavar="WORD|CODE", help="all are listed if none")


def _plan(command: Parser) -> None:
    _spec_arguments(command)
    command.add_argument(
        "--emit",
        choices=("summary", "ir", "numpy"),
        default="summary",
        help="a table (if not given), the graph, or the NumPy program",
    )
    command.add_argument("-o", dest="output", metavar="OUT", type=path, help="write to a file")


def _train(command: Parser) -> None:
    _spec_arguments(command)
    command.add_argument(
        "--out", metavar="DIR", type=path, help="the run directory; runs/NAME-TIME if not given"
    )
    command.add_argument("--resume", action="store_true", help="go on with the run in --out")
    command.add_argument("--watch", action="store_true", help="in the terminal app")
    command.add_argument("--json", action="store_true", help="print the result as JSON, at the end")
    command.add_argument("--report", action="store_true", help="end with a line per class")
    run_arguments.bayes(command)
    command.add_argument("--control", action="store_true", help=argparse.SUPPRESS)


def _watch(command: Parser) -> None:
    command.add_argument("target", metavar="FILE|RUN", help="a spec, or the directory of a run")
    _changes(command)
    command.add_argument(
        "--out", metavar="DIR", type=path, help="the run directory; runs/NAME-TIME if not given"
    )
    command.add_argument("--once", action="store_true", help="print one frame of a run and end")
    command.add_argument("--ascii", action="store_true", help="no braille, no box drawing")
    command.add_argument("--web", action="store_true", help="in browsers on this machine")
    command.add_argument(
        "--port", type=port, metavar="N", help="for --web; a free one if not given"
    )


def _gradcheck(command: Parser) -> None:
    command.add_argument("target", metavar="FILE|RUN", help="a spec, or the directory of a run")
    _changes(command)
    command.add_argument("--json", action="store_true", help="print the report as JSON")


def _compare(command: Parser) -> None:
    command.add_argument("file", metavar="FILE", help="a spec")
    _settings(command)
    command.add_argument("--out", metavar="DIR", type=path, help="a folder for the run directories")
    command.add_argument("--watch", action="store_true", help="in the terminal app")
    command.add_argument("--json", action="store_true", help="print the results as JSON")
    run_arguments.bayes(command)


def _spec_arguments(command: Parser) -> None:
    command.add_argument("file", metavar="FILE", help="a spec")
    _changes(command)


def _changes(command: Parser) -> None:
    command.add_argument("--variant", metavar="V", help="a variant of the file")
    _settings(command)


def _settings(command: Parser) -> None:
    command.add_argument(
        "--set",
        action=_StoreSetting,
        default=[],
        metavar="PATH=VALUE",
        dest="settings",
        help="another value, such as train.batch=128; may be repeated",
    )


COMMANDS: dict[str, tuple[str, Callable[[Parser], None]]] = {
    "check": ("find all errors without running anything", _check),
    "expand": ("print every value that holds, and where it comes from", _expand),
    "new": ("write a commented spec to start from", _new),
    "fmt": ("rewrite files in canonical form", _fmt),
    "explain": ("explain a word of the language, or a code such as E0302", _explain),
    "plan": ("show what will run: shapes, parameters, flops and bytes of a step", _plan),
    "train": ("train a spec with plain progress lines", _train),
    "watch": ("open the terminal app: train a spec, or look at a run", _watch),
    "gradcheck": ("check the gradient of the whole network", _gradcheck),
    "compare": ("train all variants of a spec, print one table", _compare),
    "test": ("train specs and hold every `expect`", run_arguments.test),
    "evaluate": ("measure the best checkpoint of a run", run_arguments.evaluate),
    "predict": ("predict every example of a file", run_arguments.predict),
    "runs": ("list, show or delete runs", run_arguments.runs),
}
"""The commands with what they do, in the order of `specc --help`."""
