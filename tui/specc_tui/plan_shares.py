"""Shares of the step's time: of a line of the program, of a layer, of a line of the spec."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from specc_tui.plan import Plan, Times
from specc_tui.plan_cursor import SPEC, layers_at


@dataclass(frozen=True, slots=True)
class Shares:
    """Between 0 and 1, by row (from 0) of the program and of the spec, and by layer."""

    source: Mapping[int, float] = field(default_factory=dict)
    spec: Mapping[int, float] = field(default_factory=dict)
    layers: Mapping[str, float] = field(default_factory=dict)


def shares(plan: Plan, times: Times | None) -> Shares:
    """The shares that measured times amount to; nothing before they are measured.

    A line of the spec that stands for several layers has the shares of all of them.
    """
    if times is None or not times.total > 0:
        return Shares()
    source = {line - 1: seconds / times.total for line, seconds in times.lines.items()}
    layers: dict[str, float] = defaultdict(float)
    for row, share in source.items():
        if 0 <= row < len(plan.source) and plan.source[row].layer:
            layers[plan.source[row].layer] += share
    spec = {
        row: sum(layers[name] for name in names if name in layers)
        for row in range(len(plan.spec))
        if (names := layers_at(plan, SPEC, row))
    }
    return Shares(source, spec, dict(layers))


def percent(share: float | None) -> str:
    """Five characters: `12.3%`, or spaces where nothing was measured."""
    if share is None:
        return "     "
    return f"{share:5.0%}" if share >= 0.9995 else f"{100 * share:4.1f}%"
