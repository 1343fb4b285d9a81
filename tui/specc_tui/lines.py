"""Styled text as plain data: what panels show and what the plain frame prints.

A line is a tuple of pieces (text, role); a role is a meaning, and only `palette` knows its colour.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from specc_tui.printable import one_cell_each


class Role(IntEnum):
    """What a piece of text or a dot of a curve means."""

    TEXT = 0
    DIM = 1
    STRONG = 2
    FRAME = 3
    GOOD = 4
    BAD = 5
    NOTE = 6
    TRAIN = 7
    RAW = 8
    DEV = 9
    TEST = 10
    BEST = 11
    OTHER = 12


Piece = tuple[str, Role]
Line = tuple[Piece, ...]
Lines = tuple[Line, ...]


def line(text: str, role: Role = Role.TEXT) -> Line:
    """A line of one piece."""
    return ((text, role),)


def plain(row: Line) -> str:
    """The characters of a line."""
    return "".join(text for text, _ in row)


def length(row: Line) -> int:
    """Cells that a line takes, once cut to size by `fit`."""
    return sum(len(text) for text, _ in row)


def fit(row: Line, width: int) -> Line:
    """The line cut to a width, with an ellipsis where something is lost, and one cell per
    character."""
    pieces: list[Piece] = []
    left = max(0, width)
    for text, role in row:
        text = one_cell_each(text)
        if len(text) > left:
            if left:
                pieces.append((text[: left - 1] + "…", role))
            elif pieces and pieces[-1][0]:
                last, last_role = pieces[-1]
                pieces[-1] = (last[:-1] + "…", last_role)
            return tuple(pieces)
        pieces.append((text, role))
        left -= len(text)
    return tuple(pieces)


def spread(left: Line, right: Line, width: int) -> Line:
    """`left` and `right` at the two ends of a line; `right` gives way where there is no room."""
    gap = width - length(left) - length(right)
    if gap < 1:
        return fit(left, width)
    return (*left, (" " * gap, Role.TEXT), *right)


def flow(parts: Iterable[Line], width: int, rows: int, gap: str = "  ") -> Lines:
    """Parts side by side, as many as fit into `rows` lines of `width`. Of the others the first two
    are cut, where a line is left for them; the rest are left out."""
    done: list[Line] = []
    current: Line = ()
    for number, part in enumerate(parts):
        part = fit(part, width) if number == 0 else part
        candidate = (*current, (gap, Role.TEXT), *part) if current else part
        if length(candidate) <= width:
            current = candidate
        elif len(done) + 1 < rows and (number < 2 or length(part) <= width):
            done.append(current)
            current = fit(part, width)
    return tuple([*done, current][:rows]) if current or done else ()


def wrap(text: str, width: int, role: Role = Role.TEXT, indent: str = "") -> Lines:
    """A text on as many lines as it needs; words longer than a line are cut."""
    rows: list[Line] = []
    current = ""
    room = max(1, width - len(indent))
    for word in text.split():
        while len(word) > room:
            head, word = word[:room], word[room:]
            if current:
                rows.append(line(indent + current, role))
                current = ""
            rows.append(line(indent + head, role))
        if current and len(current) + 1 + len(word) > room:
            rows.append(line(indent + current, role))
            current = word
        else:
            current = f"{current} {word}" if current else word
    if current or not rows:
        rows.append(line(indent + current, role))
    return tuple(rows)
