"""The plan screen as lines: head, and the panes side by side as far as there is room."""

from __future__ import annotations

from dataclasses import replace

from specc_tui.figures import count, short_count
from specc_tui.lines import Line, Lines, Role, fit, length, line, wrap
from specc_tui.plan import Buffer, Plan, Times
from specc_tui.plan_cursor import (
    BUFFERS,
    GRAPH,
    PANES,
    SOURCE,
    SPEC,
    Cursor,
    chosen,
    marked,
    placed,
    size_of,
    top,
)
from specc_tui.plan_shares import Shares, percent, shares
from specc_tui.result import Problem

ALL_FROM, TWO_FROM = 150, 100
"""Widths from which all panes, or two of them, stand side by side."""
PARTS = (0.21, 0.21, 0.24, 0.34)
"""Of the width, for each pane where all are shown."""
BAR = 4
WITH_SHAPES = 64
"""Width from which buffers have their shapes."""
GAP: Line = ((" │ ", Role.FRAME),)


def plan_lines(
    plan: Plan | Problem | None,
    times: Times | Problem | None,
    cursor: Cursor,
    width: int,
    height: int,
    *,
    live: bool = False,
) -> Lines:
    """The screen. `live`: the trainer is at work while times are taken."""
    if plan is None:
        return (line("the inspector compiles the spec of this run", Role.DIM),)
    if isinstance(plan, Problem):
        return wrap(f"no plan: {plan.text}", width, Role.BAD)
    measured = times if isinstance(times, Times) else None
    found = shares(plan, measured)
    head = head_lines(plan, times, cursor, found, width, height, live)
    rows = max(1, height - len(head))
    columns = layout(cursor.pane, width)
    panes = [pane_lines(plan, found, cursor, pane, size, rows) for pane, size in columns]
    body: list[Line] = []
    for y in range(rows):
        pieces: Line = ()
        for pane, (_, size) in zip(panes, columns, strict=True):
            own = fit(pane[y], size) if y < len(pane) else ()
            pieces = (*pieces, *(GAP if pieces else ()), *own)
            pieces = (*pieces, (" " * (size - length(own)), Role.TEXT))
        body.append(pieces)
    return (*head, *body)


def place_at(plan: Plan, cursor: Cursor, x: int, y: int, width: int, height: int) -> Cursor:
    """The cursor at a cell of the screen; where it was, if no row is shown there."""
    rows = head_height(height)
    left = 0
    for pane, size in layout(cursor.pane, width):
        if left <= x < left + size and y > rows:
            moved = replace(cursor, pane=pane, across=cursor.across if pane == cursor.pane else 0)
            first = top(plan, cursor, pane, max(1, height - rows) - 1)
            return placed(plan, moved, first + y - rows - 1)
        left += size + length(GAP)
    return cursor


def layout(focus: int, width: int) -> tuple[tuple[int, int], ...]:
    """The panes that are shown and their widths, from left to right."""
    gap = length(GAP)
    if width >= ALL_FROM:
        room = width - gap * (len(PANES) - 1)
        sizes = [int(room * part) for part in PARTS[:-1]]
        return tuple(enumerate([*sizes, room - sum(sizes)]))
    if width >= TWO_FROM:
        other = SOURCE if focus == SPEC else focus
        room = width - gap
        return (SPEC, room * 2 // 5), (other, room - room * 2 // 5)
    return ((focus, width),)


def head_lines(
    plan: Plan,
    times: Times | Problem | None,
    cursor: Cursor,
    found: Shares,
    width: int,
    height: int,
    live: bool,
) -> Lines:
    """What a step costs, what was measured, and what the layer under the cursor takes of it."""
    rows = head_height(height)
    cost = (
        f"{count(plan.calls)} NumPy calls, {short_count(plan.flops)} flops, "
        f"{short_count(plan.bytes)} bytes moved a step · batch {count(plan.batch)} · "
        f"{plan.precision} · arena {short_count(plan.arena)} bytes"
    )
    head = (line(cost, Role.STRONG), _measured(times, live), _layer(plan, cursor, found), line(""))
    return tuple(fit(row, width) for row in head[:rows])


def head_height(height: int) -> int:
    """Rows of the head on a screen of this height."""
    return 4 if height >= 16 else 2 if height >= 12 else 1


def _measured(times: Times | Problem | None, live: bool) -> Line:
    if times is None:
        return line("measuring what each line of a step takes ...", Role.DIM)
    if isinstance(times, Problem):
        return line(f"times not measured: {times.text}", Role.NOTE)
    beside = ", with the trainer at work beside it" if live else ""
    return (
        (f"{_duration(times.whole)} a step", Role.TEXT),
        (
            f" · {_duration(times.total)} line by line: medians over {count(times.steps)} steps on "
            f"batches of {count(times.batch)}{beside}",
            Role.DIM,
        ),
    )


def _duration(seconds: float) -> str:
    for limit, scale, unit in ((1e-3, 1e6, "us"), (1.0, 1e3, "ms")):
        if seconds < limit:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds:.3g} s"


