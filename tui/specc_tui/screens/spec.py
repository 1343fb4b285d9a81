"""The spec screen: an editor that knows the language, checks while one types, and runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea
from textual.worker import get_current_worker

from specc.editing.completion import complete
from specc.editing.pieces import pieces
from specc.editing.study import Finding, Study, formatted, study
from specc_tui.facts import key_line
from specc_tui.keys import bindings_of, first_key
from specc_tui.marks import Marks, finding_marks, line_starts, location, word_marks
from specc_tui.popup import Popup, box, popup_lines
from specc_tui.printable import printable
from specc_tui.problems import changed_lines, current, fixed, message_lines, onward
from specc_tui.screens.choice import ChoiceScreen
from specc_tui.screens.run_screen import RunScreen
from specc_tui.snapshot import Snapshot
from specc_tui.spec_file import SpecFile, open_spec, read_file, stamp_of, write_file
from specc_tui.spec_head import head_lines
from specc_tui.widgets.editor import Editor
from specc_tui.widgets.panel import Panel, Sheet

DEBOUNCE = 0.15
"""Seconds without a key after which the text is checked."""
DISK_SECONDS = 1.0
"""Between two looks at the file."""


class SpecScreen(RunScreen):
    NAME = "spec"
    AUTO_FOCUS = ""
    BINDINGS = [  # noqa: RUF012
        Binding("i,enter", "edit", "edit", id="spec.edit", tooltip="type; escape ends that"),
        Binding("ctrl+s", "save", "save", id="spec.save", tooltip="format and save"),
        Binding("ctrl+r", "run", "save and run", id="spec.run"),
        Binding("f8,right_square_bracket", "problem(1)", "next finding", id="spec.next"),
        Binding(
            "shift+f8,left_square_bracket", "problem(-1)", "finding before", False, id="spec.before"
        ),
        Binding("f4", "fix", "fix", id="spec.fix", tooltip="apply the first fix of the finding"),
        Binding("ctrl+@", "complete", "complete", id="spec.complete", key_display="^space"),
        Binding("ctrl+o", "reload", "read again", False, id="spec.reload", tooltip="from disk"),
    ]

    class Run(Message):
        """The file is saved and is to be trained."""

        def __init__(self, path: Path) -> None:
            super().__init__()
            self.path = path

    class Said(Message):
        """Something to be told for a few seconds."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Shown(Message):
        """This screen exists, and may hold what is not saved."""

        def __init__(self, screen: SpecScreen) -> None:
            super().__init__()
            self.screen = screen

    def __init__(self, source: Callable[[], Snapshot]) -> None:
        super().__init__(source)
        self.file: SpecFile | None = None
        self.study: Study | None = None
        self.trouble = ""
        self.popup: Popup | None = None
        self._folder: Path | None = None
        self._timer: Timer | None = None
        self._looked = 0.0
        self._ahead = False

    def compose_body(self) -> ComposeResult:
        yield Panel(id="spec-head")
        yield Editor(id="editor")
        yield Sheet(id="messages")
        yield Panel(id="popup")

    def on_mount(self) -> None:
        self.post_message(self.Shown(self))

    @property
    def editor(self) -> Editor:
        return self.query_one("#editor", Editor)

    @property
    def unsaved(self) -> bool:
        """Whether the text differs from the file as it was read or written last."""
        file = self.file
        return file is not None and not file.locked and self.editor.value != file.text

    # What is shown

    def show_snapshot(self, snapshot: Snapshot, *, fresh: bool) -> None:
        super().show_snapshot(snapshot, fresh=fresh)
        if self._composed and self.editor.has_focus and not self.editor.read_only:
            # While one types, letters are letters: only these keys do something.
            own = [b for b in bindings_of(self) if b.show and b.id != "spec.edit"]
            keys = [("esc", "leave"), *((first_key(self.app, b), b.description) for b in own)]
            self.query_one("#keys", Panel).show(
                lambda width, height: key_line(keys, snapshot.said, width)
            )

    def show_body(self, snapshot: Snapshot, *, fresh: bool) -> None:
        self._open(snapshot)
        if time.monotonic() - self._looked > DISK_SECONDS:
            self._look_at_disk()
        self._show_head()

    def _open(self, snapshot: Snapshot) -> None:
        """Take up the spec of a run that is new here, unless there is something unsaved."""
        header = snapshot.view.header
        spec = str(snapshot.file) if snapshot.file is not None else header.spec if header else ""
        if self._folder == snapshot.folder or (not spec and header is None) or self.unsaved:
            return
        self._folder = snapshot.folder
        found = open_spec(spec, snapshot.folder)
        if self.file is None or found.path != self.file.path or found.text != self.file.text:
            self._take(found)

    def _take(self, file: SpecFile) -> None:
        self.file, self.study, self._ahead = file, None, False
        self.editor.read_only = bool(file.locked)
        self.editor.load_text(file.text)

    def _look_at_disk(self) -> None:
        """Notice what others do to the file."""
        self._looked = time.monotonic()
        file = self.file
        if file is None or stamp_of(file.path) == file.stamp:
            return
        now = read_file(file.path)
        if now is not None and now.text == file.text:
            self.file = replace(file, stamp=now.stamp)
        elif now is not None and not self.unsaved and not file.locked:
            self._take(now)
            self._say("the file has changed on disk and was read again")
        else:
            self._ahead = True

    def _show_head(self) -> None:
        draw = partial(head_lines, self.file, self.study, self.unsaved, self._ahead, self.trouble)
        self.query_one("#spec-head", Panel).show(draw)

    def _say(self, text: str) -> None:
        self.post_message(self.Said(text))

    # Checking

    @on(TextArea.Changed, "#editor")
    def _changed(self) -> None:
        self._mark()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(DEBOUNCE, self._check)
        typed, self.editor.typed = self.editor.typed, False
        self._offer(begin=typed)
        self._show_head()

    def _check(self) -> None:
        if self.file is not None:
            work = partial(self._study, self.editor.value, str(self.file.path))
            self.run_worker(work, thread=True, exclusive=True, group="study")

    def _study(self, text: str, path: str) -> None:
        """In a thread: everything about the text."""
        trouble, found = "", None
        try:
            found = study(text, path)
        except Exception as error:
            # A bug of ours must not take the text with it that someone has just typed.
            trouble = printable(f"checking failed: {type(error).__name__}: {error}", 300)
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._studied, found, trouble)

    def _studied(self, found: Study | None, trouble: str) -> None:
        if found is None or found.text == self.editor.value:
            self.study, self.trouble = found, trouble
            self._mark()
            self._show_messages()
            self._show_head()

    def _mark(self) -> None:
        """Colours, findings and shapes of the text as it is."""
        text, found = self.editor.value, self.study
        words = word_marks(text, pieces(text))
        marks = Marks(words, self.editor.marks.findings, self.editor.marks.gutter)
        notes = dict(self.editor.notes)
        if found is None:
            marks, notes = Marks(words), {}
        elif found.text == text:
            marks = Marks(words, *finding_marks(text, found.findings))
            notes = {line - 1: f"→ {shape}" for line, shape in found.shapes.items()}
        self.editor.show_marks(marks, notes)

    def _offset(self) -> int:
        row, column = self.editor.cursor_location
        return line_starts(self.editor.value)[row] + column

    def _finding(self) -> Finding | None:
        """The finding that is meant."""
        if self.study is None:
            return None
        row, _ = self.editor.cursor_location
        starts = [*line_starts(self.study.text), len(self.study.text) + 1]
        row = min(row, len(starts) - 2)
        found = current(
            self.study.findings, self._offset(), starts[row], max(starts[row], starts[row + 1] - 1)
        )
        return None if found is None else self.study.findings[found]

    def _show_messages(self) -> None:
        sheet = self.query_one("#messages", Sheet)
        sheet.show(partial(message_lines, self._finding(), self.study))
        sheet.scroll_home(animate=False)

    @on(TextArea.SelectionChanged, "#editor")
    def _moved(self) -> None:
        self._show_messages()
        if self.popup is not None:
            self._offer(begin=False)

    def action_problem(self, by: int) -> None:
        """The cursor to the next finding."""
        found = None if self.study is None else onward(self.study.findings, self._offset(), by)
        if self.study is None or found is None:
            self._say("no findings")
            return
        starts = line_starts(self.study.text)
        self.editor.move_cursor(location(starts, self.study.findings[found].start), center=True)

    def action_fix(self) -> None:
        """Apply the first fix of the finding that is meant."""
        finding = self._finding()
        if self.study is None or self.study.text != self.editor.value:
            self._say("the text is still being checked")
        elif self.editor.read_only:
            self._say("this text is read only")
        elif finding is None or finding.fix is None:
            self._say("nothing to fix here" if finding is None else "no fix by a key: see the help")
        else:
            self._put(fixed(self.study.text, finding))
            self._say(f"fixed: {finding.fix.text}")

    def _put(self, text: str) -> None:
        """Another text, of which only the lines that differ are touched."""
        change = changed_lines(self.editor.value, text)
        if change is not None:
            self.editor.put(*change)

    # Completion

    def action_complete(self) -> None:
        self._offer(begin=True)

    def _offer(self, *, begin: bool) -> None:
        """Offer words for the place of the cursor; without `begin` only if a list is open."""
        offered = None
        if (begin or self.popup is not None) and not self.editor.read_only:
            found = complete(self.editor.value, self._offset())
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
            cursor = self.editor.cursor_screen_offset
            left, top, width, height = box(popup, (cursor.x, cursor.y), self.size)
            origin = self.query_one("#body").region.offset
            panel.styles.offset = (left - origin.x, top - origin.y)
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
            starts = line_starts(self.editor.value)
            begin = location(starts, popup.completion.start)
            end = location(starts, popup.completion.end)
            self.editor.replace(popup.option.insert, begin, end, maintain_selection_offset=False)
        self._show_popup(None)

    # Leaving, saving, running

    def action_edit(self) -> None:
        self.editor.focus()
        self.show_snapshot(self._source(), fresh=False)

    @on(Editor.Left)
    def _leave(self) -> None:
        self.set_focus(None)
        self.show_snapshot(self._source(), fresh=False)

    def action_reload(self) -> None:
        """Read the file again; what is unsaved is lost."""
        now = None if self.file is None else read_file(self.file.path)
        if now is None:
            self._say("the file is gone")
        else:
            self._take(now)

    def action_save(self) -> None:
        self.save()

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Format and write the file, `then` go on; asks where others have written it meanwhile."""
        if self.file is None or self.file.locked:
            self._say(f"not saved: {self.file.locked if self.file else 'there is no file'}")
            return
        self._look_at_disk()
        if not self._ahead:
            self._write(then)
            return
        choices = (
            ("o", "over", "write over it: what others wrote is lost"),
            ("r", "read", "read it: what you wrote is lost"),
        )

        def answered(answer: str | None) -> None:
            if answer == "over":
                self._write(then)
            elif answer == "read":
                self.action_reload()

        self.app.push_screen(ChoiceScreen("the file has changed on disk", choices), answered)

    def _write(self, then: Callable[[], None] | None) -> None:
        if self.file is None:
            return
        canonical = formatted(self.editor.value, str(self.file.path))
        if canonical is not None:
            self._put(canonical)
        written = write_file(self.file, self.editor.value)
        if isinstance(written, str):
            self._say(f"not saved: {written}")
            return
        self.file, self._ahead = written, False
        self._say("saved" if canonical is not None else "saved as it is: the syntax has errors")
        self._show_head()
        if then is not None:
            then()

    def action_run(self) -> None:
        """Save, and train the spec in a new run directory."""
        self.save(self._run)

    def _run(self) -> None:
        if self.file is None:
            return
        text = self.editor.value
        found = self.study if self.study is not None and self.study.text == text else None
        found = found or study(text, str(self.file.path))
        errors = sum(f.severity == "error" for f in found.findings)
        if errors:
            self._say(f"not started: {errors} error{'s' if errors > 1 else ''} to repair first")
        else:
            self.post_message(self.Run(self.file.path))
