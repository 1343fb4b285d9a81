"""What the terminal can show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """`ascii`: neither braille nor box characters; `colour`: curves may differ by colour alone."""

    ascii: bool = False
    colour: bool = True
