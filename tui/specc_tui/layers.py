"""The layers screen as lines: how the values of every layer are spread, over time and now.

For each layer a map (time across, value upwards, the darker the more values) stands beside the
histogram of the newest look, with what is dead or saturated in words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from specc_tui.figures import brief, count
from specc_tui.inside import Inside, Spread
from specc_tui.lines import Line, Lines, Role, fit, line, spread, wrap
from specc_tui.shades import shaded

Subject = Literal["values", "weights"]

ROWS = 6
"""Lines of a map."""
DEAD, SATURATED = 0.4, 0.5
"""Shares from which a layer is worth a word."""


def layer_lines(looks: Sequence[Inside], subject: Subject, width: int) -> Lines:
    """Every layer, one below the other."""
    if not looks:
        return (line("no look inside yet: one is taken at every evaluation", Role.DIM),)
    newest = looks[-1]
    what = "values of each layer" if subject == "values" else "weights and biases"
    head: Line = (
        (what, Role.STRONG),
        (f"  at step {count(newest.step)}, from the first look on the left to now", Role.DIM),
    )
    rows: list[Line] = [fit(head, width), line("")]
    for name, title, words in _subjects(newest, subject):
        history = [
            found for look in looks if (found := _spread_of(look, subject, name)) is not None
        ]
        rows += _block(title, words, history, width)
    return tuple(rows)


def words_of(dead: float, saturated: float) -> tuple[str, Role]:
    """What shares of dead units and saturated values say."""
    if math.isfinite(dead) and dead > 0:
        text = f"{dead:.0%} of the units are dead: 0 for every example"
        return text, Role.BAD if dead >= DEAD else Role.NOTE
    if math.isfinite(saturated) and saturated >= SATURATED:
        return f"{saturated:.0%} of the values are saturated", Role.NOTE
    if math.isfinite(saturated) and saturated >= 0.01:
        return f"{saturated:.0%} saturated", Role.DIM
    return "", Role.DIM


def _subjects(look: Inside, subject: Subject) -> list[tuple[str, Line, tuple[str, Role]]]:
    """Key, title and verdict of each block."""
    if subject == "weights":
        return [(t.name, line(t.name, Role.TRAIN), ("", Role.DIM)) for t in look.tensors]
    return [
        (
            v.layer,
            ((v.layer, Role.TRAIN), (f"  {v.name}", Role.TEXT)),
            words_of(v.dead, v.saturated),
        )
        for v in look.values
    ]


def _spread_of(look: Inside, subject: Subject, name: str) -> Spread | None:
    if subject == "values":
        return next((v.spread for v in look.values if v.layer == name), None)
    return next((t.spread for t in look.tensors if t.name == name), None)


def _block(
    title: Line, words: tuple[str, Role], history: Sequence[Spread], width: int
) -> list[Line]:
    """Title, map and histogram of one layer."""
    now = history[-1]
    figures = f"mean {brief(now.mean)}, deviation {brief(now.deviation)}"
    lost = f"{count(now.lost)} not finite" if now.lost else ""
    rows = [fit(spread(title, line(figures, Role.DIM), width), width)]
    rows += [
        row for text, role in (words, (lost, Role.BAD)) if text for row in wrap(text, width, role)
    ]
    low = min(s.low for s in history)
    high = max(s.high for s in history)
    if not any(s.counts.size for s in history) or width < 12:
        return [*rows, line("")]
    labels = (brief(high), brief(low))
    gutter = max(map(len, labels)) + 1
    bars = min(40, max(8, (width - gutter) // 3)) if width >= 40 else 0
    room = width - gutter - (bars + 2 if bars else 0)
    grid = np.stack([rebinned(s, low, high, ROWS) for s in _over(history, room)], axis=1)
    # Where few values lie is what tells dead from sparse, so small shares stay visible.
    drawn = shaded(np.sqrt(grid / max(float(grid.max()), 1e-12))[::-1])
    shares = rebinned(now, low, high, ROWS)[::-1]
    for i, row in enumerate(drawn):
        label = labels[0] if i == 0 else labels[1] if i == ROWS - 1 else ""
        full = round(float(shares[i]) / max(float(shares.max()), 1e-12) * bars)
        tail: Line = (("  ", Role.TEXT), ("█" * full, Role.DEV)) if bars else ()
        rows.append(((label.rjust(gutter - 1) + " ", Role.DIM), *row, *tail))
    return [*rows, line("")]


def _over(history: Sequence[Spread], columns: int) -> list[Spread]:
    """One spread per column: the newest that falls into it, each stretched where there are few."""
    places = np.linspace(0, len(history) - 1, max(1, columns)).round().astype(int)
    return [history[i] for i in places]


def rebinned(values: Spread, low: float, high: float, bins: int) -> NDArray[np.float64]:
    """The share of the values in each of `bins` equal bins from `low` to `high`."""
    if not values.counts.size or not values.counts.sum():
        return np.zeros(bins)
    if high <= low:
        low, high = low - 0.5, high + 0.5
    begin, end = values.low, values.high
    if end <= begin:
        begin, end = begin - 1e-9 * (1 + abs(begin)), end + 1e-9 * (1 + abs(end))
    edges = np.linspace(begin, end, values.counts.size + 1)
    below = np.concatenate([[0.0], np.cumsum(values.counts)]) / values.counts.sum()
    found: NDArray[np.float64] = np.diff(np.interp(np.linspace(low, high, bins + 1), edges, below))
    # What lies just outside because of rounding belongs to the outermost bins.
    found[0] += np.interp(low, edges, below)
    found[-1] += 1 - np.interp(high, edges, below)
    return found
