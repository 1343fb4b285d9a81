"""The train screen driven: cursor, mouse, one panel alone, exports, another rate, a new start."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from specc_tui.remembered import recall
from specc_tui.screens.dialogs import RateScreen, RestartScreen
from specc_tui.screens.run_screen import RunScreen
from specc_tui.screens.train import TrainScreen
from specc_tui.session import Session
from specc_tui.viewer import Viewer
from specc_tui.widgets.panel import Panel
from textual.events import MouseScrollDown, MouseScrollUp
from tui_pilot import run, shown, until, watching

SIZES = [(80, 24), (200, 60), (40, 10)]
SLOW = "steps 100000\ndelay 0.001"


def train_screen(viewer: Viewer) -> TrainScreen:
    assert isinstance(viewer.screen, TrainScreen)
    return viewer.screen


@pytest.mark.parametrize("size", SIZES)
def test_the_cursor_reads_values_on_all_charts(make_run, command, size):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer, size) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.ended)
            assert "cursor step" not in shown(viewer)
            await pilot.press("c")
            await until(pilot, lambda: "cursor step 299" in shown(viewer))
            await pilot.press("left", "shift+left")
            await until(pilot, lambda: "cursor step 283" in shown(viewer))
            assert "cost" in shown(viewer)
            await pilot.press("x", "x", "X", "shift+right", "right", "right")
            await until(pilot, lambda: "cursor step 299" in shown(viewer))
            await pilot.press("escape")
            await until(pilot, lambda: "cursor step" not in shown(viewer))

    run(test())


def test_a_click_puts_the_cursor_there_and_the_wheel_zooms(make_run, command):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer, (120, 40)) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.ended)
            screen = train_screen(viewer)
            cost = screen.query_one("#cost", Panel)
            width = cost.size.width
            await pilot.click("#cost", offset=(width // 2, 8))
            await until(pilot, lambda: screen.options.cursor is not None)
            assert 130 < (screen.options.cursor or 0) < 170
            assert "cursor step 1" in shown(viewer)
            before = screen.window
            for kind in (MouseScrollUp, MouseScrollUp, MouseScrollDown):
                event = kind(cost, width // 2, 8, 0, 0, 0, False, False, False)
                cost.post_message(event)
                await pilot.pause()
            await until(pilot, lambda: screen.window != before)
            low, high = screen.window
            assert 0 < low < 150 < high < 299
            assert "frozen" in shown(viewer)
            await pilot.press("0")
            await until(pilot, lambda: "frozen" not in shown(viewer))

    run(test())


@pytest.mark.parametrize("size", SIZES)
def test_enter_shows_the_focused_panel_alone(make_run, command, size):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer, size) as pilot:
            await until(pilot, lambda: "cost J" in shown(viewer))
            assert viewer.screen.focused is None
            await pilot.press("tab")
            await until(pilot, lambda: viewer.screen.focused is not None)
            assert "▌cost J" in shown(viewer)
            await pilot.press("enter")
            cost = viewer.screen.query_one("#cost", Panel)
            body = viewer.screen.query_one("#body")
            await until(pilot, lambda: cost.outer_size == body.size)
            assert "events" not in shown(viewer)
            if size[0] == 200:
                await pilot.press("escape")
                await until(pilot, lambda: cost.outer_size != body.size)
                await pilot.press("tab", "enter")
                metric = viewer.screen.query_one("#metric", Panel)
                await until(pilot, lambda: metric.size.width >= body.size.width - 1)
            await pilot.press("escape")
            await until(pilot, lambda: not viewer.screen.has_class("-maximised"))
            await until(pilot, lambda: "cost J" in shown(viewer))

    run(test())


def test_the_names_of_the_screens_can_be_clicked(make_run, command):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer, (200, 60)) as pilot:
            await until(pilot, lambda: "Dimensions" in shown(viewer))
            column = shown(viewer).splitlines()[0].index("Dimensions")
            await pilot.click("#title", offset=(column, 0))
            await until(pilot, lambda: "[2 Dimensions]" in shown(viewer))
            await pilot.click("#title", offset=(1, 0))
            assert "[2 Dimensions]" in shown(viewer)

    run(test())


def test_a_panel_and_the_screen_are_exported(make_run, command):
    async def test() -> None:
        directory = make_run()
        viewer = Viewer(Session.attach(directory, command))
        async with watching(viewer, (120, 40)) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.ended)
            await pilot.press("e")
            await until(pilot, lambda: "written: " in shown(viewer))
            names = sorted(os.listdir(directory / "exports"))
            assert names == [f"train-cost-step300.{s}" for s in ("csv", "json", "svg", "txt")]
            data = json.loads((directory / "exports/train-cost-step300.json").read_text())
            assert len(data["series"][0]["y"]) == 300
            await pilot.press("E")
            await until(pilot, lambda: (directory / "exports/screen-train-step300.svg").exists())
            assert "cost J" in (directory / "exports/screen-train-step300.txt").read_text()
            await pilot.press("2", "e")
            table = directory / "exports/dimensions-sheet-step300.txt"
            await until(pilot, table.exists)
            assert "dense 64, relu" in table.read_text()

    run(test())


def test_the_text_of_a_panel_is_copied_with_a_word_about_it(make_run, command, monkeypatch):
    async def test() -> None:
        copied: list[str] = []
        viewer = Viewer(Session.attach(make_run(), command))
        monkeypatch.setattr(viewer, "copy_to_clipboard", copied.append)
        async with watching(viewer, (120, 40)) as pilot:
            await pilot.press("2", "C")
            await until(pilot, lambda: "copied to the terminal's clipboard, if" in shown(viewer))
            assert "dense 64, relu" in copied[0]

    run(test())


def test_another_rate_is_asked_for_set_and_marked(spec, tmp_path, command):
    async def test() -> None:
        viewer = Viewer(Session.start(spec(SLOW), tmp_path / "run", (), command))
        async with watching(viewer, (200, 60)) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.step > 3)
            await pilot.press("r")
            await until(pilot, lambda: isinstance(viewer.screen, RateScreen))
            await pilot.press(*"-1", "enter")
            await until(pilot, lambda: "greater than 0" in shown(viewer))
            await pilot.press("backspace", "backspace", *"3e-4", "enter")
            await until(pilot, lambda: "rate set to 0.0003" in str(viewer.snapshot.view.log))
            await until(pilot, lambda: "◆ rate set to 0.0003 by hand" in shown(viewer))
            await pilot.press("r", "escape")
            await until(pilot, lambda: isinstance(viewer.screen, RunScreen))

    run(test())


def test_a_new_start_asks_and_stops_the_present_run(spec, tmp_path, command):
    async def test() -> None:
        viewer = Viewer(Session.start(spec(SLOW), tmp_path / "run", ("--variant", "he"), command))
        async with watching(viewer) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.step > 3)
            first = viewer.session
            await pilot.press("R")
            await until(pilot, lambda: isinstance(viewer.screen, RestartScreen))
            assert "the present run is stopped" in shown(viewer)
            await pilot.press("c")
            await until(pilot, lambda: isinstance(viewer.screen, RunScreen))
            assert viewer.session is first
            await pilot.press("R")
            await until(pilot, lambda: isinstance(viewer.screen, RestartScreen))
            await pilot.press("s")
            await until(pilot, lambda: viewer.session is not first)
            await until(pilot, lambda: viewer.snapshot.view.step > 3)
            assert viewer.session.directory.parent == tmp_path
            assert viewer.session.directory.name.startswith("digits-")
            assert viewer.snapshot.view.header is not None
            assert viewer.snapshot.view.header.variant == "he"
            await until(pilot, lambda: first.code == 0)
            assert '"stopped"' in (tmp_path / "run/events.jsonl").read_text()

    run(test())


def test_the_spec_of_a_run_of_someone_else_is_trained_anew(make_run, command, spec):
    directory, file = make_run(), spec(SLOW)
    told = directory / "run.json"
    run_of = json.loads(told.read_text()) | {"spec": str(file), "variant": "he", "set": []}
    told.write_text(json.dumps(run_of))

    async def test() -> None:
        viewer = Viewer(Session.attach(directory, command))
        async with watching(viewer) as pilot:
            await pilot.press("R")
            await until(pilot, lambda: f"{file.name} starts anew in a new run" in shown(viewer))
            await pilot.press("s")
            await until(pilot, lambda: viewer.session.directory != directory)
            assert viewer.session.directory.parent == directory.parent
            assert viewer.session.arguments == ("--variant=he",)
            await until(pilot, lambda: viewer.snapshot.view.header is not None)
        assert told.read_text() == json.dumps(run_of)

    run(test())


@pytest.mark.parametrize(
    ("spec_of_run", "said"),
    [("", "does not say which spec"), ("gone.dl", "spec of the run is gone: gone.dl")],
)
def test_a_run_without_its_spec_is_not_started_anew(make_run, command, spec_of_run, said):
    directory = make_run()
    told = directory / "run.json"
    told.write_text(json.dumps(json.loads(told.read_text()) | {"spec": spec_of_run}))

    async def test() -> None:
        viewer = Viewer(Session.attach(directory, command))
        async with watching(viewer, (100, 30)) as pilot:
            await pilot.press("R")
            await until(pilot, lambda: said in shown(viewer))

    run(test())


def test_the_app_is_as_it_was_left(make_run, command, tmp_path):
    memory = tmp_path / "state/view.json"

    async def change() -> None:
        viewer = Viewer(Session.attach(make_run(), command), memory=memory)
        async with watching(viewer, (120, 40)) as pilot:
            await pilot.press("y", "x", "s", "2")
            viewer.theme = "specc-light"
            await until(pilot, lambda: recall(memory).screen == "dimensions")

    async def look() -> None:
        viewer = Viewer(Session.attach(tmp_path / "run", command), memory=memory)
        async with watching(viewer, (120, 40), first="dimensions") as pilot:
            await until(pilot, lambda: "[2 Dimensions]" in shown(viewer))
            assert viewer.theme == "specc-light"
            await pilot.press("1")
            await until(pilot, lambda: "log y" in shown(viewer))
            assert "smoothed 0.95" in shown(viewer)
            assert train_screen(viewer).options.unit == "epoch"

    run(change())
    run(look())


@pytest.mark.parametrize("theme", ["specc-light", "ansi-dark", "ansi-light", "nord"])
def test_every_theme_draws_every_role(make_run, command, theme):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer, (120, 40)) as pilot:
            viewer.theme = theme
            viewer.tick()
            await pilot.pause()
            await until(pilot, lambda: "cost J" in shown(viewer))
            assert "panel failed" not in shown(viewer)

    run(test())


HOSTILE = "\x1b]0;owned\x07\x1b[2J\u202eevil"


def test_hostile_names_reach_neither_the_screen_nor_the_exports(fake, tmp_path, command):
    directory = hostile_run(tmp_path / "run", fake)

    async def test() -> None:
        viewer = Viewer(Session.attach(directory, command))
        async with watching(viewer, (120, 40)) as pilot:
            await until(pilot, lambda: "\\x1b[2J" in shown(viewer))
            for key in ("c", "m", "x", "y", "e", "E", "2", "e", "1", "tab", "enter", "e"):
                await pilot.press(key)
                await pilot.pause()
                text = shown(viewer)
                assert not {"\x1b", "\x07", "\u202e"} & set(text)
                assert "panel failed" not in text
        for path in (directory / "exports").iterdir():
            assert not {"\x1b", "\x07", "\u202e"} & set(path.read_text(encoding="utf-8")), path

    run(test())


def hostile_run(directory: Path, fake: object) -> Path:
    directory.mkdir()
    header = json.loads(json.dumps(fake.header(HOSTILE, 50, 2**22 + 1)))  # type: ignore[attr-defined]
    header |= {"name": HOSTILE, "metrics": [HOSTILE], "loss": HOSTILE, "optimizer": HOSTILE}
    header["settings"] = [[HOSTILE, HOSTILE]]
    for layer in header["layers"]:
        layer["layer"] = layer["values"][0]["rule"] = layer["values"][0]["name"] = HOSTILE
    (directory / "run.json").write_text(json.dumps(header))
    metrics = {"cost": 1.0, HOSTILE: 0.5}
    events = [
        {"event": "evaluated", "step": s, "epoch": s / 20, "seconds": 1.0, "train": metrics}
        | {"dev": metrics, "best": True}
        for s in (0, 20)
    ]
    events.append({"event": "warned", "step": 3, "message": HOSTILE})
    events.append(
        {"event": "diverged", "step": 9, "layer": HOSTILE, "tensor": HOSTILE, "message": HOSTILE}
    )
    (directory / "events.jsonl").write_text("".join(json.dumps(e) + "\n" for e in events))
    return directory
