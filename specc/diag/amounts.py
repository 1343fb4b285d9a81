"""Bytes in words, for messages: `75 KiB`, `8 MiB`, `1.25 GiB`."""

from __future__ import annotations

UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def byte_amount(count: int) -> str:
    """Three digits and a unit; all digits in front of the point where there are more."""
    value, unit = float(count), 0
    while value >= 1024 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    digits = f"{value:.3g}" if value < 999.5 else f"{value:,.0f}"
    return f"{digits} {UNITS[unit]}"
