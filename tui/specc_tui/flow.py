"""Gradient flow as lines: how large gradients and updates are, tensor by tensor, over time, and
what that says in words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from specc_tui.figures import brief, count, number
from specc_tui.inside import Inside, Tensor
from specc_tui.lines import Line, Lines, Role, fit, line, wrap

VANISHING = 1e-3
"""Of the largest gradient of a weight matrix: below this share the others learn without it."""
EXPLODING = 1e3
"""A gradient this many times larger than the first one that was seen."""
SLOW, FAST = 1e-6, 0.1
"""Changes of one update, relative to the weights, between which a tensor learns in good order."""

BARS = "▁▂▃▄▅▆▇█"


def flow_lines(looks: Sequence[Inside], width: int) -> Lines:
    """A line for each tensor: norm of its gradient, its course, its last update."""
    moved = [look for look in looks if any(math.isfinite(t.gradient) for t in look.tensors)]
    if not moved:
        return (line("no gradient was looked at yet", Role.DIM),)
    newest = moved[-1]
    rows: list[Line] = [
        fit(
            (
                ("gradient flow", Role.STRONG),
                (
                    f"  norms at step {count(newest.step)}; update / weight of the last step",
                    Role.DIM,
                ),
            ),
            width,
        )
    ]
    names = min(24, max(len(t.name) for t in newest.tensors))
    room = max(8, min(40, width - names - 74)) if width >= 72 else 0
    for tensor in newest.tensors:
        history = [t for look in moved for t in look.tensors if t.name == tensor.name]
        said, role = verdict(tensor, history, newest.tensors)
        pieces: list[tuple[str, Role]] = [
            (tensor.name[:names].ljust(names), Role.TRAIN),
            (f"  {number(tensor.gradient):>9}", Role.TEXT),
        ]
        if room:
            pieces.append((f"  {sparkline([t.gradient for t in history], room)}", Role.RAW))
        pieces.append((f"  {ratio(tensor.update):>8}", Role.DIM))
        pieces.append((f"  {said}", role))
        rows += [fit(tuple(pieces), width)] if width >= 72 else _narrow(pieces, width)
    summary = across(newest.tensors)
    if summary:
        rows += wrap(summary, width, Role.BAD)
    return tuple(rows)


def _narrow(pieces: Sequence[tuple[str, Role]], width: int) -> list[Line]:
    """Numbers on one line, words below."""
    *numbers, (said, role) = pieces
    return [fit(tuple(numbers), width), *(wrap(said, width, role, "  ") if said.strip() else ())]


def ratio(update: float) -> str:
    """An update by its weights: `2.1e-03`; a dash before there is one."""
    return f"{update:.1e}" if math.isfinite(update) else "inf" if math.isinf(update) else "-"


def verdict(
    tensor: Tensor, history: Sequence[Tensor], others: Sequence[Tensor]
) -> tuple[str, Role]:
    """What the sizes say about one tensor."""
    if not math.isfinite(tensor.gradient):
        return "not finite", Role.BAD
    first = next((t.gradient for t in history if t.gradient > 0), 0.0)
    if first and tensor.gradient > EXPLODING * first:
        return f"exploding: {brief(round(tensor.gradient / first))} times the first one", Role.BAD
    if tensor.gradient == 0:
        return "no gradient: nothing flows back to it", Role.BAD
    largest = max((t.gradient for t in others if _is_weight(t)), default=0.0)
    if _is_weight(tensor) and tensor.gradient < VANISHING * largest:
        times = largest / tensor.gradient
        return f"vanishing: {times:.0e} times smaller than the largest", Role.BAD
    if math.isfinite(tensor.update) and tensor.update > FAST and _is_weight(tensor):
        return "moves fast: a smaller learning rate may be steadier", Role.NOTE
    if tensor.update < SLOW and _is_weight(tensor):
        return "hardly moves", Role.NOTE
    return "", Role.DIM


def across(tensors: Sequence[Tensor]) -> str:
    """What the weight matrices say together, from the first layer to the last; or nothing."""
    norms = [t.gradient for t in tensors if _is_weight(t) and t.gradient > 0]
    if len(norms) < 3:
        return ""
    share = norms[0] / norms[-1]
    if share < VANISHING:
        times = f"{1 / share:.0e} times smaller in the first layer"
        return f"the gradient vanishes on its way back: {times}"
    if share > 1 / VANISHING:
        return f"the gradient grows on its way back: {share:.0e} times larger in the first layer"
    return ""


def _is_weight(tensor: Tensor) -> bool:
    return tensor.name.rpartition(".")[2] in ("W", "U")


def sparkline(values: Sequence[float], width: int) -> str:
    """The course of positive numbers on a log scale, a bar per column; `✕` where one is not
    finite.
    """
    places = np.linspace(0, len(values) - 1, min(width, len(values))).round().astype(int)
    shown = np.array([values[i] for i in places], np.float64)
    with np.errstate(all="ignore"):
        logs = np.log10(np.where(shown > 0, shown, np.nan))
    finite = logs[np.isfinite(logs)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    cells = []
    for value, power in zip(shown.tolist(), logs.tolist(), strict=True):
        if not math.isfinite(value):
            cells.append("✕")
        elif value <= 0:
            cells.append(" ")
        else:
            share = (power - low) / (high - low) if high > low else 0.5
            cells.append(BARS[min(len(BARS) - 1, int(share * len(BARS)))])
    return "".join(cells).ljust(width)
