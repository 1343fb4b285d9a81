"""What numbers and strings are worth, exactly."""

from __future__ import annotations

import math

MOST_DIGITS = 300
"""Longer integers fit no float, and reading them takes time that grows with the square."""


def number_value(text: str) -> int | float | None:
    """The value of a number as written; an int only where written as one.

    A percentage is read with its exponent lowered by two, so that `80%` is the float nearest to
    0.8, which 80 / 100 is only by luck. None stands for a number that no float can hold: too large,
    or so small that it would silently become 0.
    """
    if text.isdecimal():
        return int(text) if len(text) <= MOST_DIGITS else None
    if text.endswith("%"):
        mantissa, _, exponent = text[:-1].lower().partition("e")
        if len(exponent) > MOST_DIGITS:
            return None
        text = f"{mantissa}e{int(exponent or 0) - 2}"
    elif text.replace("_", "").isdecimal():
        return number_value(text.replace("_", ""))
    value = float(text)
    written = text.lower().partition("e")[0]
    vanished = value == 0 and any(digit in "123456789" for digit in written)
    return None if math.isinf(value) or vanished else value


def string_value(text: str) -> str | int:
    r"""The value of a string between its quotes, or the index in `text` of a wrong escape.

    Only `\"` and `\\` are escapes: a path with single backslashes must not change unseen.
    """
    inside = text[1:-1]
    if "\\" not in inside:
        return inside
    parts: list[str] = []
    at = 0
    while at < len(inside):
        if inside[at] == "\\":
            at += 1
            if inside[at : at + 1] not in ('"', "\\"):
                return at
        parts.append(inside[at])
        at += 1
    return "".join(parts)
