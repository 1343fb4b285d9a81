"""The app, driven without a terminal: every key on every screen, and commands that reach the
trainer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from specc_tui.screens.compare import CompareScreen
from specc_tui.screens.dialogs import HelpScreen, QuitScreen, RateScreen, RestartScreen
from specc_tui.screens.run_screen import RunScreen
from specc_tui.screens.train import TrainScreen
from specc_tui.session import Session
from specc_tui.viewer import SCREENS, Viewer
from specc_tui.widgets.panel import Panel
from textual.binding import Binding
from tui_pilot import run, shown, until, watching

SIZES = [(80, 24), (200, 60), (40, 10)]
EVERYWHERE = [(name, size) for name in SCREENS for size in SIZES] + [("train", (1, 1))]
DIALOGS = (HelpScreen, QuitScreen, RateScreen, RestartScreen)
SLOW = "steps 100000\ndelay 0.001"


def keys_of(*nodes: type[Any]) -> list[str]:
    bindings = [b for node in nodes for b in node.BINDINGS if isinstance(b, Binding)]
    return [single.key for binding in bindings for single in Binding.make_bindings([binding])]


@pytest.mark.parametrize(("name", "size"), EVERYWHERE)
def test_every_key_on_every_screen(make_run, command, name, size):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(done=100, end=None), command))
        async with watching(viewer, size) as pilot:
            for key in keys_of(SCREENS[name], RunScreen, Viewer):
                viewer.switch_mode(name)
                await pilot.press(key)
                await pilot.pause()
                if viewer._exit:
                    viewer._exit = False
                while len(viewer.screen_stack) > 1:
                    viewer.pop_screen()
                    await pilot.pause()
                assert isinstance(viewer.screen, RunScreen)
            viewer.tick()
            await pilot.pause()
            assert "panel failed" not in shown(viewer)

    run(test())


def test_every_binding_has_an_id_and_a_meaning():
    bindings = [
        b
        for node in (Viewer, RunScreen, *SCREENS.values(), CompareScreen, *DIALOGS)
        for b in node.BINDINGS
    ]
    ids = [b.id for b in dict.fromkeys(bindings)]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    assert all(b.description for b in bindings)


def test_pause_step_epoch_and_stop_reach_the_trainer(spec, tmp_path, command):
    async def test() -> None:
        viewer = Viewer(Session.start(spec(SLOW), tmp_path / "run", (), command))
        async with watching(viewer) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.step > 3)
            await pilot.press("space")
            await until(pilot, lambda: viewer.snapshot.view.phase == "paused")
            step = viewer.snapshot.view.step
            await pilot.press("n")
            await until(pilot, lambda: viewer.snapshot.view.step == step + 1)
            await until(pilot, lambda: viewer.snapshot.view.phase == "paused")
            await pilot.press("N")
            await until(pilot, lambda: viewer.snapshot.view.step == ((step + 1) // 20 + 1) * 20)
            assert "paused" in shown(viewer)
            await pilot.press("space")
            await until(pilot, lambda: viewer.snapshot.view.phase == "training")
            viewer.scale_rate(0.5)
            await until(pilot, lambda: "rate set to 0.0005" in str(viewer.snapshot.view.log))
            await pilot.press("k")
            await until(pilot, lambda: viewer.snapshot.view.phase == "stopped")
            await until(pilot, lambda: viewer.session.code == 0)
            await pilot.press("n")
            await until(pilot, lambda: "this run has ended" in shown(viewer))

    run(test())


def test_the_train_screen_shows_the_run(make_run, command):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer, (200, 60)) as pilot:
            await until(pilot, lambda: "finished: ran 15 epochs" in shown(viewer))
            text = shown(viewer)
            for piece in ("cost J", "accuracy", "learning rate", "optimizer", "dev cost", "events"):
                assert piece in text
            assert "smoothed 0.9" in text
            await pilot.press("s", "y", "x", "plus")
            await until(pilot, lambda: "smoothed 0.95" in shown(viewer))
            assert "log y" in shown(viewer)
            assert "epoch" in shown(viewer)
            assert "last 150 steps" in shown(viewer)
            await pilot.press("f", "0", "m", "left", "up")
            await until(pilot, lambda: "all, log y" in shown(viewer))

    run(test())


def test_dimensions_and_gradients(make_run, command):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer, (100, 30)) as pilot:
            await pilot.press("2")
            await until(pilot, lambda: "W1 (64, 64) times A0 (64, m)" in shown(viewer))
            assert "must match W1 (64, 64) ✓" in shown(viewer)
            assert viewer.snapshot.outcome is None
            await pilot.press("3")
            await until(pilot, lambda: "1 of 6 parameters do not agree" in shown(viewer))
            assert "worst entry [3, 0]" in shown(viewer)
            first = viewer.watched._check
            await pilot.press("g")
            assert viewer.watched._check is not first
            await until(pilot, lambda: "1 of 6 parameters do not agree" in shown(viewer))

    run(test())


def test_a_crash_is_shown_and_the_app_lives(spec, tmp_path, command):
    async def test() -> None:
        session = Session.start(spec("steps 50\ncrash_at 30"), tmp_path / "run", (), command)
        viewer = Viewer(session)
        async with watching(viewer) as pilot:
            await until(pilot, lambda: "the trainer ended with status 70" in shown(viewer))
            assert "\\x1b[31mRuntimeError\\x1b[0m: boom" in shown(viewer)
            await pilot.press("escape", "2")
            await until(pilot, lambda: "dense 64, relu" in shown(viewer))
            await pilot.press("q")
            await until(pilot, lambda: viewer._exit)

    run(test())


def test_a_spec_with_errors_shows_them(spec, tmp_path, command):
    async def test() -> None:
        viewer = Viewer(Session.start(spec("refuse"), tmp_path / "run", (), command))
        # On a busy machine the trainer has refused before the train screen was seen.
        async with watching(viewer, first="dimensions") as pilot:
            await until(pilot, lambda: "64 ≠ 32" in shown(viewer))
            for piece in ("digits.dl does not run: 1 error", "line 1", "^^^^^^ needs 64, gets 32"):
                assert piece in shown(viewer)
            assert "before its first step" in shown(viewer)
            assert "the trainer ended with status 1" not in shown(viewer)
            await pilot.press("1")
            await until(pilot, lambda: "the trainer ended with status 1" in shown(viewer))
            await pilot.press("2")
            spec("steps 100000")
            await until(pilot, lambda: "digits.dl has no errors now" in shown(viewer))
            await pilot.press("R")
            await until(pilot, lambda: isinstance(viewer.screen, RestartScreen))
            await pilot.press("s")
            await until(pilot, lambda: viewer.snapshot.view.step > 3)
            assert isinstance(viewer.screen, TrainScreen)
            assert viewer.session.directory != tmp_path / "run"

    run(test())


def test_divergence_is_said(spec, tmp_path, command):
    async def test() -> None:
        viewer = Viewer(Session.start(spec("steps 90\ndiverge 40"), tmp_path / "run", (), command))
        async with watching(viewer) as pilot:
            await until(pilot, lambda: "diverged at step 40: W2 is not finite" in shown(viewer))
            assert "cost is nan from step 40" in shown(viewer)
            assert "the trainer ended" not in shown(viewer)

    run(test())


def test_a_panel_that_fails_says_so_and_the_rest_lives(make_run, command):
    def broken(width: int, height: int) -> Any:
        raise ZeroDivisionError("by \x1b[31m zero")

    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer) as pilot:
            viewer.screen.query_one("#cost", Panel).show(broken)
            expected = "panel failed: ZeroDivisionError: by \\x1b[31m zero"
            await until(pilot, lambda: expected in shown(viewer))
            assert "accuracy" in shown(viewer)

    run(test())


def test_a_failing_reader_does_not_end_the_app(make_run, command, monkeypatch):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer) as pilot:
            monkeypatch.setattr(viewer.watched._reader, "poll", lambda: 1 / 0)
            await until(pilot, lambda: "reading failed: ZeroDivisionError" in shown(viewer))

    run(test())


def test_quitting_asks_what_becomes_of_the_trainer(spec, tmp_path, command):
    async def test() -> None:
        viewer = Viewer(Session.start(spec(SLOW), tmp_path / "run", (), command))
        async with watching(viewer) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.step > 3)
            await pilot.press("q")
            await until(pilot, lambda: isinstance(viewer.screen, QuitScreen))
            assert "stop training" in shown(viewer)
            await pilot.press("c")
            await until(pilot, lambda: isinstance(viewer.screen, RunScreen))
            assert viewer.session.owns_running
            await pilot.press("q")
            await until(pilot, lambda: isinstance(viewer.screen, QuitScreen))
            await pilot.press("s")
            await until(pilot, lambda: viewer._exit)
            assert viewer.session.code == 0
        assert (
            json.loads((tmp_path / "run/events.jsonl").read_text().splitlines()[-1])["status"]
            == "stopped"
        )

    run(test())


def test_quitting_can_leave_the_trainer_running(spec, tmp_path, command):
    async def test() -> None:
        viewer = Viewer(Session.start(spec(SLOW), tmp_path / "run", (), command))
        async with watching(viewer) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.step > 3)
            await pilot.press("ctrl+c")
            await until(pilot, lambda: isinstance(viewer.screen, QuitScreen))
            await pilot.press("l")
            await until(pilot, lambda: viewer._exit)
            assert viewer.session.owns_running

    run(test())


def test_a_trainer_that_does_not_stop_is_ended_by_a_second_q(spec, tmp_path, command):
    async def test() -> None:
        viewer = Viewer(Session.start(spec(SLOW + "\ndeaf"), tmp_path / "run", (), command))
        async with watching(viewer) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.step > 3)
            await pilot.press("q")
            await until(pilot, lambda: isinstance(viewer.screen, QuitScreen))
            await pilot.press("s")
            await until(pilot, lambda: "waiting for the last checkpoint" in shown(viewer))
            assert viewer.session.owns_running
            await pilot.press("q")
            await until(pilot, lambda: viewer._exit)
            assert viewer.session.code == 143

    run(test())


def test_help_is_made_from_the_bindings(make_run, command):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer, (100, 50)) as pilot:
            await pilot.press("question_mark")
            await until(pilot, lambda: isinstance(viewer.screen, HelpScreen))
            text = shown(viewer)
            for binding in (*TrainScreen.BINDINGS, *Viewer.BINDINGS):
                assert (binding.tooltip or binding.description) in text
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(viewer.screen, TrainScreen))

    run(test())


def test_the_palette_runs_commands(make_run, command):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer) as pilot:
            await pilot.press("colon")
            await until(pilot, lambda: "halve the learning rate" in shown(viewer))
            await pilot.press(*"log or linear")
            await until(pilot, lambda: "train: log or linear cost" in shown(viewer))
            await pilot.pause(0.3)
            await pilot.press("down", "enter")
            await until(
                pilot, lambda: "log y" in shown(viewer) and isinstance(viewer.screen, TrainScreen)
            )

    run(test())


def test_resizing_changes_the_layout(make_run, command):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer, (200, 60)) as pilot:
            await until(pilot, lambda: "optimizer" in shown(viewer))
            await pilot.resize_terminal(80, 24)
            await until(pilot, lambda: "optimizer" not in shown(viewer))
            assert "accuracy" in shown(viewer)
            await pilot.resize_terminal(40, 10)
            await until(pilot, lambda: "accuracy" not in shown(viewer))
            assert "cost J" in shown(viewer)
            await pilot.resize_terminal(30, 8)
            await until(pilot, lambda: "cost J" not in shown(viewer))
            assert "step 300/300" in shown(viewer)

    run(test())


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_in_ascii_every_screen_is_ascii(make_run, command, size):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command), ascii_only=True)
        async with watching(viewer, size) as pilot:
            await until(pilot, lambda: "finished" in shown(viewer))
            for keys, words in (("1",), "cost J"), (("2",), "dense 64"), (("3",), "6 parameters"):
                await pilot.press(*keys)
                await until(pilot, lambda words=words: words in shown(viewer))
                assert shown(viewer).isascii(), [c for c in shown(viewer) if not c.isascii()]
            for key, words in (
                ("question_mark", "one epoch, then pause"),
                ("colon", "halve the learning rate"),
            ):
                await pilot.press(key)
                await until(pilot, lambda words=words: words in shown(viewer))
                assert shown(viewer).isascii(), [c for c in shown(viewer) if not c.isascii()]
                await pilot.press("escape")
                await until(pilot, lambda: isinstance(viewer.screen, RunScreen))
            viewer.search_themes()
            await until(pilot, lambda: "monokai" in shown(viewer))
            assert shown(viewer).isascii(), [c for c in shown(viewer) if not c.isascii()]

    run(test())


@pytest.mark.parametrize("value", ["1", ""])
def test_without_colour_there_is_none(make_run, command, monkeypatch, value):
    monkeypatch.setenv("NO_COLOR", value)

    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        assert not viewer.snapshot.look.colour
        async with watching(viewer) as pilot:
            await until(pilot, lambda: "╌╌ dev" in shown(viewer))

    run(test())


def test_a_damaged_run_is_watched_without_harm(tmp_path, command):
    (tmp_path / "run.json").write_text('{"format": 1, "name": "\\u001b[2J", "layers": [{}, 3]}')
    (tmp_path / "steps.bin").write_bytes(b"\xff" * 1000)
    (tmp_path / "events.jsonl").write_bytes(b"\x00\xff\n{}\n")

    async def test() -> None:
        viewer = Viewer(Session.attach(tmp_path, command))
        async with watching(viewer, (120, 40)) as pilot:
            await until(pilot, lambda: "\\x1b[2J" in shown(viewer))
            await pilot.press("y", "x", "x", "plus", "left", "2", "3")
            viewer.tick()
            await pilot.pause()
            assert "panel failed" not in shown(viewer)

    run(test())
