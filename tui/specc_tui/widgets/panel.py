"""The two widgets of the app: a panel that fills its room, and a sheet that scrolls. Both show
lines.

What they show is a function of their size, called when it is drawn: a hidden panel costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from textual.app import RenderResult
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from specc_tui.lines import Lines, length
from specc_tui.widgets.strips import guarded, strips

Draw = Callable[[int, int], Lines]
"""Width and height to lines."""

Write = Callable[[int], Lines]
"""Width to as many lines as there are."""


def nothing(width: int, height: int = 0) -> Lines:
    """An empty panel."""
    return ()


class Panel(Widget):
    """Shows what `Draw` makes for its size. `seconds` is what the last drawing took."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._draw: Draw = nothing
        self._drawn: tuple[Size, list[Strip]] | None = None
        self.seconds = 0.0

    def show(self, draw: Draw) -> None:
        """Show something else from now on."""
        self._draw = draw
        self._drawn = None
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._drawn = None

    def render_line(self, y: int) -> Strip:
        size = self.size
        if self._drawn is None or self._drawn[0] != size:
            begin = perf_counter()
            lines = guarded(lambda: self._draw(size.width, size.height), size.width)
            dark = self.app.current_theme.dark
            ascii_only = self.app.has_class("-ascii")
            self._drawn = size, strips(lines, size.width, self, ascii_only=ascii_only, dark=dark)
            self.seconds = perf_counter() - begin
        drawn = self._drawn[1]
        return drawn[y] if y < len(drawn) else Strip.blank(size.width, self.rich_style)

    def render(self) -> RenderResult:
        return ""


class Sheet(ScrollView, can_focus=True):
    """Shows what `Write` makes for its width, scrolled with the arrow keys."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._write: Write = nothing
        self._written: tuple[int, list[Strip]] | None = None

    def show(self, write: Write) -> None:
        """Show something else from now on; the place of scrolling stays."""
        self._write = write
        self._written = None
        self._lay_out()
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._written = None

    def on_resize(self) -> None:
        self._lay_out()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        written = self._lay_out()
        across, down = self.scroll_offset
        if down + y >= len(written):
            return Strip.blank(width, self.rich_style)
        return written[down + y].crop_extend(across, across + width, self.rich_style)

    def _lay_out(self) -> list[Strip]:
        width = self.size.width
        if self._written is None or self._written[0] != width:
            lines = guarded(lambda: self._write(width), width)
            widest = max([width, *map(length, lines)])
            dark = self.app.current_theme.dark
            ascii_only = self.app.has_class("-ascii")
            self._written = width, strips(lines, widest, self, ascii_only=ascii_only, dark=dark)
            self.virtual_size = Size(widest, len(lines))
        return self._written[1]
