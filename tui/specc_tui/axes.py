"""Axes: limits that fit the data, nice ticks, and the way from a value to a place between 0 and 1.

Everything here holds for any float: subnormal steps, a range of the full float width, a constant
series.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BIGGEST = float(np.finfo(np.float64).max)
MOST_TICKS = 60


@dataclass(frozen=True, slots=True)
class Axis:
    """The visible range of one direction, `low` <= `high`, both finite; a log axis has `low` >
    0."""

    low: float
    high: float
    log: bool = False

    def fractions(self, values: Any) -> Floats:
        """Where values stand on the axis: 0 at `low`, 1 at `high`, beyond them outside of it.

        Non-finite values, and values that are not positive on a log axis, give NaN. Halving before
        subtracting keeps the full float range from overflowing.
        """
        scaled = np.asarray(values, dtype=np.float64)
        low, high = self.low, self.high
        with np.errstate(all="ignore"):
            if self.log:
                scaled = np.log10(np.where(scaled > 0, scaled, np.nan))
                low, high = math.log10(low), math.log10(high)
            else:
                scaled, low, high = scaled / 2, low / 2, high / 2
            if not high > low:
                return np.where(np.isfinite(scaled), 0.5, np.nan)
            return np.where(np.isfinite(scaled), (scaled - low) / (high - low), np.nan)

    def value(self, fraction: float) -> float:
        """The value at a place of the axis, kept finite."""
        with np.errstate(all="ignore"):
            if self.log:
                low, high = math.log10(self.low), math.log10(self.high)
                result = float(np.power(10.0, np.float64(low + (high - low) * fraction)))
            else:
                result = float(np.float64(self.low) * (1 - fraction) + self.high * fraction)
        return min(max(result, -BIGGEST), BIGGEST)

    def edges(self, columns: int) -> Floats:
        """The values at the borders of `columns` equal parts of the axis, in ascending order."""
        t = np.arange(columns + 1) / max(1, columns)
        with np.errstate(all="ignore"):
            if self.log:
                low, high = math.log10(self.low), math.log10(self.high)
                edges = np.power(10.0, low + (high - low) * t)
            else:
                edges = self.low * (1 - t) + self.high * t
        edges[0], edges[-1] = self.low, self.high
        return np.asarray(np.maximum.accumulate(np.clip(edges, self.low, self.high)), np.float64)


def limits(values: Iterable[Floats], log: bool = False, pad: float = 0.04) -> Axis | None:
    """An axis that holds all finite values (on a log axis: all positive ones); None if there is
    none.

    A constant series gets room on both sides, and data that is never negative no negative axis.
    """
    low, high = math.inf, -math.inf
    for array in values:
        held = array[np.isfinite(array)]
        if log:
            held = held[held > 0]
        if held.size:
            low, high = min(low, float(held.min())), max(high, float(held.max()))
    if low > high:
        return None
    if log:
        factor = (high / low) ** pad if 0 < high / low < BIGGEST else 1.2
        factor = max(factor, 1.2 if low == high else 1.02)
        return Axis(max(low / factor, math.ulp(0.0)), min(high * factor, BIGGEST), log=True)
    room = (high / 2 - low / 2) * 2 * pad if high / 2 > low / 2 else abs(low) * 0.1 or 1.0
    if not math.isfinite(room):
        room = 0.0
    floor = 0.0 if low >= 0 else -BIGGEST
    return Axis(max(low - room, floor), min(high + room, BIGGEST))


@dataclass(frozen=True, slots=True)
class Tick:
    value: float
    label: str


def ticks(axis: Axis, count: int) -> tuple[Tick, ...]:
    """At most about `count` nice ticks inside the axis: 1-2-5 steps, or decades on a log axis."""
    if count < 1:
        return ()
    values = _decades(axis, count) if axis.log else ()
    if len(values) < 2:
        values = _nice(axis.low, axis.high, count)
    return _distinct(tuple(Tick(v, t) for v, t in zip(values, labels(values), strict=True)))


def _distinct(marks: tuple[Tick, ...]) -> tuple[Tick, ...]:
    seen: dict[str, Tick] = {}
    for mark in marks:
        seen.setdefault(mark.label, mark)
    return tuple(seen.values())


def _nice(low: float, high: float, count: int) -> tuple[float, ...]:
    raw = high / (count + 1) - low / (count + 1)
    if not (math.isfinite(raw) and raw > 0):
        return (low,)
    exponent = math.floor(math.log10(raw))
    base = 10.0**exponent if -300 < exponent < 300 else 0.0
    step = next((f * base for f in (1, 2, 5, 10) if f * base >= raw), 0.0)
    if not (math.isfinite(step) and step > 0):
        return (low, high)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if last - first > MOST_TICKS:
        return (low, high)
    # `k / (1 / step)` gives 0.3 where `k * step` gives 0.30000000000000004.
    inverse = round(1 / step) if step < 1 and 1 / step < 1e15 else 0
    values = (k / inverse if inverse else k * step for k in range(first, last + 1))
    return tuple(sorted({min(max(v, low), high) for v in values if math.isfinite(v)}))


def _decades(axis: Axis, count: int) -> tuple[float, ...]:
    first = math.ceil(math.log10(axis.low) - 1e-9)
    last = math.floor(math.log10(axis.high) + 1e-9)
    decades = range(first, last + 1)
    if len(decades) >= 3 or (len(decades) == 2 and count < 4):
        every = max(1, -(-len(decades) // count))
        return tuple(
            _power(d) for d in decades if d % every == 0 and axis.low <= _power(d) * 1.0001
        )
    fine = (f * _power(d) for d in range(first - 1, last + 1) for f in (1, 2, 5))
    held = tuple(v for v in fine if axis.low <= v <= axis.high)
    return held if len(held) <= count else held[:: -(-len(held) // count)]


def _power(exponent: int) -> float:
    """10 to a whole power as the nearest float (`10.0 ** -5` is not 1e-05 on every platform)."""
    return float(f"1e{max(-323, min(308, exponent))}")


def labels(values: Sequence[float]) -> tuple[str, ...]:
    """Labels of equal precision, as short as they can be while neighbours differ."""
    size = max((abs(v) for v in values), default=0.0)
    if size == 0:
        return tuple("0" for _ in values)
    if size >= 1e9 or size < 1e-3:
        return tuple(map(_scientific, values))
    scale, unit = (1e6, "M") if size >= 1e6 else (1e3, "k") if size >= 1e4 else (1.0, "")
    return tuple("0" if v == 0 else _trim(f"{v / scale:.6g}") + unit for v in values)


def _scientific(value: float) -> str:
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.4e}".split("e")
    return f"{_trim(mantissa)}e{int(exponent)}"


def _trim(digits: str) -> str:
    if "e" in digits:
        return _scientific(float(digits))
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
