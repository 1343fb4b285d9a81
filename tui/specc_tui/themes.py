"""The light and the dark theme of the app."""

from __future__ import annotations

from textual.theme import Theme

from specc_tui.lines import Role
from specc_tui.palette import DARK, LIGHT


def themes() -> tuple[Theme, Theme]:
    """Our themes; the colours of the roles are in `palette`."""
    dark = Theme(
        "specc-dark",
        primary=DARK[Role.TRAIN],
        secondary=DARK[Role.DEV],
        foreground=DARK[Role.TEXT],
        background="#121212",
        surface="#121212",
        panel="#1e1e1e",
    )
    light = Theme(
        "specc-light",
        primary=LIGHT[Role.TRAIN],
        secondary=LIGHT[Role.DEV],
        foreground=LIGHT[Role.TEXT],
        background="#ffffff",
        surface="#ffffff",
        panel="#f0f0f0",
        dark=False,
    )
    return dark, light
