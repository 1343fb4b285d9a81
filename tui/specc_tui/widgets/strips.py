"""From lines to what Textual draws, and the guard that keeps one panel's failure from taking the
app down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.strip import Strip
from textual.widget import Widget

from specc_tui.ascii import to_ascii
from specc_tui.lines import Line, Lines, Role, fit, length, wrap
from specc_tui.palette import BOLD, ansi_colour, colour
from specc_tui.printable import printable


@dataclass(frozen=True, slots=True)
class Tone:
    """How roles become colours. `ansi`: by the sixteen colours that the terminal defines."""

    dark: bool = True
    ansi: bool = False
    ascii: bool = False


def tone(app: App[Any]) -> Tone:
    """The tone of the theme that is chosen."""
    theme = app.current_theme
    return Tone(theme.dark, theme.name.startswith("ansi"), app.has_class("-ascii"))


@lru_cache(maxsize=128)
def style(role: Role, tone: Tone) -> Style:
    """The style of a role on its own; the background is the widget's."""
    name = ansi_colour(role, tone.dark) if tone.ansi else colour(role, tone.dark)
    return Style(color=name, bold=role in BOLD)


def guarded(build: Callable[[], Lines], width: int) -> Lines:
    """The lines, or "panel failed" and why: the rest of the app lives on."""
    try:
        return build()
    except Exception as error:
        why = printable(f"panel failed: {type(error).__name__}: {error}", 500)
        return wrap(why, max(1, width), Role.BAD)


def strips(lines: Sequence[Line], width: int, widget: Widget, tone: Tone) -> list[Strip]:
    """One strip per line, each exactly `width` cells wide."""
    base = widget.rich_style
    if tone.ascii:
        lines = to_ascii(tuple(lines))
    return [_strip(row, width, base, tone) for row in lines]


def _strip(row: Line, width: int, base: Style, tone: Tone) -> Strip:
    cut = fit(row, width)
    segments = [Segment(text, base + style(role, tone)) for text, role in cut]
    segments.append(Segment(" " * (width - length(cut)), base))
    return Strip(segments, width)
