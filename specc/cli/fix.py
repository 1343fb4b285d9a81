"""`specc check --fix`: what fixes itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from specc.cli.difference import difference
from specc.cli.rewriting import MARK, rewrite_spec, whole_text
from specc.diag.diagnostic import Diagnostic, Help, RunError
from specc.diag.escape import escape
from specc.diag.repair import Find, Repair, repair, safe_edits
from specc.diag.source import Source
from specc.lang.read import LARGEST
from specc.record import Record


class Fixed(Record):
    """What became of the files.

    Attributes:
        repairs: By file, where there was something to repair.
        problems: Why a file was not written, by file.
        elsewhere: Files that were not given, and have the fixes of those that use them.
    """

    repairs: dict[str, Repair]
    problems: dict[str, Diagnostic]
    elsewhere: tuple[str, ...]


def fix_files(sources: Sequence[Source], find: Find, *, dry: bool) -> Fixed:
    """Repair files and write those that change; with `dry` print the difference instead.

    Files that others use come out right only if they are read again afterwards.
    """
    done: dict[str, Repair] = {}
    problems: dict[str, Diagnostic] = {}
    others: dict[str, str] = {}
    for source in sources:
        repaired = repair(source, find)
        refused = any(safe_edits(d, repaired.source) for d in repaired.left)
        try:
            if (repaired.fixed or refused) and _put(source, repaired, dry=dry):
                done[source.path] = repaired
        except RunError as problem:
            problems[source.path] = problem.diagnostic
        for d in repaired.left:
            if d.primary is not None and safe_edits(d, d.primary.span.source):
                path = d.primary.span.source.path
                others.setdefault(os.path.realpath(path), path)
    given = {os.path.realpath(source.path) for source in sources}
    return Fixed(done, problems, tuple(p for real, p in others.items() if real not in given))


def _put(source: Source, repaired: Repair, *, dry: bool) -> bool:
    """Write a file, or print the difference; whether that can be done without losing bytes.

    Raises:
        RunError: E0511, it cannot be written, or nothing would read it afterwards.
    """
    before = whole_text(source)
    if before is None:
        return False
    after = MARK * before.startswith(MARK) + repaired.source.text
    if len(after.encode()) > LARGEST:
        message = (
            f"`{source.path}` would be larger than 1 MiB after its fixes, and is left as it is"
        )
        raise RunError(Diagnostic("E0511", message, helps=(Help("put a part into another file"),)))
    if dry:
        sys.stdout.write(difference(source.path, before, after))
    elif repaired.fixed:
        rewrite_spec(source, after)
    return True


def elsewhere_line(path: str) -> str:
    """`lib/blocks.dl: has fixes, and was not given`."""
    return f"{escape(path)}: has fixes, and was not given\n"


def fixed_line(path: str, fixed: int, left: int, *, dry: bool) -> str:
    """`models/x.dl: 3 fixed, 1 left`."""
    would = "would be " if dry else ""
    why = "" if fixed else ": the fixes at hand would leave as many errors, or more"
    return f"{escape(path)}: {fixed} {would}fixed, {left} {would}left{why}\n"
