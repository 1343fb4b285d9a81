"""The compare screen as lines: a table of runs, the curves of those that are marked, and in what
they differ.
"""

from __future__ import annotations

import difflib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specc_tui.chart import Chart, Series
from specc_tui.history import Column, Run
from specc_tui.lines import Line, Lines, Role, fit, line, wrap
from specc_tui.state import View

ROLES = (Role.TRAIN, Role.DEV, Role.TEST, Role.BEST, Role.BAD)
MOST_MARKED = len(ROLES)
"""Runs whose curves are told apart; each has a colour and a pattern of its own."""
WIDEST = 34


@dataclass(frozen=True, slots=True)
class Table:
    """What the table shows: rows in order, the column they are sorted by, cursor and marks."""

    rows: tuple[Run, ...]
    columns: tuple[Column, ...]
    sorted_by: int = 0
    down: bool = False
    cursor: int = 0
    marked: tuple[str, ...] = ()
    wanted: str = ""


def colours(marked: Sequence[str]) -> dict[str, int]:
    """A number for each marked run: from its name, so that it keeps it from day to day, and the
    next free one where two fall together.
    """
    found: dict[str, int] = {}
    for name in sorted(marked):
        number = zlib.crc32(name.encode()) % MOST_MARKED
        while number in found.values() and len(found) < MOST_MARKED:
            number = (number + 1) % MOST_MARKED
        found[name] = number
    return found


def table_lines(table: Table, width: int, height: int) -> Lines:
    """The table, scrolled so that the cursor is in sight; columns that do not fit are left out."""
    if not table.rows:
        text = "no run fits the filter" if table.wanted else "no other run in this folder"
        return (line(text, Role.DIM),)
    cells = [[c.text(run) for run in table.rows] for c in table.columns]
    sizes = [
        min(WIDEST, max(len(c.title) + 2, *map(len, texts)))
        for c, texts in zip(table.columns, cells, strict=True)
    ]
    shown = _fitting(table, sizes, [any(texts) for texts in cells], width - 4)
    numbers = colours(table.marked)
    body = max(1, height - 1)
    first = max(0, min(table.cursor - body // 2, len(table.rows) - body))
    rows: list[Line] = [_head(table, shown, sizes, width)]
    for i, run in enumerate(table.rows[first : first + body], first):
        here = i == table.cursor
        role = Role.STRONG if here else Role.TEXT
        number = numbers.get(run.name)
        mark = ("  ", role) if number is None else ("■ ", ROLES[number])
        pieces: list[tuple[str, Role]] = [("▌" if here else " ", Role.NOTE), mark]
        if run.problem:
            pieces.append((f"{run.name}: {run.problem}", Role.NOTE))
        else:
            for c in shown:
                text = _short(cells[c][i], sizes[c])
                right = table.columns[c].right
                padded = text.rjust(sizes[c]) if right else text.ljust(sizes[c])
                pieces.append((f"{padded} ", role))
        rows.append(fit(tuple(pieces), width))
    return tuple(rows)


def _short(text: str, size: int) -> str:
    """A text in `size` cells: both its ends, as the names of runs end in what tells them apart."""
    if len(text) <= size:
        return text
    end = (size - 1) // 2
    return f"{text[: size - 1 - end]}…{text[len(text) - end :]}"


def _fitting(table: Table, sizes: Sequence[int], filled: Sequence[bool], width: int) -> list[int]:
    """The columns that are shown: in order, as far as they fit, the sorted one always."""
    left = width - sizes[table.sorted_by] - 1
    shown: list[int] = []
    for i, size in enumerate(sizes):
        if i == table.sorted_by:
            shown.append(i)
        elif filled[i] and size + 1 <= left:
            shown.append(i)
            left -= size + 1
    return shown


def _head(table: Table, shown: Sequence[int], sizes: Sequence[int], width: int) -> Line:
    pieces: list[tuple[str, Role]] = [("   ", Role.DIM)]
    for i in shown:
        column = table.columns[i]
        here = i == table.sorted_by
        title = column.title + ((" ↓" if table.down else " ↑") if here else "")
        padded = title.rjust(sizes[i]) if column.right else title.ljust(sizes[i])
        pieces.append((f"{padded[: sizes[i]]} ", Role.STRONG if here else Role.DIM))
    return fit(tuple(pieces), width)


def overlay(views: Sequence[tuple[str, View]], log_y: bool) -> Chart:
    """The dev cost of marked runs (the smoothed train cost without one), by step."""
    numbers = colours([name for name, _ in views])
    series = []
    for name, view in views:
        measured = [e for e in view.evaluations if e.dev is not None and "cost" in e.dev]
        if measured:
            x = np.array([e.step for e in measured], np.float64)
            y = np.array([(e.dev or {})["cost"] for e in measured], np.float64)
        else:
            x = view.records.values["step"].astype(np.float64)
            y = view.smoothed.values
        label = name if measured else f"{name} (train)"
        series.append(Series(label, x, y, ROLES[numbers[name]], pattern=numbers[name]))
    return Chart(
        "cost of the marked runs",
        tuple(series),
        x_label="step",
        log_y=log_y,
        corner="log y" if log_y else "",
        empty="mark runs to see their curves",
    )


def difference_lines(runs: Sequence[Run], specs: Sequence[str], width: int) -> Lines:
    """In what two runs differ: settings that took effect, then the lines of their specs."""
    if len(runs) != 2:
        return wrap("mark two runs to see in what they differ", width, Role.DIM)
    a, b = runs
    rows: list[Line] = [fit(((f"{a.name} → {b.name}", Role.STRONG),), width)]
    ours, theirs = dict(a.settings), dict(b.settings)
    changed = [n for n in dict.fromkeys([*ours, *theirs]) if ours.get(n) != theirs.get(n)]
    for name in changed:
        rows += wrap(f"{name}: {ours.get(name, 'none')} → {theirs.get(name, 'none')}", width)
    if not changed:
        rows.append(line("the same settings", Role.DIM))
    before, after = (spec.splitlines() for spec in specs)
    if before == after:
        return (*rows, line("the same spec", Role.DIM))
    rows.append(line(""))
    for text in list(difflib.unified_diff(before, after, lineterm="", n=1))[2:]:
        role = {"+": Role.GOOD, "-": Role.BAD, "@": Role.DIM}.get(text[:1], Role.TEXT)
        rows.append(fit(line(text, role), width))
    return tuple(rows)
