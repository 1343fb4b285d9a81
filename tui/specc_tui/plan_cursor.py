"""Panes that move together: a cursor in one, and what belongs to its layer in the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from specc_tui.plan import Buffer, Plan, Row

PANES = ("spec", "graph", "buffers", "source")
SPEC, GRAPH, BUFFERS, SOURCE = range(4)
CONTEXT = 2
"""Rows that stay visible above the first row that matters."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The pane with the cursor, its row in each pane, and how far lines are moved to the left."""

    pane: int = SPEC
    rows: tuple[int, int, int, int] = (0, 0, 0, 0)
    across: int = 0

    @property
    def row(self) -> int:
        """The row of the cursor in its pane."""
        return self.rows[self.pane]


def start(plan: Plan) -> Cursor:
    """The cursor on the first layer behind the input."""
    behind = (p.lines[0] - 1 for p in plan.parts if p.lines and not p.name.startswith("input"))
    first = max(0, next(behind, 0))
    return Cursor(rows=(min(first, max(0, len(plan.spec) - 1)), 0, 0, 0))


def size_of(plan: Plan, pane: int) -> int:
    """The rows of a pane."""
    return len(plan.spec if pane == SPEC else _rows(plan, pane))


def layers_at(plan: Plan, pane: int, row: int) -> frozenset[str]:
    """The layers that a row belongs to; a line of the spec can make several."""
    if not 0 <= row < size_of(plan, pane):
        return frozenset()
    if pane == SPEC:
        return frozenset(part.name for part in plan.parts if row + 1 in part.lines)
    layer = _rows(plan, pane)[row].layer
    return frozenset((layer,)) if layer else frozenset()


def _rows(plan: Plan, pane: int) -> Sequence[Row | Buffer]:
    """The rows of a pane other than the spec."""
    if pane == BUFFERS:
        return plan.buffers
    return plan.nodes if pane == GRAPH else plan.source


def chosen(plan: Plan, cursor: Cursor) -> frozenset[str]:
    """The layers under the cursor."""
    return layers_at(plan, cursor.pane, cursor.row)


def marked(plan: Plan, pane: int, layers: frozenset[str]) -> tuple[int, ...]:
    """The rows of a pane that belong to these layers."""
    if pane == SPEC:
        lines = {n for part in plan.parts if part.name in layers for n in part.lines}
        return tuple(sorted(n - 1 for n in lines if 1 <= n <= len(plan.spec)))
    return tuple(i for i, row in enumerate(_rows(plan, pane)) if row.layer in layers)


def placed(plan: Plan, cursor: Cursor, row: int) -> Cursor:
    """The cursor on another row of its pane, the nearest that there is."""
    row = min(max(0, row), max(0, size_of(plan, cursor.pane) - 1))
    rows = list(cursor.rows)
    rows[cursor.pane] = row
    return replace(cursor, rows=(rows[0], rows[1], rows[2], rows[3]))


def onward(plan: Plan, cursor: Cursor, by: int) -> Cursor:
    """The cursor on the next (1) or previous (-1) row of the same layer, round the ends."""
    rows = marked(plan, cursor.pane, chosen(plan, cursor))
    if not rows:
        return cursor
    ahead = [r for r in rows if (r > cursor.row if by > 0 else r < cursor.row)]
    if by > 0:
        return placed(plan, cursor, ahead[0] if ahead else rows[0])
    return placed(plan, cursor, ahead[-1] if ahead else rows[-1])


def switched(plan: Plan, cursor: Cursor, by: int) -> Cursor:
    """The cursor in the next pane, on the same layer where that has rows there."""
    layers = chosen(plan, cursor)
    moved = replace(cursor, pane=(cursor.pane + by) % len(PANES), across=0)
    rows = marked(plan, moved.pane, layers)
    if not rows or moved.row in rows:
        return moved
    return placed(plan, moved, anchor(plan, moved.pane, rows))


def anchor(plan: Plan, pane: int, rows: tuple[int, ...]) -> int:
    """The row of these to look at first: in the program the one where the step does its work."""
    if pane == SOURCE:
        return next((r for r in rows if r >= plan.step), rows[0])
    return rows[0]


def top(plan: Plan, cursor: Cursor, pane: int, height: int) -> int:
    """The first row to show in a pane, so that the cursor or its layer is in sight."""
    last = max(0, size_of(plan, pane) - height)
    if pane == cursor.pane:
        return min(last, max(0, cursor.row - height // 2))
    rows = marked(plan, pane, chosen(plan, cursor))
    first = anchor(plan, pane, rows) if rows else cursor.rows[pane]
    return min(last, max(0, first - CONTEXT))
