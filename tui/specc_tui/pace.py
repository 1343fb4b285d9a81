"""How often to draw: at most a share of one core, however long a drawing takes."""

from __future__ import annotations

from dataclasses import dataclass

INTERVAL = 0.25
"""Seconds between polls, and between drawings that cost little."""

BLURRED = 1.0
"""Seconds between drawings while the terminal has not the focus."""

SHARE = 0.12
"""Part of a core that drawing may take."""


@dataclass(frozen=True, slots=True)
class Pace:
    """When the last drawing began, and what the one before it cost."""

    drawn: float = -1e9

    def due(self, now: float, cost: float, *, focused: bool = True) -> bool:
        """Whether to draw again, when a drawing takes `cost` seconds."""
        wait = max(INTERVAL if focused else BLURRED, cost / SHARE)
        return now - self.drawn >= wait * 0.99
