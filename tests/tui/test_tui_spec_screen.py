"""The spec screen without a terminal: typing, checking, completing, fixing, saving, running."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from specc_tui.screens.choice import ChoiceScreen
from specc_tui.screens.spec import SpecScreen
from specc_tui.session import Session
from specc_tui.viewer import Viewer
from specc_tui.widgets.workbench import LONGEST
from textual import events
from textual.pilot import Pilot
from tui_pilot import run, shown, until

MODELS = Path(__file__).parents[2] / "models"
DIGITS = (MODELS / "digits.dl").read_text(encoding="utf-8")
SIZES = [(80, 24), (200, 60), (40, 10)]
SLOW = "steps 100000\ndelay 0.001\n"


@asynccontextmanager
async def editing(
    session: Session, size: tuple[int, int] = (100, 40), **options: Any
) -> AsyncIterator[tuple[Pilot[None], Viewer, SpecScreen]]:
    viewer = Viewer(session, **options)
    async with viewer.run_test(size=size) as pilot:
        await pilot.pause()
        viewer.switch_mode("spec")
        await until(pilot, lambda: isinstance(viewer.screen, SpecScreen) and viewer.screen.file)
        screen = viewer.screen
        assert isinstance(screen, SpecScreen)
        await until(pilot, lambda: screen.bench.found)
        yield pilot, viewer, screen
    for each in (session, viewer.session):
        each.kill()
        each.wait(10)
    viewer.leave_runs()


@pytest.fixture
def session(make_run: Callable[..., Path], tmp_path: Path, command: tuple[str, ...]) -> Session:
    """A finished run of a spec that is there."""
    path = tmp_path / "digits.dl"
    path.write_text(DIGITS)
    found = Session.attach(make_run(), command)
    found.file = path
    return found


def cursor_to(screen: SpecScreen, text: str, behind: int = 0) -> None:
    """The cursor to where a text stands."""
    lines = screen.bench.text.split("\n")
    row = next(i for i, line in enumerate(lines) if text in line)
    screen.bench.editor.move_cursor((row, lines[row].index(text) + behind))


@pytest.mark.parametrize("size", SIZES)
def test_the_text_its_shapes_and_its_findings(session: Session, size: tuple[int, int]) -> None:
    async def test() -> None:
        async with editing(session, size) as (pilot, viewer, screen):
            await pilot.press("i")
            cursor_to(screen, "dense  10")
            await until(pilot, lambda: "dense  10, softmax" in shown(viewer))
            assert "panel failed" not in shown(viewer)
            if size != (40, 10):
                assert "→ (10, m), 330 parameters" in shown(viewer)
                assert "no findings" in shown(viewer)
            cursor_to(screen, "softmax", 7)
            await pilot.press("x")
            await until(pilot, lambda: screen.bench.found and screen.bench.found.findings)
            await until(pilot, lambda: "16✗" in shown(viewer))
            if size[1] >= 24:
                assert "did you mean `softmax`?" in shown(viewer) or size == (80, 24)
            assert "→ (10, m)" not in shown(viewer)

    run(test())


def test_letters_are_letters_while_one_types(session: Session) -> None:
    async def test() -> None:
        async with editing(session) as (pilot, viewer, screen):
            await pilot.press("i")
            await until(pilot, lambda: screen.bench.editor.has_focus)
            await until(pilot, lambda: "esc leave" in shown(viewer))
            await pilot.press("home", "q", "1", "space", "n", "k", "R")
            assert screen.bench.text.startswith("q1 nkRspec 1")
            assert viewer.screen is screen
            assert not viewer._exit
            await pilot.press("escape")
            await until(pilot, lambda: not screen.bench.editor.has_focus)
            await pilot.press("1")
            await until(pilot, lambda: viewer.screen is not screen)
            await pilot.press("7")
            await until(pilot, lambda: viewer.screen is screen)
            assert screen.unsaved

    run(test())


def test_from_finding_to_finding_and_fixed(session: Session) -> None:
    async def test() -> None:
        async with editing(session) as (pilot, viewer, screen):
            bench = screen.bench
            bench.put(
                DIGITS.replace("dense  width, relu", "dens  width, relu").replace("adam", "adm")
            )
            await until(pilot, lambda: bench.found and len(bench.found.findings) == 2)
            await pilot.press("f8")
            assert bench.editor.cursor_location == (13, 4)
            await until(pilot, lambda: "no layer is called `dens`" in shown(viewer))
            await pilot.press("f8")
            assert bench.editor.cursor_location[0] == 21
            await pilot.press("left_square_bracket", "f4")
            await until(pilot, lambda: bench.found and len(bench.found.findings) == 1)
            await pilot.press("right_square_bracket", "f4")
            await until(pilot, lambda: bench.text == DIGITS)
            await until(pilot, lambda: "no findings" in shown(viewer))
            await pilot.press("f4")
            await until(pilot, lambda: "nothing to fix here" in shown(viewer))
            await pilot.press("i", "ctrl+z")
            assert "adm(" in bench.text

    run(test())


def test_words_are_completed(session: Session) -> None:
    async def test() -> None:
        async with editing(session) as (pilot, viewer, screen):
            bench = screen.bench
            await pilot.press("i")
            cursor_to(screen, "softmax", 7)
            await pilot.press(*["backspace"] * 7, "s", "o")
            await until(pilot, lambda: "▶ softmax" in shown(viewer))
            await pilot.press("down")
            await until(pilot, lambda: "▶ softplus" in shown(viewer))
            await pilot.press("tab")
            await until(pilot, lambda: "dense  10, softplus" in bench.text)
            assert bench.popup is None
            await pilot.press("comma", "space", "ctrl+@")
            await until(pilot, lambda: "regularize" in str(bench.popup))
            await pilot.press("escape")
            await until(pilot, lambda: bench.popup is None)
            assert bench.editor.has_focus
            await pilot.press("b", "i", "tab")
            await until(pilot, lambda: "softplus, bias = " in bench.text)
            await pilot.press("enter", "tab")
            assert "softplus, bias = \n    " in bench.text

    run(test())


def test_saving_formats_and_keeps_the_cursor(session: Session) -> None:
    async def test() -> None:
        async with editing(session) as (pilot, viewer, screen):
            assert screen.file is not None
            path = screen.file.path
            await pilot.press("i")
            cursor_to(screen, "dense  10", 9)
            await pilot.press("space", "space")
            await until(pilot, lambda: "unsaved" in shown(viewer))
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "saved" in shown(viewer) and not screen.unsaved)
            assert path.read_text() == DIGITS
            assert screen.bench.editor.cursor_location[0] == 15
            await pilot.press("end", *"(", "ctrl+s")
            await until(pilot, lambda: "saved as it is: the syntax has errors" in shown(viewer))
            assert "softmax(" in path.read_text()

    run(test())


def test_what_others_write_is_noticed(session: Session) -> None:
    async def test() -> None:
        async with editing(session) as (pilot, viewer, screen):
            assert screen.file is not None
            path, bench = screen.file.path, screen.bench
            path.write_text(DIGITS.replace("30 epochs", "40 epochs"))
            await until(pilot, lambda: "40 epochs" in bench.text)
            await pilot.press("i", "ctrl+home", "x")
            path.write_text(DIGITS)
            await until(pilot, lambda: "changed on disk: ctrl+o" in shown(viewer))
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(viewer.screen, ChoiceScreen))
            assert path.read_text() == DIGITS
            await pilot.press("r")
            await until(pilot, lambda: bench.text == DIGITS)
            await pilot.press("x")
            path.write_text("spec 1\n")
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(viewer.screen, ChoiceScreen))
            await pilot.press("o")
            await until(pilot, lambda: "network" in path.read_text())
            path.unlink()
            await until(pilot, lambda: "changed on disk" in shown(viewer))
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(viewer.screen, ChoiceScreen))
            await pilot.press("o")
            await until(pilot, path.exists)

    run(test())


def test_quitting_asks_about_unsaved_changes(session: Session) -> None:
    async def test() -> None:
        async with editing(session) as (pilot, viewer, screen):
            assert screen.file is not None
            await pilot.press("i", "end", "x", "escape", "1")
            await pilot.press("q")
            await until(pilot, lambda: "digits.dl has unsaved changes" in shown(viewer))
            await pilot.press("escape")
            await until(pilot, lambda: not isinstance(viewer.screen, ChoiceScreen))
            assert not viewer._exit
            await pilot.press("ctrl+q")
            await until(pilot, lambda: isinstance(viewer.screen, ChoiceScreen))
            await pilot.press("s")
            await until(pilot, lambda: viewer._exit)
            assert "languagex" in screen.file.path.read_text().replace(" version", "")

    run(test())


def test_a_run_of_what_was_saved(tmp_path: Path, command: tuple[str, ...]) -> None:
    """The trainer takes texts that are no specs, so the file is replaced before it starts."""
    spec = tmp_path / "digits.dl"
    spec.write_text(SLOW)
    session = Session.start(spec, tmp_path / "run", ("--variant", "he"), command)

    async def test() -> None:
        async with editing(session) as (pilot, viewer, screen):
            await pilot.press("i", "ctrl+r")
            await until(pilot, lambda: "to repair first" in shown(viewer))
            assert viewer.session is session
            screen.bench.put(DIGITS)
            await pilot.press("ctrl+r")
            await until(pilot, lambda: isinstance(viewer.screen, ChoiceScreen))
            assert "still training" in shown(viewer)
            await pilot.press("escape")
            await until(pilot, lambda: "no new run was started" in shown(viewer))
            assert spec.read_text() == DIGITS
            await pilot.press("ctrl+r")
            await until(pilot, lambda: isinstance(viewer.screen, ChoiceScreen))
            await pilot.press("s")
            await until(pilot, lambda: viewer.session is not session)
            assert viewer.session.file == spec
            assert viewer.session.arguments == ("--variant", "he")
            assert viewer.session.directory.parent == session.directory.parent
            assert viewer.session.directory != session.directory
            await until(pilot, lambda: session.code is not None)

    run(test())


def test_a_copy_is_read_only(make_run: Callable[..., Path], command: tuple[str, ...]) -> None:
    directory = make_run()
    (directory / "spec.dl").write_text("spec 1  # \x1b[2J\u202e hostile\nnetwork {\n}\n")

    async def test() -> None:
        async with editing(Session.attach(directory, command)) as (pilot, viewer, screen):
            await until(pilot, lambda: "read only: " in shown(viewer))
            text = shown(viewer)
            assert "\x1b" not in text
            assert "\u202e" not in text
            assert "spec 1  # \ufffd[2J\ufffd hostile" in text
            await pilot.press("i", "x", "ctrl+s")
            await until(pilot, lambda: "not saved: " in shown(viewer))
            assert not screen.unsaved
            await pilot.press("ctrl+r", "f4", "ctrl+@")
            assert viewer.screen is screen

    run(test())


def test_in_ascii_nothing_else_is_drawn(session: Session) -> None:
    async def test() -> None:
        async with editing(session, ascii_only=True) as (pilot, viewer, screen):
            screen.bench.put(DIGITS.replace("he\n", "hä\n"))
            await pilot.press("i")
            await until(pilot, lambda: "hx" not in shown(viewer) and "19x" in shown(viewer))
            body = shown(viewer)
            assert body.isascii()

    run(test())


def test_a_failing_check_does_not_end_the_app(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        async with editing(session) as (pilot, viewer, screen):
            monkeypatch.setattr("specc_tui.widgets.workbench.study", lambda *given: 1 / 0)
            await pilot.press("i", "x")
            await until(pilot, lambda: "checking failed: ZeroDivisionError" in shown(viewer))
            await pilot.press("y")
            assert "xy" in screen.bench.text

    run(test())


def test_keys_that_come_in_one_chunk_keep_their_order(session: Session) -> None:
    """A terminal hands over what is typed fast, or over a slow line, all at once."""

    async def test() -> None:
        async with editing(session) as (pilot, viewer, screen):
            keys = ("i", "q", "1", "backspace", "z", "left", "k", "escape")
            for key in keys:
                viewer.post_message(events.Key(key, key if len(key) == 1 else None))
            await until(pilot, lambda: screen.bench.text.startswith("qkz"))
            await until(pilot, lambda: screen.focused is None)
            assert screen.bench.text == f"qkz{DIGITS}"
            viewer.post_message(events.Key("1", "1"))
            await until(pilot, lambda: viewer.screen is not screen)

    run(test())


def test_what_is_selected_is_copied(session: Session) -> None:
    async def test() -> None:
        async with editing(session) as (pilot, viewer, _):
            await pilot.press("i", "ctrl+home", *["shift+right"] * 6, "ctrl+c")
            await until(pilot, lambda: viewer.clipboard == "spec 1")
            assert not viewer._exit
            await pilot.press("home", "ctrl+c")
            await until(pilot, lambda: viewer._exit)

    run(test())


def test_a_long_text_is_coloured_and_completed_too(session: Session) -> None:
    assert session.file is not None
    comments = "".join(
        f"# a line of many that make the text long, number {i}\n" for i in range(900)
    )
    session.file.write_text(DIGITS + comments)

    async def test() -> None:
        async with editing(session) as (pilot, _viewer, screen):
            assert len(screen.bench.text) > LONGEST
            last = screen.bench.text.count("\n") - 1
            await until(pilot, lambda: screen.bench.editor.marks.words.get(last))
            assert screen.bench.editor.marks.words[last][0][2] == "comment"
            await pilot.press("i")
            cursor_to(screen, "relu", 2)
            await pilot.press("l")
            assert screen.bench.popup is None  # at a key it would hold up the typing
            await pilot.press("ctrl+@")
            await until(pilot, lambda: screen.bench.popup is not None)
            await pilot.press("escape")

    run(test())
