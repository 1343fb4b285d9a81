"""The geometry of a labelled source line: what of it is shown, and the rows of marks under it.

A row is a tuple of runs `(style, text)`; styles are names that `render` turns into colours, or
leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence

from specc.diag.escape import cells, escape
from specc.record import Record

Run = tuple[str, str]
Row = tuple[Run, ...]

TAB = "    "
HEAD, TAIL = 30, 10
"""Of a mark that is too long to show, this many characters of its start and its end are kept."""


class Mark(Record):
    """A labelled part of one line: columns from 0, `end` excluded.

    The style `secondary` is drawn as `-`, any other as `^`.
    """

    start: int
    end: int
    text: str
    style: str


class Shown(Record):
    """A line as displayed. `cell` maps a character's index to the cell where it starts."""

    text: str
    cell: dict[int, int]


def shorten(line: str, keep: Sequence[tuple[int, int]], room: int) -> Shown:
    """The line, safe to print, in at most `room` cells; `…` stands for what is cut.

    The ranges `keep` stay, with as much around them as fits.
    Tabs become four spaces. A mark that needs more than `room` wins over `room`.
    """
    if len(line) <= room:
        whole = _joined(line, [(0, len(line))])
        if cells(whole.text) <= room:
            return whole
    cores = [
        part
        for start, end in keep
        for part in ((start, min(end, start + HEAD)), (max(start, end - TAIL), end))
    ]
    # The most context that still fits: it only grows with the padding, so halving finds it.
    low, high = 0, room
    best = _joined(line, _padded(cores or [(0, 0)], low, len(line)))
    while low < high:
        middle = (low + high + 1) // 2
        tried = _joined(line, _padded(cores or [(0, 0)], middle, len(line)))
        if cells(tried.text) <= room:
            low, best = middle, tried
        else:
            high = middle - 1
    return best


def _padded(ranges: list[tuple[int, int]], pad: int, length: int) -> list[tuple[int, int]]:
    """The ranges widened on both sides, merged where no worthwhile gap is left between them."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        low, high = max(0, start - pad), min(length, end + pad)
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return merged


def _joined(line: str, ranges: list[tuple[int, int]]) -> Shown:
    pieces: list[str] = []
    cell: dict[int, int] = {}
    at = last = 0
    for start, end in ranges:
        if start > last:
            pieces.append("…")
            at += 1
        for index in range(start, end):
            cell[index] = at
            piece = TAB if line[index] == "\t" else escape(line[index])
            pieces.append(piece)
            at += cells(piece)
        cell[end] = at
        last = end
    if last < len(line):
        pieces.append("…")
    return Shown("".join(pieces), cell)


def underline(marks: Sequence[Mark], shown: Shown, room: int) -> list[Row]:
    """The rows under a line: the marks, one label behind them where it fits, the others hung below.

    dense 10, softmax
    ----- ^^  ------- one value per class
    |     |
    |     the number of classes
    this layer
    """
    placed = [_place(mark, shown) for mark in marks]
    end = max(p.end for p in placed)
    beside = _beside(placed, end, room)
    paint = [("", " ")] * end
    for p in sorted(placed, key=lambda p: p.style != "secondary"):
        sign = "^" if p.style != "secondary" else "-"
        paint[p.start : p.end] = [(p.style, sign)] * (p.end - p.start)
    first = _runs(paint)
    if beside is not None:
        first = (*first, ("", " "), (beside.style, beside.text))
    rows = [first]
    hung = [p for p in placed if p.text and p is not beside]
    hung.sort(key=lambda p: (-p.start, p.style == "secondary"))
    if hung:
        rows.append(_stems(hung, end))
    for p in hung:
        stems = _stems([q for q in hung if q.start < p.start], p.start)
        rows.append((*stems, ("", " " * (p.start - _length(stems))), (p.style, p.text)))
    return rows


def _place(mark: Mark, shown: Shown) -> Mark:
    """The same mark in cells, at least one wide, its text safe."""
    start = shown.cell[mark.start]
    return Mark(start, max(start + 1, shown.cell[mark.end]), escape(mark.text), mark.style)


def _beside(placed: list[Mark], end: int, room: int) -> Mark | None:
    """The mark whose label can stand on the line of the marks without being taken for another's."""
    for p in placed:
        others = [q for q in placed if q is not p]
        if not p.text or p.end < end or any(q.end > p.start and q.text for q in others):
            continue
        if any(q.end == end and q.start > p.start for q in others):
            continue
        width = cells(p.text)
        return p if end + 1 + width <= room or p.start + width > room else None
    return None


def _stems(hung: list[Mark], width: int) -> Row:
    row = [("", " ")] * width
    for p in sorted(hung, key=lambda p: p.style != "secondary"):
        row[p.start] = (p.style, "|")
    while row and row[-1] == ("", " "):
        row.pop()
    return _runs(row)


def _runs(row: list[Run]) -> Row:
    """Neighbouring cells of one style as one run."""
    runs: list[Run] = []
    for style, char in row:
        if runs and runs[-1][0] == style:
            runs[-1] = (style, runs[-1][1] + char)
        else:
            runs.append((style, char))
    return tuple(runs)


def _length(row: Row) -> int:
    return sum(len(text) for _, text in row)
