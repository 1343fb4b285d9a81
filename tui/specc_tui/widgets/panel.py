"""The two widgets of the app: a panel that fills its room, and a sheet that scrolls. Both show
lines.

What they show is a function of their size, called when it is drawn: a hidden panel costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from textual import events
from textual.app import RenderResult
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from specc_tui.lines import Lines, Role, length
from specc_tui.widgets.strips import guarded, strips, tone

Draw = Callable[[int, int], Lines]
"""Width and height to lines."""

Write = Callable[[int], Lines]
"""Width to as many lines as there are."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a panel shows at some size: lines, and the strips that they became."""

    size: Size
    lines: Lines = ()
    strips: tuple[Strip, ...] = ()


def nothing(width: int, height: int = 0) -> Lines:
    """An empty panel."""
    return ()


class Panel(Widget):
    """Shows what `Draw` makes for its size. `seconds` is what the last drawing took.

    One that can have the focus shows it by a bar on its left, and tells where the mouse points.
    """

    class Pointed(Message):
        """The mouse did something on a panel: `turn` is 0 for a click, -1 and 1 for the wheel up
        and down."""

        def __init__(self, panel: Panel, column: int, turn: int, row: int = 0) -> None:
            super().__init__()
            self.panel, self.column, self.turn, self.row = panel, column, turn, row

        @property
        def control(self) -> Panel:
            return self.panel

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
        focusable: bool = False,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.can_focus = focusable
        self._draw: Draw = nothing
        self._drawn: Drawn | None = None
        self.seconds = 0.0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are; asked for where the height is not given."""
        return len(self.lines(width, viewport.height))

    def show(self, draw: Draw) -> None:
        """Show something else from now on; only lines that differ are composed anew."""
        self._draw = draw
        if self.styles.auto_dimensions:
            self.refresh(layout=True)
        before = self._drawn
        if before is None or before.size != self.size or not self.is_on_screen:
            self._drawn = None
            self.refresh()
            return
        self._drawn = self._draw_over(before)
        rows = len(max(before.lines, self._drawn.lines, key=len))
        old, new = before.lines, self._drawn.lines
        changed = [y for y in range(rows) if old[y : y + 1] != new[y : y + 1]]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._drawn = None

    @property
    def inset(self) -> int:
        """Columns that the mark of the focus takes."""
        return 1 if self.has_focus and self.size.width > 1 else 0

    def lines(self, width: int, height: int) -> Lines:
        """What it shows, for a size of its own."""
        return guarded(lambda: self._draw(width, height), width)

    def on_focus(self) -> None:
        self._drawn = None

    def on_blur(self) -> None:
        self._drawn = None

    def on_click(self, event: events.Click) -> None:
        self._point(event, 0)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._point(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._point(event, 1)

    def _point(self, event: events.MouseEvent, turn: int) -> None:
        self.post_message(self.Pointed(self, int(event.x) - self.inset, turn, int(event.y)))

    def render_line(self, y: int) -> Strip:
        size = self.size
        if self._drawn is None or self._drawn.size != size:
            self._drawn = self._draw_over(Drawn(size))
        drawn = self._drawn.strips
        return drawn[y] if y < len(drawn) else Strip.blank(size.width, self.rich_style)

    def _draw_over(self, before: Drawn) -> Drawn:
        """The drawing for the present size; strips of lines that stay are taken from before."""
        begin = perf_counter()
        width, height = self.size
        lines = self.lines(width - self.inset, height)
        if self.inset:
            lines = tuple((("▌", Role.TRAIN), *row) for row in lines)
        new = [y for y, row in enumerate(lines) if before.lines[y : y + 1] != (row,)]
        made = iter(strips([lines[y] for y in new], width, self, tone(self.app)))
        held = list(before.strips[: len(lines)]) + [Strip.blank(0)] * (
            len(lines) - len(before.lines)
        )
        for y in new:
            held[y] = next(made)
        self.seconds = perf_counter() - begin
        return Drawn(self.size, lines, tuple(held))

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

    def lines(self, width: int, height: int) -> Lines:
        """What it shows, for a width of its own."""
        return guarded(lambda: self._write(width), width)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._written = None

    def on_resize(self) -> None:
        self._lay_out()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        written = self._lay_out()
        across, down = self.scroll_offset
        if down + y >= len(written):
            return Strip.blank(width, self.rich_style)
        return written[down + y].crop_extend(across, across + width, self.rich_style)

    def _lay_out(self) -> list[Strip]:
        width = self.scrollable_content_region.width
        if self._written is None or self._written[0] != width:
            lines = self.lines(width, 0)
            widest = max([width, *map(length, lines)])
            self._written = width, strips(lines, widest, self, tone(self.app))
            self.virtual_size = Size(widest, len(lines))
        return self._written[1]
