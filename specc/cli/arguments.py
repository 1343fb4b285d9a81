"""The arguments of all commands."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any, NoReturn

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
"""


class Parser(argparse.ArgumentParser):
    """Reports wrong usage as all findings are reported: what is wrong, and what to do."""

    def __init__(self, **settings: Any) -> None:
        # `formatter_class` is called with the program's name alone, so this sets its layout.
        settings.setdefault(
            "formatter_class",
            partial(argparse.RawDescriptionHelpFormatter, max_help_position=26, width=90),
        )
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        self.refuse(message, f"`{self.prog} --help` lists the arguments")

    def refuse(self, message: str, fix: str) -> NoReturn:
        self.exit(USAGE, f"error: {escape(message)}\nhelp: {escape(fix)}\n")


def parse(arguments: Sequence[str]) -> argparse.Namespace | None:
    """What the arguments ask for; None where they ask for nothing.

    Raises:
        SystemExit: they are wrong, which was said on stderr, or ask for help, which was printed.
    """
    top, commands = _parser()
    command = next((a for a in arguments if not a.startswith("-")), None)
    if command is not None and command not in commands:
        near = suggest(command, commands)
        known = ", ".join(commands)
        fix = f"did you mean `{near[0]}`?" if near else f"the commands are {known}"
        top.refuse(f"there is no command `{command}`", fix)
    chosen, rest = top.parse_known_args(arguments)
    if rest:
        parser = top if chosen.command is None else commands[chosen.command]
        _refuse_rest(parser, rest[0])
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
    if near:
        parser.refuse(message, f"did you mean `{near[0]}`?")
    parser.error(message)


def _parser() -> tuple[Parser, dict[str, Parser]]:
    top = Parser(
        prog="specc",
        usage="specc COMMAND ...",
        epilog=EPILOG,
    )
    top.add_argument("--version", action="store_true", help="print the version")
    commands = top.add_subparsers(dest="command", prog="specc", help=argparse.SUPPRESS)
    made: dict[str, Parser] = {}
    lines = ["Compile .dl model specs to NumPy, train them, and watch.", "", "commands:"]

    def command(name: str, text: str) -> Parser:
        description = text[0].upper() + text[1:] + "."
        made[name] = commands.add_parser(name, description=description)
        lines.append(f"  {name:10} {text}")
        return made[name]

    check = command("check", "find all errors without running anything")
    check.epilog = CHECK_EPILOG
    check.add_argument(
        "files", nargs="+", metavar="FILE", help="a spec, or a folder: all `.dl` files below it"
    )
    check.add_argument("--format", choices=FORMATS, default="text", help="text if not given")
    check.add_argument("--data", action="store_true", help="read the data files too")
    check.add_argument("--strict", action="store_true", help="warnings fail, too")
    check.add_argument("--dims", action="store_true", help="print the dimension table")
    check.add_argument("--fix", action="store_true", help="apply the fixes that leave no doubt")
    check.add_argument(
        "--diff", action="store_true", help="with --fix: change nothing, print what would change"
    )

    expand = command("expand", "print every value that holds, and where it comes from")
    _spec_arguments(expand)
    expand.add_argument("--json", action="store_true", help="print the values as JSON")

    new = command("new", "write a commented spec to start from")
    new.add_argument("name", metavar="NAME", type=_path, help="the file is called NAME.dl")
    new.add_argument(
        "--data", metavar="FILE", type=_path, help="fit it to this csv, npz or idx file"
    )

    fmt = command("fmt", "rewrite files in canonical form")
    fmt.add_argument("files", nargs="+", metavar="FILE", help="a spec")
    fmt.add_argument("--check", action="store_true", help="change nothing, fail if that would")
    fmt.add_argument("--diff", action="store_true", help="change nothing, print what would change")

    explain = command("explain", "explain a word of the language, or a code such as E0302")
    explain.add_argument("subject", nargs="?", metavar="WORD|CODE", help="all are listed if none")

    plan = command("plan", "show what will run: shapes, parameters, flops and bytes of a step")
    _spec_arguments(plan)
    plan.add_argument(
        "--emit",
        choices=("summary", "ir", "numpy"),
        default="summary",
        help="a table (if not given), the graph, or the NumPy program",
    )
    plan.add_argument("-o", dest="output", metavar="OUT", type=_path, help="write to a file")

    train = command("train", "train a spec with plain progress lines")
    _spec_arguments(train)
    train.add_argument(
        "--out", metavar="DIR", type=_path, help="the run directory; runs/NAME-TIME if not given"
    )
    train.add_argument("--resume", action="store_true", help="go on with the run in --out")
    train.add_argument("--watch", action="store_true", help="in the terminal app")
    train.add_argument("--json", action="store_true", help="print the result as JSON, at the end")
    train.add_argument("--control", action="store_true", help=argparse.SUPPRESS)

    watch = command("watch", "open the terminal app: train a spec, or look at a run")
    watch.add_argument("target", metavar="FILE|RUN", help="a spec, or the directory of a run")
    _changes(watch)
    watch.add_argument(
        "--out", metavar="DIR", type=_path, help="the run directory; runs/NAME-TIME if not given"
    )
    watch.add_argument("--once", action="store_true", help="print one frame of a run and end")
    watch.add_argument("--ascii", action="store_true", help="no braille, no box drawing")

    gradcheck = command("gradcheck", "check the gradient of the whole network")
    gradcheck.add_argument("target", metavar="FILE|RUN", help="a spec, or the directory of a run")
    _changes(gradcheck)
    gradcheck.add_argument("--json", action="store_true", help="print the report as JSON")

    compare = command("compare", "train all variants of a spec, print one table")
    compare.add_argument("file", metavar="FILE", help="a spec")
    _settings(compare)
    compare.add_argument(
        "--out", metavar="DIR", type=_path, help="a folder for the run directories"
    )
    compare.add_argument("--json", action="store_true", help="print the results as JSON")
    top.description = "\n".join(lines)
    return top, made


def _spec_arguments(command: Parser) -> None:
    command.add_argument("file", metavar="FILE", help="a spec")
    _changes(command)


def _changes(command: Parser) -> None:
    command.add_argument("--variant", metavar="V", help="a variant of the file")
    _settings(command)


def _settings(command: Parser) -> None:
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        dest="settings",
        help="another value, such as train.batch=128; may be repeated",
    )


def _path(text: str) -> str:
    # Empty is what `--out "$DIR"` gives where DIR is not set, and no folder that anyone means.
    if not text:
        raise argparse.ArgumentTypeError("the path is empty")
    return text
