"""The text area of the spec screen: Textual's own, with our colours, findings and line ends.

Textual colours by tree-sitter grammars; here the lexer of the language does it, and the pieces are
put on the lines as they are drawn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from itertools import islice

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from specc_tui.lines import Role
from specc_tui.marks import Marks, ends, shown
from specc_tui.widgets.strips import Tone, style, tone

ROLES: dict[str, Role] = {
    "comment": Role.DIM,
    "string": Role.GOOD,
    "number": Role.DEV,
    "constant": Role.DEV,
    "unit": Role.DEV,
    "structure": Role.STRONG,
    "statement": Role.STRONG,
    "layer": Role.TRAIN,
    "activation": Role.TRAIN,
    "data": Role.OTHER,
    "training": Role.OTHER,
    "wrong": Role.BAD,
    "error": Role.BAD,
    "warning": Role.NOTE,
}
"""The colour of each kind of piece; the others are plain text."""
SIGNS = {"error": "✗", "warning": "!"}
MARGIN = 2
"""Cells between the line number and the text."""
SEEN = 256
"""Keys that are remembered until the app has them, more than one chunk of input holds."""
MOST_LINES = 5_000
"""Lines whose widths are looked at to place what stands behind them."""


class Editor(TextArea):
    """Edits a spec.

    While it `listens`, keys that a list of completions wants go to that. `typed` says that the last
    change was a key, and no paste, undo or fix."""

    class Pressed(Message):
        """A key for the list of completions."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Left(Message):
        """The editor has given the focus away."""

    LISTED = frozenset(("up", "down", "tab", "escape"))

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(
            "", id=id, soft_wrap=False, tab_behavior="indent", show_line_numbers=True, compact=True
        )
        self.marks = Marks()
        self.notes: Mapping[int, str] = {}
        self.listens = False
        self.typed = False
        self._seen: deque[events.Key] = deque(maxlen=SEEN)
        self._placed: dict[int, tuple[int, str]] | None = None

    def saw(self, event: events.Key) -> bool:
        """Whether a key came here before it went on to the app."""
        return any(seen is event for seen in self._seen)

    @property
    def value(self) -> str:
        """The text with lines that end in a newline, whatever the file has."""
        return "\n".join(self.document.lines)

    def show_marks(self, marks: Marks, notes: Mapping[int, str]) -> None:
        """Draw other marks, and notes behind lines, from now on."""
        self.marks, self.notes = marks, notes
        self._placed = None
        self._line_cache.clear()
        self.refresh()

    def put(self, first: int, last: int, lines: list[str]) -> None:
        """Put lines in the place of others, as one step that can be undone; the cursor stays where
        it is in the text."""
        count = self.document.line_count
        if last < count:
            start, end, text = (first, 0), (last, 0), "".join(f"{line}\n" for line in lines)
        elif first > 0:
            # Up to the end of the text, together with the line end before.
            start = (first - 1, len(self.document[first - 1]))
            end = (count - 1, len(self.document[count - 1]))
            text = "".join(f"\n{line}" for line in lines)
        else:
            start, end = (0, 0), (count - 1, len(self.document[count - 1]))
            text = "\n".join(lines)
        self.history.checkpoint()
        self.replace(text, start, end, maintain_selection_offset=True)
        self.history.checkpoint()

    def get_line(self, line_index: int) -> Text:
        """A line with its colours; what must not reach the terminal is replaced."""
        how = tone(self.app)
        line = shown(self.document.get_line(line_index), ascii_only=how.ascii)
        text = Text(line, end="", no_wrap=True)
        for start, end, kind in self.marks.words.get(line_index, ()):
            if kind in ROLES:
                text.stylize(style(ROLES[kind], how), start, end)
        for start, end, kind in self.marks.findings.get(line_index, ()):
            text.stylize(style(ROLES[kind], how) + Style(underline=True), start, end)
        return text

    def _render_line(self, y: int) -> Strip:
        strip = super()._render_line(y)
        row = y + self.scroll_offset.y
        how = tone(self.app)
        severity = self.marks.gutter.get(row)
        if severity is not None and self.gutter_width > MARGIN:
            at = self.gutter_width - MARGIN
            strip = _with(strip, at, SIGNS[severity], style(ROLES[severity], how), how)
        note = self._notes_placed().get(row)
        if note is not None:
            column, text = note
            at = self.gutter_width + column - self.scroll_offset.x
            if self.gutter_width < at and at + len(text) <= self.size.width:
                strip = _with(strip, at, text, style(Role.DIM, how) + Style(italic=True), how)
        return strip

    def _notes_placed(self) -> dict[int, tuple[int, str]]:
        if self._placed is None:
            rows = islice(sorted(self.notes), MOST_LINES)
            widths = {
                row: len(self.document.get_line(row).expandtabs(self.indent_width))
                for row in rows
                if row < self.document.line_count
            }
            room = self.size.width - self.gutter_width
            self._placed = ends(widths, {r: self.notes[r] for r in widths}, room)
        return self._placed

    def _build_highlight_map(self) -> None:
        """Called after every edit: what is placed by line is placed anew."""
        super()._build_highlight_map()
        self._placed = None

    def on_resize(self) -> None:
        self._placed = None
        self._line_cache.clear()

    async def _on_key(self, event: events.Key) -> None:
        self._seen.append(event)
        if self.screen.focused is not self:
            event.prevent_default()  # pressed in the same breath as the escape before it
            return
        self.typed = event.is_printable
        if self.listens and event.key in self.LISTED:
            event.stop()
            event.prevent_default()
            self.post_message(self.Pressed(event.key))
        elif event.key == "escape":
            event.stop()
            event.prevent_default()
            self.screen.set_focus(None)
            self.post_message(self.Left())
        else:
            # A binding runs when the key has come to the app, and by then the letters behind it in
            # the same chunk of input would be in the text already.
            for binding in self._bindings.key_to_bindings.get(event.key, ())[:1]:
                event.stop()
                event.prevent_default()
                await self.run_action(binding.action)


def _with(strip: Strip, at: int, text: str, over: Style, how: Tone) -> Strip:
    """A strip with a text in the place of what stands at a cell."""
    if how.ascii:
        text = text.replace("✗", "x").replace("→", ">").encode("ascii", "replace").decode()
    before, under, after = (
        strip.crop(0, at),
        strip.crop(at, at + len(text)),
        strip.crop(at + len(text)),
    )
    base = next((s.style for s in under if s.style is not None), Style())
    return Strip.join([before, Strip([Segment(text, base + over)], len(text)), after])
