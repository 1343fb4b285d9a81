"""The colours of the roles: safe for the common kinds of colour blindness, one set per background.

Series are told apart by lightness as well as hue, and without colour by pattern (`chart.DASHES`).
Contrast of the series on their background is at least 4.8 : 1; raw batches are dim on purpose.
"""

from __future__ import annotations

from specc_tui.lines import Role

DARK: dict[Role, str] = {
    Role.TEXT: "#e0e0e0",
    Role.DIM: "#9a9a9a",
    Role.STRONG: "#ffffff",
    Role.FRAME: "#5c5c5c",
    Role.GOOD: "#2fbf91",
    Role.BAD: "#ff7b3d",
    Role.NOTE: "#f0e442",
    Role.TRAIN: "#56b4e9",
    Role.RAW: "#2f6484",
    Role.DEV: "#e69f00",
    Role.TEST: "#00a578",
    Role.BEST: "#f0e442",
    Role.OTHER: "#00a578",
}
"""On #121212."""

LIGHT: dict[Role, str] = {
    Role.TEXT: "#202020",
    Role.DIM: "#5c5c5c",
    Role.STRONG: "#000000",
    Role.FRAME: "#9a9a9a",
    Role.GOOD: "#00664a",
    Role.BAD: "#b34700",
    Role.NOTE: "#7a5c00",
    Role.TRAIN: "#0072b2",
    Role.RAW: "#5f9bc0",
    Role.DEV: "#9a5b00",
    Role.TEST: "#00664a",
    Role.BEST: "#7a5c00",
    Role.OTHER: "#00664a",
}
"""On white."""

ANSI: dict[Role, tuple[str, str]] = {
    Role.TEXT: ("default", "default"),
    Role.DIM: ("bright_black", "bright_black"),
    Role.STRONG: ("default", "default"),
    Role.FRAME: ("bright_black", "bright_black"),
    Role.GOOD: ("green", "green"),
    Role.BAD: ("red", "red"),
    Role.NOTE: ("yellow", "magenta"),
    Role.TRAIN: ("bright_blue", "blue"),
    Role.RAW: ("blue", "bright_blue"),
    Role.DEV: ("yellow", "magenta"),
    Role.TEST: ("green", "green"),
    Role.BEST: ("bright_yellow", "magenta"),
    Role.OTHER: ("cyan", "cyan"),
}
"""By the colours that the person gave the terminal, on dark and on light."""

BOLD = frozenset((Role.STRONG, Role.BEST, Role.BAD))


def colour(role: Role, dark: bool) -> str:
    """The colour of a role as `#rrggbb`."""
    return (DARK if dark else LIGHT)[role]


def ansi_colour(role: Role, dark: bool) -> str:
    """The colour of a role by its name among the sixteen of the terminal."""
    return ANSI[role][0 if dark else 1]
