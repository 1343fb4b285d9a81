"""Edits put to work: the text they make, and the lines that they change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specc.diag.diagnostic import Edit
from specc.diag.source import Source
from specc.record import Record


class Change(Record):
    """The lines `old`, from line `first` on, become the lines `new`; either may be empty."""

    source: Source
    first: int
    old: tuple[str, ...]
    new: tuple[str, ...]


def apply_edits(source: Source, edits: Iterable[Edit]) -> str:
    """The text of a source after its edits. Insertions at one place keep their order.

    Raises:
        ValueError: two edits overlap, so that no order of applying them is right.
    """
    own = sorted((e for e in edits if e.span.source is source), key=lambda e: e.span.start)
    return _replaced(source.text, 0, len(source.text), own)


def changes(edits: Sequence[Edit]) -> tuple[Change, ...]:
    """The line changes that edits amount to, file by file; none if the edits overlap."""
    found: list[Change] = []
    for source in dict.fromkeys(e.span.source for e in edits):
        own = sorted((e for e in edits if e.span.source is source), key=lambda e: e.span.start)
        try:
            found.extend(_change(source, group) for group in _by_lines(own))
        except ValueError:
            return ()
    return tuple(c for c in found if c.old != c.new)


def _by_lines(edits: list[Edit]) -> list[list[Edit]]:
    """Edits that touch a common line belong together, since they show as one change."""
    groups: list[list[Edit]] = []
    last = 0
    for edit in edits:
        if groups and edit.span.line <= last:
            groups[-1].append(edit)
        else:
            groups.append([edit])
        last = max(last, edit.span.end_position[0])
    return groups


def _change(source: Source, edits: list[Edit]) -> Change:
    first = edits[0].span.line
    final = max(e.span.end_position[0] for e in edits)
    starts = source.line_starts
    low = starts[first - 1]
    high = starts[final] - 1 if final < len(starts) else len(source.text)
    old = [line.rstrip("\r") for line in source.text[low:high].split("\n")]
    new = [line.rstrip("\r") for line in _replaced(source.text, low, high, edits).split("\n")]
    head, tail = common_ends(old, new)
    kept_old, kept_new = old[head : len(old) - tail], new[head : len(new) - tail]
    return Change(source, first + head, tuple(kept_old), tuple(kept_new))


def common_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines at the start, and of the others at the end, two texts have in common."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def _replaced(text: str, low: int, high: int, edits: list[Edit]) -> str:
    """`text[low:high]` after edits that are sorted by their start."""
    parts: list[str] = []
    at = low
    for edit in edits:
        if edit.span.start < at:
            raise ValueError("edits overlap")
        parts += (text[at : edit.span.start], edit.text)
        at = max(edit.span.start, edit.span.end)
    parts.append(text[at:high])
    return "".join(parts)
