"""`specc check --fix`: what fixes itself."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from specc.checking import open_source
from specc.cli.difference import difference
from specc.cli.output import write_file
from specc.diag.diagnostic import RunError
from specc.diag.escape import escape
from specc.diag.repair import Find, Repair, repair, safe_edits
from specc.diag.source import Source
from specc.record import replace

MARK = "\ufeff"
"""The byte order mark that some editors write at the start of a file."""


def fix_files(sources: Sequence[Source], find: Find, *, dry: bool) -> dict[str, Repair]:
    """Repair files and write those that change; with `dry` print the difference instead.

    Files that others use come out right only if they are read again afterwards.

    Raises:
        RunError: E0511, a file cannot be written; those before it are.
    """
    done: dict[str, Repair] = {}
    for source in sources:
        before = _whole_text(source)
        if before is None:
            continue
        repaired = repair(source, find)
        refused = any(safe_edits(d, repaired.source) for d in repaired.left)
        if repaired.fixed or refused:
            done[source.path] = repaired
        if not repaired.fixed:
            continue
        after = MARK * before.startswith(MARK) + repaired.source.text
        if dry:
            sys.stdout.writelines(difference(source.path, before, after))
        else:
            try:
                write_file(source.path, after)
            except RunError as problem:
                # A spec has its place: the help to choose another one is for runs.
                raise RunError(replace(problem.diagnostic, helps=())) from None
    return done


def reopened(source: Source) -> Source:
    """A file as it is now."""
    return open_source(source.path)


def fixed_line(path: str, fixed: int, left: int, *, dry: bool) -> str:
    """`models/x.dl: 3 fixed, 1 left`."""
    would = "would be " if dry else ""
    why = "" if fixed else ": the fixes at hand would leave as many errors, or more"
    return f"{escape(path)}: {fixed} {would}fixed, {left} {would}left{why}\n"


def _whole_text(source: Source) -> str | None:
    """The file with its byte order mark; None if it is not UTF-8, since writing would lose bytes,
    or has changed meanwhile.
    """
    with open(source.path, "rb") as file:
        try:
            text = file.read().decode("utf-8")
        except UnicodeDecodeError:
            return None
    return text if text.removeprefix(MARK) == source.text else None
