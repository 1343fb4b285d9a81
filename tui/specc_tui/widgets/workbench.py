"""The editor with all that it knows of its text: findings, shapes, completions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import TextArea
from textual.worker import get_current_worker

from specc_tui.compiler import checker, complete, pieces, study
from specc_tui.marks import Mark, Marks, finding_marks, line_starts, location, word_marks
from specc_tui.popup import Popup, box, popup_lines
from specc_tui.printable import printable
from specc_tui.problems import changed_lines, current, fixed, message_lines, onward
from specc_tui.widgets.editor import Editor
from specc_tui.widgets.panel import Panel, Sheet

if TYPE_CHECKING:
    from specc.editing.checker import Checker
    from specc.editing.study import Finding, Study

DEBOUNCE = 0.15
"""Seconds without a key after which the text is checked."""
LONGEST = 30_000
"""Characters of a text that is coloured and completed at every key, which takes 70 ms for as many.
A longer one is coloured when it is checked, and completed where that is asked for.
"""

Words = Mapping[int, tuple[Mark, ...]]


class Workbench(Widget):
    """Checks its text in a thread whenever it rests; `found` is what was found, None meanwhile."""

    class Changed(Message):
        """The text, or what is known about it, is another."""

    class Said(Message):
        """Something to be told for a few seconds."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.found: Study | None = None
        self.trouble = ""
        self.popup: Popup | None = None
        self._path = ""
        self._checker: Checker | None = None
        self._checking = Lock()
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Editor(id="editor")
        yield Sheet(id="messages")
        yield Panel(id="popup")

    @property
    def editor(self) -> Editor:
        return self.query_one("#editor", Editor)

    @property
    def text(self) -> str:
        return self.editor.value

    def load(self, text: str, path: str, *, read_only: bool) -> None:
        """Another file; what could be undone is forgotten."""
        self._path, self.found, self._checker = path, None, None
        self.editor.read_only = read_only
        self.editor.show_marks(Marks(), {})
        self.editor.load_text(text)

    def put(self, text: str) -> None:
        """Another text of the same file, of which only the lines that differ are touched."""
        change = changed_lines(self.text, text)
        if change is not None:
            self.editor.put(*change)

    def study_now(self) -> Study:
        """What is known about the text, worked out at once if need be."""
        known = self.found is not None and self.found.text == self.text
        return self.found if known and self.found is not None else study(self.text, self._path)

    # Checking

    @on(TextArea.Changed, "#editor")
    def _changed(self) -> None:
        self._mark()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(DEBOUNCE, self._check)
        typed, self.editor.typed = self.editor.typed, False
        self._offer(begin=typed)
        self.post_message(self.Changed())

    def _check(self) -> None:
        work = partial(self._study, self.text, self._path)
        self.run_worker(work, thread=True, exclusive=True, group="study")

    def _study(self, text: str, path: str) -> None:
        """In a thread: everything about the text."""
        found: Study | None = None
        words: Words | None = None
        trouble = ""
        try:
            with self._checking:  # a thread that nobody waits for any more may still be at it
                self._checker = self._checker or checker()
                if len(text) > LONGEST:
                    words = word_marks(text, pieces(text))
                found = study(text, path, self._checker)
        except Exception as error:
            # A bug of ours must not take the text with it that someone has just typed.
            self._checker = None
            trouble = printable(f"checking failed: {type(error).__name__}: {error}", 300)
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._studied, found, words, trouble)

    def _studied(self, found: Study | None, words: Words | None, trouble: str) -> None:
        if found is None or found.text == self.text:
            self.found, self.trouble = found, trouble
            self._mark(words)
            self._show_messages()
            self.post_message(self.Changed())

    def _mark(self, words: Words | None = None) -> None:
        """Colours, findings and shapes of the text as it is; between two checks the last ones."""
        text, found, editor = self.text, self.found, self.editor
        if words is None and len(text) <= LONGEST:
            words = word_marks(text, pieces(text))
        words = editor.marks.words if words is None else words
        if found is None:
            editor.show_marks(Marks(words), {})
        elif found.text == text:
            marks = Marks(words, *finding_marks(text, found.findings))
            editor.show_marks(marks, {n - 1: f"→ {shape}" for n, shape in found.shapes.items()})
        else:
            old = editor.marks
            editor.show_marks(Marks(words, old.findings, old.gutter), editor.notes)

    def _offset(self) -> int:
        row, column = self.editor.cursor_location
        return line_starts(self.text)[row] + column

    def finding(self) -> Finding | None:
        """The finding that is meant: the one at the cursor, or near it."""
        if self.found is None:
            return None
        starts = [*line_starts(self.found.text), len(self.found.text) + 1]
        row = min(self.editor.cursor_location[0], len(starts) - 2)
        at = current(self.found.findings, self._offset(), starts[row], starts[row + 1] - 1)
        return None if at is None else self.found.findings[at]

    def _show_messages(self) -> None:
        sheet = self.query_one("#messages", Sheet)
        sheet.show(partial(message_lines, self.finding(), self.found))
        sheet.scroll_home(animate=False)

    @on(TextArea.SelectionChanged, "#editor")
    def _moved(self) -> None:
        self._show_messages()
        if self.popup is not None:
            self._offer(begin=False)

    def go_on(self, by: int) -> None:
        """The cursor to the next finding (1), or to the one before (-1)."""
        found = self.found
        at = None if found is None else onward(found.findings, self._offset(), by)
        if found is None or at is None:
            self.post_message(self.Said("no findings"))
        else:
            place = location(line_starts(found.text), found.findings[at].start)
            self.editor.move_cursor(place, center=True)

    def fix(self) -> None:
        """Apply the first fix of the finding that is meant."""
        finding, said = self.finding(), ""
        if self.found is None or self.found.text != self.text:
            said = "the text is still being checked"
        elif self.editor.read_only:
            said = "this text is read only"
        elif finding is None:
            said = "nothing to fix here"
        elif finding.fix is None:
            said = "no fix by a key: see the help"
        else:
            self.put(fixed(self.text, finding))
            said = f"fixed: {finding.fix.text}"
        self.post_message(self.Said(printable(said, 200)))

    # Completion

    def offer(self) -> None:
        """Offer the words that can stand at the cursor."""
        self._offer(begin=True, asked=True)

    def _offer(self, *, begin: bool, asked: bool = False) -> None:
        """Without `begin` words are offered only if a list of them is open for the same place; for
        a long text only if they are `asked` for."""
        offered = None
        wanted = (begin or self.popup is not None) and not self.editor.read_only
        if wanted and (asked or len(self.text) <= LONGEST):
            found = complete(self.text, self._offset())
            same = self.popup is not None and self.popup.completion.start == found.start
            if found.options and (begin or same):
                offered = Popup(found)
        self._show_popup(offered)

    def _show_popup(self, popup: Popup | None) -> None:
        self.popup = popup
        self.editor.listens = popup is not None
        panel = self.query_one("#popup", Panel)
        panel.display = popup is not None
        if popup is not None:
            cursor, origin = self.editor.cursor_screen_offset, self.region.offset
            left, top, width, height = box(
                popup, (cursor.x - origin.x, cursor.y - origin.y), self.size
            )
            panel.styles.offset = (left, top)
            panel.styles.width, panel.styles.height = width, height
            panel.show(partial(popup_lines, popup))

    @on(Editor.Pressed)
    def _choose(self, event: Editor.Pressed) -> None:
        popup = self.popup
        if popup is None:
            return
        if event.key in ("up", "down"):
            self._show_popup(popup.moved(1 if event.key == "down" else -1))
            return
        if event.key == "tab":
            starts, found = line_starts(self.text), popup.completion
            begin, end = (location(starts, at) for at in (found.start, found.end))
            self.editor.replace(popup.option.insert, begin, end, maintain_selection_offset=False)
        self._show_popup(None)