def _layer(plan: Plan, cursor: Cursor, found: Shares) -> Line:
    layers = chosen(plan, cursor)
    if not layers:
        return line("this row belongs to no layer", Role.DIM)
    arrays = [b for b in plan.buffers if b.layer in layers and b.storage == "arena"]
    facts = [
        _counted(len(marked(plan, GRAPH, layers)), "node"),
        _counted(len(marked(plan, SOURCE, layers)), "line"),
        f"{_counted(len(arrays), 'buffer')}, {short_count(sum(b.size for b in arrays))} bytes",
    ]
    if found.layers:
        share = sum(found.layers.get(name, 0.0) for name in layers)
        facts.insert(0, f"{share:.1%} of the step")
    named = sorted(layers)
    shown = ", ".join(named[:4]) + (f" and {len(named) - 4} more" if len(named) > 4 else "")
    return ((shown, Role.TRAIN), ("  " + " · ".join(facts), Role.TEXT))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def pane_lines(
    plan: Plan, found: Shares, cursor: Cursor, pane: int, width: int, height: int
) -> Lines:
    """A pane: its title, then the rows from the one that is in sight."""
    focused = pane == cursor.pane
    title = (
        f"{PANES[pane]} "
        + {
            SPEC: "",
            GRAPH: f"({count(len(plan.nodes))} nodes)",
            BUFFERS: "(arena and theta)",
            SOURCE: "(share of the step, program)" if found.source else "(program)",
        }[pane]
    )
    mark = "▶ " if focused else "  "
    rows: list[Line] = [((mark, Role.BEST), (title, Role.STRONG if focused else Role.DIM))]
    room = height - 1
    first = top(plan, cursor, pane, room)
    own = set(marked(plan, pane, chosen(plan, cursor)))
    for i in range(first, min(first + room, size_of(plan, pane))):
        here = focused and i == cursor.row
        sign = ("▶", Role.BEST) if here else ("▌", Role.TRAIN) if i in own else (" ", Role.TEXT)
        role = Role.STRONG if here else Role.TRAIN if i in own else Role.TEXT
        across = cursor.across if focused else 0
        rows.append((sign, *_row(plan, found, pane, i, role, across, width - 1)))
    return tuple(rows)


def _row(plan: Plan, found: Shares, pane: int, i: int, role: Role, across: int, width: int) -> Line:
    if pane == SPEC:
        share = (f"{percent(found.spec.get(i))} ", Role.DEV) if found.spec else ("", Role.DEV)
        return ((f"{i + 1:>3} ", Role.DIM), share, (plan.spec[i][across:], role))
    if pane == GRAPH:
        return ((plan.nodes[i].text[across:], role),)
    if pane == BUFFERS:
        return _buffer(plan, plan.buffers[i], role, width)
    text = halved(plan.source[i].text)
    own = Role.DIM if text.lstrip().startswith(("#", '"""')) and role is Role.TEXT else role
    if not found.source:
        return ((text[across:], own),)
    share_of = found.source.get(i)
    largest = max(found.source.values())
    full = round((share_of or 0.0) / largest * BAR)
    gutter = (f"{percent(share_of)} ", Role.TEXT if share_of is not None else Role.DIM)
    return (gutter, ("█" * full + " " * (BAR + 1 - full), Role.DEV), (text[across:], own))


def halved(text: str) -> str:
    """A line of the program with half its indentation: the step is a function in a function."""
    bare = text.lstrip(" ")
    return " " * ((len(text) - len(bare)) // 2) + bare


def _buffer(plan: Plan, buffer: Buffer, role: Role, width: int) -> Line:
    """Name, place, bytes and life of an array."""
    end = max(1, len(plan.nodes))
    place = f"{buffer.storage[:5]}+{count(buffer.offset)}"
    shape = f"{buffer.shape[:18].ljust(18)} " if width >= WITH_SHAPES else ""
    text = f"{buffer.name[:8].ljust(8)} {shape}{place:<17} {count(buffer.size):>9} "
    room = width - len(text)
    if room < 6:
        return ((text, role),)
    left = min(room - 1, buffer.first * room // (end + 1))
    right = min(room, max(left + 1, -(-(buffer.last + 1) * room // (end + 1))))
    bar = "·" * left, "█" * (right - left), "·" * (room - right)
    return (
        (text, role),
        (bar[0], Role.FRAME),
        (bar[1], Role.TRAIN if role is not Role.TEXT else Role.RAW),
        (bar[2], Role.FRAME),
    )
