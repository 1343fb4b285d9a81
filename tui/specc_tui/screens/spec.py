"""The spec screen: an editor that knows the language, checks while one types, saves and runs."""

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

from specc_tui.compiler import formatted
from specc_tui.facts import key_line
from specc_tui.keys import bindings_of, first_key
from specc_tui.lines import Lines, line
from specc_tui.screens.choice import ChoiceScreen
from specc_tui.screens.run_screen import RunScreen
from specc_tui.snapshot import Snapshot
from specc_tui.spec_file import SpecFile, open_spec, read_file, stamp_of, write_file
from specc_tui.spec_head import head_lines
from specc_tui.widgets.editor import Editor
from specc_tui.widgets.panel import Panel
from specc_tui.widgets.workbench import Workbench

DISK_SECONDS = 1.0
"""Between two looks at the file."""
OVERTAKEN = (
    ("o", "over", "write over it: what others wrote is lost"),
    ("r", "read", "read it: what you wrote is lost"),
)


class SpecScreen(RunScreen):
    NAME = "spec"
    AUTO_FOCUS = ""
    BINDINGS = [  # noqa: RUF012
        Binding("i,enter", "edit", "edit", id="spec.edit", tooltip="type; escape ends that"),
        Binding("ctrl+s", "save", "save", id="spec.save", tooltip="format and save"),
        Binding("ctrl+r", "run", "save and run", id="spec.run"),
        Binding("f8,right_square_bracket", "finding(1)", "next finding", id="spec.next"),
        Binding(
            "shift+f8,left_square_bracket", "finding(-1)", "finding before", False, id="spec.before"
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

    class Shown(Message):
        """This screen exists, and may hold what is not saved."""

        def __init__(self, screen: SpecScreen) -> None:
            super().__init__()
            self.screen = screen

    def __init__(self, source: Callable[[], Snapshot]) -> None:
        super().__init__(source)
        self.file: SpecFile | None = None
        self._folder: Path | None = None
        self._looked = 0.0
        self._ahead = False

    def compose_body(self) -> ComposeResult:
        yield Panel(id="spec-head")
        yield Workbench(id="workbench")

    def on_mount(self) -> None:
        self.post_message(self.Shown(self))

    @property
    def bench(self) -> Workbench:
        return self.query_one("#workbench", Workbench)

    @property
    def unsaved(self) -> bool:
        """Whether the text differs from the file as it was read or written last."""
        file = self.file
        return file is not None and not file.locked and self.bench.text != file.text

    # What is shown

    def show_snapshot(self, snapshot: Snapshot, *, fresh: bool) -> None:
        super().show_snapshot(snapshot, fresh=fresh)
        if self._composed and self.bench.editor.has_focus and not self.bench.editor.read_only:
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

    @on(Workbench.Changed)
    def _show_head(self) -> None:
        found, trouble = self.bench.found, self.bench.trouble
        draw = partial(head_lines, self.file, found, self.unsaved, self._ahead, trouble)
        self.query_one("#spec-head", Panel).show(draw)

    def wording(self) -> tuple[str, Lines]:
        """The text of the spec, whatever has the focus."""
        return "text", tuple(line(text) for text in self.bench.text.splitlines())

    # The file

    def _open(self, snapshot: Snapshot) -> None:
        """Take up the spec of a run that is new here, unless there is something unsaved."""
        header = snapshot.view.header
        known = str(snapshot.file) if snapshot.file is not None else header.spec if header else None
        if known is None or self._folder == snapshot.folder or self.unsaved:
            return
        self._folder = snapshot.folder
        found = open_spec(known, snapshot.folder)
        if self.file is None or (found.path, found.text) != (self.file.path, self.file.text):
            self._take(found)

    def _take(self, file: SpecFile) -> None:
        self.file, self._ahead = file, False
        self.bench.load(file.text, str(file.path), read_only=bool(file.locked))

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
            self.say("the file has changed on disk and was read again")
        else:
            self._ahead = True

    def action_reload(self) -> None:
        """Read the file again; what is unsaved is lost."""
        now = None if self.file is None else read_file(self.file.path)
        if now is None:
            self.say("the file is gone")
        else:
            self._take(now)

    def action_save(self) -> None:
        self.save()

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Format and write the file, `then` go on; asks where others have written it meanwhile."""
        if self.file is None or self.file.locked:
            self.say(f"not saved: {self.file.locked if self.file else 'there is no file'}")
            return
        self._look_at_disk()
        if not self._ahead:
            self._write(then)
            return

        def answered(answer: str | None) -> None:
            if answer == "over":
                self._write(then)
            elif answer == "read":
                self.action_reload()

        self.app.push_screen(ChoiceScreen("the file has changed on disk", OVERTAKEN), answered)

    def _write(self, then: Callable[[], None] | None) -> None:
        if self.file is None:
            return
        canonical = formatted(self.bench.text, str(self.file.path))
        if canonical is not None:
            self.bench.put(canonical)
        written = write_file(self.file, self.bench.text)
        if isinstance(written, str):
            self.say(f"not saved: {written}")
            return
        self.file, self._ahead = written, False
        self.say("saved" if canonical is not None else "saved as it is: the syntax has errors")
        self._show_head()
        if then is not None:
            then()

    def action_run(self) -> None:
        """Save, and train the spec in a new run directory."""
        self.save(self._run)

    def _run(self) -> None:
        errors = sum(f.severity == "error" for f in self.bench.study_now().findings)
        if errors:
            self.say(f"not started: {errors} error{'s' if errors > 1 else ''} to repair first")
        elif self.file is not None:
            self.post_message(self.Run(self.file.path))

    # Keys

    def action_edit(self) -> None:
        self.set_focus(self.bench.editor)
        self.show_snapshot(self._source(), fresh=False)

    @on(Editor.Left)
    def _leave(self) -> None:
        self.show_snapshot(self._source(), fresh=False)

    def action_finding(self, by: int) -> None:
        self.bench.go_on(by)

    def action_fix(self) -> None:
        self.bench.fix()

    def action_complete(self) -> None:
        self.bench.offer()
