"""What is drawn on the lines of the editor: colours of words, underlined findings, marks in the
gutter, shapes at line ends."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from specc_tui.printable import UNSAFE

if TYPE_CHECKING:
    from specc.editing.pieces import Piece
    from specc.editing.study import Finding

Mark = tuple[int, int, str]
"""First and last column (excluded) of a line, and what is there."""

UNKNOWN = "\ufffd"
"""Stands for a character that must not reach the terminal."""


@dataclass(frozen=True, slots=True)
class Marks:
    """By line, from 0. `gutter` holds the worst severity of a line."""

    words: Mapping[int, tuple[Mark, ...]] = field(default_factory=dict)
    findings: Mapping[int, tuple[Mark, ...]] = field(default_factory=dict)
    gutter: Mapping[int, str] = field(default_factory=dict)


def line_starts(text: str) -> list[int]:
    """The offset of every line."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts[:-1]


def location(starts: Sequence[int], offset: int) -> tuple[int, int]:
    """Line and column of an offset, from 0."""
    row = max(0, bisect_right(starts, offset) - 1)
    return row, offset - starts[row]


def word_marks(text: str, pieces: Sequence[Piece]) -> dict[int, tuple[Mark, ...]]:
    """The colours of the lines."""
    found = _by_line(text, [(p.start, p.end, p.kind) for p in pieces])
    return {row: tuple(marks) for row, marks in found.items()}


def finding_marks(
    text: str, findings: Sequence[Finding]
) -> tuple[dict[int, tuple[Mark, ...]], dict[int, str]]:
    """What is underlined, and the severity of each line. A finding of no width marks the character
    behind it, or the one before it at the end of a line."""
    spans: list[tuple[int, int, str]] = []
    for f in findings:
        start, end = min(f.start, len(text)), min(f.end, len(text))
        if end <= start:
            at_end = start >= len(text) or text[start] == "\n"
            start, end = (max(0, start - 1), start) if at_end else (start, start + 1)
        spans.append((start, end, f.severity))
    # Errors come last, so that their colour wins over that of warnings.
    spans.sort(key=lambda s: s[2] == "error")
    found = _by_line(text, spans)
    gutter: dict[int, str] = {}
    starts = line_starts(text)
    for f in findings:
        row, _ = location(starts, min(f.start, len(text)))
        gutter[row] = "error" if "error" in (f.severity, gutter.get(row)) else f.severity
    return {row: tuple(marks) for row, marks in found.items()}, gutter


def _by_line(text: str, spans: Sequence[tuple[int, int, str]]) -> dict[int, list[Mark]]:
    """Spans cut at the ends of lines."""
    starts = line_starts(text)
    found: dict[int, list[Mark]] = defaultdict(list)
    for start, end, kind in spans:
        row, column = location(starts, start)
        while start < end and row < len(starts):
            stop = starts[row + 1] - 1 if row + 1 < len(starts) else len(text)
            last = min(end, stop)
            if last > start:
                found[row].append((column, column + last - start, kind))
            start, row, column = stop + 1, row + 1, 0
    return found


def shown(line: str, *, ascii_only: bool = False) -> str:
    """A line as it may reach the terminal, as many characters long as it is."""
    if line.isascii() and line.isprintable():
        return line
    return "".join(_safe(c, ascii_only) for c in line)


def _safe(char: str, ascii_only: bool) -> str:
    if char == "\t" or (char.isascii() and char.isprintable()):
        return char
    if ascii_only:
        return "?"
    safe = char.isprintable() and unicodedata.category(char) not in UNSAFE
    return char if safe else UNKNOWN


def ends(
    lines: Mapping[int, int], notes: Mapping[int, str], width: int
) -> dict[int, tuple[int, str]]:
    """Where each note stands behind its line: in one column if all fit there, otherwise as near as
    it must be; notes that do not fit are left out.

    Args:
        lines: The cells that each line takes.
        notes: By line.
        width: Of the window.
    """
    if not notes:
        return {}
    common = max(lines.get(row, 0) for row in notes) + 3
    found: dict[int, tuple[int, str]] = {}
    for row, note in notes.items():
        own = lines.get(row, 0) + 3
        column = common if common + len(note) <= width else own
        if column + len(note) <= width:
            found[row] = column, note
    return found
