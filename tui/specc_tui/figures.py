"""How numbers are written on the screens: short, never losing the digits that matter while
training."""

from __future__ import annotations

import math

SHARES = ("accuracy", "precision", "recall", "f1", "top_k")
"""Metrics between 0 and 1 that people read as percent."""


def number(value: float) -> str:
    """At least four significant digits; scientific below 1e-3 and from 1e6 on.

    >>> number(0.12345), number(0.00012345), number(12.0)
    ('0.1235', '1.234e-04', '12.00')
    """
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    size = abs(value)
    if value == 0:
        return "0"
    if size < 1e-3 or size >= 1e6:
        return f"{value:.3e}"
    return f"{value:.{max(0, 3 - math.floor(math.log10(size)))}f}"


def brief(value: float) -> str:
    """As short as it is exact to four digits: `0.001`, `7e-05`, `23`, `10000`."""
    if abs(value) < 1e9 and value == int(value):
        return str(int(value))
    return f"{value:.4g}"


def metric(name: str, value: float) -> str:
    """A metric's value: a share in percent, anything else as a number."""
    if name.startswith(SHARES) and 0 <= value <= 1:
        return f"{100 * value:.2f} %"
    return number(value)


def count(value: int) -> str:
    """`1,437`"""
    return f"{value:,}"


def grouped(value: float) -> str:
    """Like `brief`, with thousands set apart: `23`, `0.5`, `10,000`, `1,234.5`."""
    if value == int(value):
        return count(int(value))
    return f"{value:,.1f}" if abs(value) >= 1000 else brief(value)


def short_count(value: float) -> str:
    """Three digits and a unit: `842`, `12.3k`, `1.24M`."""
    if not math.isfinite(value):
        return "?"
    for limit, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            scaled = value / limit
            return f"{scaled:.{0 if scaled >= 100 else 1 if scaled >= 10 else 2}f}{unit}"
    return f"{value:.0f}" if abs(value) >= 10 or value == int(value) else f"{value:.1f}"


def duration(seconds: float) -> str:
    """`8 s`, `3:05 min`, `1:02:03 h`, `2 d 4 h`."""
    if not math.isfinite(seconds):
        return "?"
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    if whole < 86_400:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d} h"
    return f"{whole // 86_400} d {whole % 86_400 // 3600} h"


def elapsed(seconds: float) -> str:
    """A duration that has passed; tenths count where there are few seconds: `0.4 s`."""
    return f"{max(0.0, seconds):.1f} s" if seconds < 9.95 else duration(seconds)


def shape(axes: tuple[int | str, ...]) -> str:
    """A shape in the course's notation: `(64, m)`; one axis keeps its comma as in NumPy."""
    if len(axes) == 1:
        return f"({axes[0]},)"
    return "(" + ", ".join(map(str, axes)) + ")"
