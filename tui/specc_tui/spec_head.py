"""The line above the editor: which file, in which state, and what the check says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc_tui.lines import Line, Lines, Role, fit, line, spread
from specc_tui.printable import printable
from specc_tui.problems import summary
from specc_tui.spec_file import SpecFile

if TYPE_CHECKING:
    from specc.editing.study import Study

LONGEST_PATH = 4096


def head_lines(
    file: SpecFile | None,
    study: Study | None,
    unsaved: bool,
    ahead: bool,
    trouble: str,
    width: int,
    height: int,
) -> Lines:
    """`ahead`: others have changed the file; `trouble`: why it could not be checked."""
    if file is None:
        return (line("waiting for the run's spec", Role.DIM),)
    state: Line = ()
    if ahead:
        state = (("  changed on disk: ctrl+o reads it, ctrl+s asks", Role.BAD),)
    elif file.locked:
        state = ((f"  read only: {file.locked}", Role.NOTE),)
    elif unsaved:
        state = (("  unsaved", Role.NOTE),)
    said, role = (trouble, Role.BAD) if trouble else summary(study)
    path = printable(str(file.path), LONGEST_PATH)
    right = line(said, role)
    room = max(2, width - len(said) - sum(len(text) for text, _ in state) - 1)
    # The end of a path says more than its beginning.
    short = path if len(path) <= room else f"…{path[1 - room :]}"
    left: Line = ((short, Role.STRONG), *state)
    return (fit(spread(left, right, width), width),)
