"""The files that a command is given: names, and folders with everything below them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from specc.cli.incoming import identity
from specc.diag.diagnostic import Diagnostic, Help
from specc.record import Record


class Given(Record):
    """A file to look at, or why there is none at this path."""

    path: str
    problem: Diagnostic | None = None


def specs(paths: Sequence[str]) -> tuple[Given, ...]:
    """The files, in order; of a folder every `.dl` file below it, sorted, without hidden ones.

    A file that is named twice comes once, by whatever names.
    """
    found: dict[str, Given] = {}
    for path in paths:
        for given in _below(path) if os.path.isdir(path) else (Given(path),):
            found.setdefault(identity(given.path), given)
    return tuple(found.values())


def _below(folder: str) -> Iterator[Given]:
    problems: list[OSError] = []
    names: list[str] = []
    # Links to folders are not followed, so that the walk ends.
    for place, folders, files in os.walk(folder, onerror=problems.append):
        folders[:] = [f for f in folders if not f.startswith(".")]
        names += [
            os.path.normpath(os.path.join(place, f))
            for f in files
            if f.endswith(".dl") and not f.startswith(".")
        ]
    for problem in problems:
        reason = (problem.strerror or "unknown reason").lower()
        place = os.path.normpath(str(problem.filename))
        fix = Help("let your user read the folder, or name the specs themselves")
        yield Given(place, Diagnostic("E0507", f"`{place}` cannot be read: {reason}", helps=(fix,)))
    if not names and not problems:
        fix = Help("give a spec, or a folder that holds `.dl` files")
        yield Given(folder, Diagnostic("E0501", f"there is no spec below `{folder}`", helps=(fix,)))
    for name in sorted(names, key=lambda n: n.split(os.sep)):
        yield Given(name)
