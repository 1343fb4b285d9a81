"""A learning rate as it is typed."""

from __future__ import annotations

import math


def read_rate(text: str) -> float | str:
    """The rate, or why it is none.

    >>> read_rate("3e-4"), read_rate("0")
    (0.0003, 'a learning rate is greater than 0')
    """
    try:
        rate = float(text.replace("_", ""))
    except ValueError:
        return "a number, such as 0.001 or 1e-3"
    if not math.isfinite(rate):
        return "a finite number, such as 0.001"
    return rate if rate > 0 else "a learning rate is greater than 0"
