"""Values out of JSON that nobody vouches for: each function takes anything and returns its type or
a default.

A run directory may be foreign, torn or hostile. What these functions return is bounded in size, and
its texts are printable, so everything behind them can trust its types.
"""

from __future__ import annotations

import json
import math
from typing import Any

from specc_tui.printable import printable

MOST_ITEMS = 10_000
"""Elements of one list that are read."""

WHOLE_LIMIT = 2**63


def parse(text: str) -> Any:
    """The JSON value of a text.

    Raises:
        ValueError: it is no JSON, or nested deeper than any file of ours.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def text(value: object, limit: int = 300) -> str:
    """A string, printable; anything but a string is empty."""
    return printable(value, limit) if isinstance(value, str) else ""


def whole(value: object, default: int = 0) -> int:
    """A count: a non-negative integer that fits 63 bits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    if isinstance(value, float):
        if not value.is_integer():
            return default
        value = int(value)
    return value if 0 <= value < WHOLE_LIMIT else default


def real(value: object) -> float:
    """A number; NaN for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def items(value: object) -> list[Any]:
    """A list, at most `MOST_ITEMS` long."""
    return value[:MOST_ITEMS] if isinstance(value, list) else []


def objects(value: object) -> list[dict[str, Any]]:
    """The objects in a list."""
    return [item for item in items(value) if isinstance(item, dict)]


def mapping(value: object) -> dict[str, Any]:
    """An object; anything else is empty."""
    return value if isinstance(value, dict) else {}


def metrics(value: object) -> dict[str, float]:
    """An object of numbers, such as the metrics of an evaluation."""
    pairs = list(mapping(value).items())[:100]
    return {text(name, 60): real(number) for name, number in pairs}


def shape(value: object) -> tuple[int | str, ...]:
    """A shape: integers and names of symbolic dims, at most 16 axes."""
    return tuple(text(d, 40) if isinstance(d, str) else whole(d) for d in items(value)[:16])
