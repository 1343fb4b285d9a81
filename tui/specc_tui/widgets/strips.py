"""From lines to what Textual draws, and the guard that keeps one panel's failure from taking the
app down."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from specc_tui.ascii import to_ascii
from specc_tui.lines import Line, Lines, Role, fit, length, wrap
from specc_tui.palette import BOLD, colour
from specc_tui.printable import printable


@lru_cache(maxsize=128)
def style(role: Role, dark: bool) -> Style:
    """The style of a role on its own; the background is the widget's."""
    return Style(color=colour(role, dark), bold=role in BOLD)


def guarded(build: Callable[[], Lines], width: int) -> Lines:
    """The lines, or "panel failed" and why: the rest of the app lives on."""
    try:
        return build()
    except Exception as error:
        why = printable(f"panel failed: {type(error).__name__}: {error}", 500)
        return wrap(why, max(1, width), Role.BAD)


def strips(
    lines: Lines, width: int, widget: Widget, *, ascii_only: bool, dark: bool
) -> list[Strip]:
    """One strip per line, each exactly `width` cells wide."""
    base = widget.rich_style
    if ascii_only:
        lines = to_ascii(lines)
    return [_strip(row, width, base, dark) for row in lines]


def _strip(row: Line, width: int, base: Style, dark: bool) -> Strip:
    cut = fit(row, width)
    segments = [Segment(text, base + style(role, dark)) for text, role in cut]
    segments.append(Segment(" " * (width - length(cut)), base))
    return Strip(segments, width)
