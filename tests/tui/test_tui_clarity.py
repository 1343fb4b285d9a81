"""Small things that a person sees at once: names that are too long, keys that do nothing, values
that are no longer true."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from specc_tui.comparison import Table, table_lines
from specc_tui.cursor import cursor_lines
from specc_tui.curves import Options, cost_chart
from specc_tui.dimensions import dimension_lines
from specc_tui.facts import TITLES, help_lines, tab_at, title_line
from specc_tui.figures import elapsed, grouped
from specc_tui.frame import read_run
from specc_tui.header import read_header
from specc_tui.history import History, Run, columns
from specc_tui.lines import Lines, flow, length, plain
from specc_tui.screens.compare import CompareScreen
from specc_tui.screens.dialogs import HelpScreen, RateScreen
from specc_tui.screens.plan import PlanScreen
from specc_tui.screens.train import TrainScreen
from specc_tui.session import Session, Trainer
from specc_tui.snapshot import Snapshot
from specc_tui.spec_file import SpecFile
from specc_tui.spec_head import head_lines
from specc_tui.state import View
from specc_tui.viewer import Viewer
from specc_tui.widgets.panel import Panel
from specc_tui.widgets.strips import guarded
from specc_tui.words import status_parts
from textual.events import Key
from textual.widgets import Input
from tui_pilot import run, shown, until, watching

from specc.run.events import RateChanged

LONG = "a_very_long_name_of_a_spec_" * 8


def words(lines: Lines) -> str:
    return "\n".join(map(plain, lines))


def status(view: View, trainer: Trainer | None = None) -> str:
    parts = status_parts(view, trainer or Trainer(running=True), 0.0)
    return "  ".join(map(plain, parts))


@pytest.mark.parametrize("width", [30, 40, 80, 120, 200])
def test_the_title_says_where_one_is_however_long_the_name(make_run, width):
    header = read_run(make_run()).header
    view = View(header=replace(header, name=LONG))
    (row,) = title_line(Snapshot(view=view), "result", width)
    text = plain(row)
    assert length(row) == width
    assert "[5 Result]" in text
    assert text.startswith("specc a_very")
    if width >= 80:
        assert all(f" {key}" in text for name, key, _ in TITLES if name != "result")
        at = text.index("6")
        assert tab_at(Snapshot(view=view), "result", width, at) == "plan"


def test_a_damaged_run_is_named_not_its_path(tmp_path):
    directory = tmp_path / "digits-3"
    directory.mkdir()
    (directory / "run.json").write_text("{")
    (broken,) = History(tmp_path).read()
    (row,) = table_lines(Table((broken,), columns([broken])), 80, 5)[1:]
    assert plain(row).strip("▌ ") == "digits-3: `run.json` is not valid JSON"


def test_runs_with_long_names_are_told_apart():
    runs = [
        Run(f"{LONG}-{n}", Path(), "", "", "finished", "", 1, 1.0, 1, 0.1, (), ()) for n in (1, 2)
    ]
    first, second = table_lines(Table(tuple(runs), columns(runs)), 80, 5)[1:]
    assert "…" in plain(first)
    assert "-1 " in plain(first)
    assert "-2 " in plain(second)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_of_a_long_path_the_end_is_shown(width):
    file = SpecFile(Path(f"/{LONG}/{LONG}/digits.dl"))
    (row,) = head_lines(file, None, unsaved=True, ahead=False, trouble="", width=width, height=1)
    assert plain(row).startswith("…")
    assert "/digits.dl  unsaved" in plain(row)
    assert length(row) == width


def test_what_is_measured_says_on_which_set(make_run):
    view = read_run(make_run())
    without = replace(view, evaluations=tuple(replace(e, dev=None) for e in view.evaluations))
    (line,) = cursor_lines(without, 240.0, ("accuracy",), 200)
    assert "train cost" in plain(line)
    assert "train accuracy" in plain(line)
    assert "train accuracy" in status(replace(without, finished=None))
    assert "dev accuracy" in status(view)


def test_the_end_is_measured_on_the_whole_train_set(make_run):
    view = read_run(make_run())
    evaluations = tuple(replace(e, dev=None) for e in view.evaluations)
    end = replace(view.finished, dev=None, train={"cost": 0.5, "accuracy": 0.125})
    assert "train accuracy 12.50 %" in status(replace(view, evaluations=evaluations, finished=end))


def test_a_paused_run_has_no_speed_and_large_numbers_have_commas(make_run):
    view = read_run(make_run(done=200, end=None))
    assert "examples/s" in status(view)
    assert "examples/s" not in status(replace(view, phase="paused"))
    assert "examples/s" not in status(view, Trainer(running=False))
    header = replace(view.header, steps=3_000_000, epochs=30_000.0)
    told = status(replace(view, header=header, event_step=1_234_567))
    assert "step 1,234,567/3,000,000" in told
    assert "/30,000  " in told
    assert [grouped(x) for x in (1.5, 10_000.0, 434_782.61)] == ["1.5", "10,000", "434,782.6"]
    assert (grouped(0.5), grouped(12.0), elapsed(0.42), elapsed(12.3)) == (
        "0.5",
        "12",
        "0.4 s",
        "12 s",
    )


def test_what_cannot_be_read_is_said_of_a_run_that_ended_too(make_run):
    view = replace(read_run(make_run()), header=None, problem="run.json is not valid JSON")
    assert "run.json is not valid JSON" in status(view)
    assert status(View(problem="it is gone"), Trainer()).count("it is gone") == 1
    assert "it is gone" not in status(View(problem="it is gone"), Trainer(own=True, code=1))
    parts = status_parts(replace(view, problem="it is damaged " * 20), Trainer(), 0.0)
    assert plain(flow(parts, 80, 2)[1]).startswith("it is damaged it is")


def test_a_run_is_live_only_while_more_may_come(make_run):
    view = read_run(make_run(done=200, end=None))
    assert cost_chart(view, Options()).corner == "live: all"
    assert cost_chart(view, Options(), live=False).corner == "all"


def test_a_rate_that_was_set_is_the_rate_before_the_next_update_too(make_run):
    view = read_run(make_run(done=200, end=None))
    changed = replace(view, changes=(RateChanged(200, 0.25),))
    assert changed.rate == 0.25
    assert replace(view, changes=(RateChanged(100, 0.25),)).rate == view.rate
    assert "rate 0.25" in status(changed)


@pytest.mark.parametrize("width", [64, 80, 100])
def test_the_dimensions_are_folded_not_cut(fake, width):
    header = read_header(fake.header("/models/digits.dl", 10, pid=1))
    long = replace(
        header.layers[1],
        text="dense width // 2, leaky_relu(slope = 0.01)",
        values=tuple(
            replace(value, rule="W2 (32, 64) times A1 (64, m), plus b2 (32, 1), and more words")
            for value in header.layers[1].values
        ),
    )
    lines = dimension_lines(replace(header, layers=(long,)), width)
    assert max(map(length, lines[1:-1])) <= width
    assert "flops" in words(lines)
    assert "more" in words(lines)


def test_keys_are_written_in_full_and_not_repeated(make_run, command):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command), ascii_only=True)
        async with watching(viewer, (80, 70)) as pilot:
            await pilot.press("8")
            await until(pilot, lambda: isinstance(viewer.screen, CompareScreen))
            await pilot.press("question_mark")
            await until(pilot, lambda: isinstance(viewer.screen, HelpScreen))
            await until(pilot, lambda: re.search(r"enter +watch this run", shown(viewer)))
            text = shown(viewer)
            assert "the focused panel alone" not in text
            assert "set another learning rate" not in text
            assert text.isascii()

    run(test())


def test_what_a_key_does_is_folded_not_cut():
    groups = [("everywhere", [("escape", "back: from one panel to all, or away with a crash")])]
    lines = help_lines(groups, 36)
    assert max(map(length, lines)) <= 36
    assert " ".join(words(lines).split()) == (
        "everywhere escape back: from one panel to all, or away with a crash"
    )


def test_a_key_with_nothing_to_do_says_so(make_run, command):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer, (100, 30)) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.ended)
            await pilot.press("m")
            await until(pilot, lambda: "accuracy is the only metric" in shown(viewer))

    run(test())


def test_escape_leaves_the_filter(make_run, command):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer, (100, 30)) as pilot:
            await pilot.press("8")
            await until(pilot, lambda: "finished" in shown(viewer))
            await pilot.press("slash")
            box = viewer.screen.query_one("#filter", Input)
            await until(pilot, lambda: box.has_focus)
            await pilot.press(*"none of them")
            await until(pilot, lambda: "no run fits the filter" in shown(viewer))
            await pilot.press("escape")
            await until(pilot, lambda: not box.display and not box.value)
            await until(pilot, lambda: "no run fits the filter" not in shown(viewer))
            await pilot.press("1")
            await until(pilot, lambda: isinstance(viewer.screen, TrainScreen))

    run(test())


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
def test_what_is_typed_stands_inside_the_dialog(make_run, command, size):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer, size) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.ended)
            await pilot.press("r")
            await until(pilot, lambda: isinstance(viewer.screen, RateScreen))
            await until(pilot, lambda: isinstance(viewer.focused, Input))
            await pilot.press(*"12e")
            await until(pilot, lambda: "12e" in shown(viewer))
            rows = shown(viewer).split("\n")
            top, bottom, typed = (
                next(i for i, row in enumerate(rows) if sign in row) for sign in ("╭", "╰", "12e")
            )
            assert top < typed < bottom

    run(test())


def test_keys_in_one_breath_keep_their_order_and_none_is_lost(make_run, command):
    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))

        def breath(*keys: str) -> None:
            for key in keys:
                viewer.post_message(Key(key, key if len(key) == 1 else None))

        async with watching(viewer, (100, 30)) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.ended)
            await pilot.press("r")
            await until(pilot, lambda: isinstance(viewer.screen, RateScreen))
            await until(pilot, lambda: isinstance(viewer.focused, Input))
            breath("7", "ctrl+u", "5", "escape", "8")
            await until(pilot, lambda: isinstance(viewer.screen, CompareScreen))
            await until(pilot, lambda: "finished" in shown(viewer))
            await pilot.press("slash")
            box = viewer.screen.query_one("#filter", Input)
            await until(pilot, lambda: box.has_focus)
            breath("a", "ctrl+u", "b")
            await until(pilot, lambda: box.value == "b")
            breath("c", "escape", "1")
            await until(pilot, lambda: isinstance(viewer.screen, TrainScreen))
            assert box.value == ""

    run(test())


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (10, 3), (16, 5), (25, 8)])
def test_no_panel_fails_however_small_the_terminal(make_run, command, size, monkeypatch):
    failed: list[str] = []

    def noted(build: Callable[[], Lines], width: int) -> Lines:
        # What a panel says of its failure does not fit on the smallest screens.
        lines = guarded(build, width)
        failed.extend(t for t in map(plain, guarded(build, 200)) if t.startswith("panel failed"))
        return lines

    monkeypatch.setattr("specc_tui.widgets.panel.guarded", noted)

    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with watching(viewer, (80, 24)) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.ended)
            for _, key, _ in TITLES:
                await pilot.press(key)
                await pilot.resize_terminal(*size)
                await pilot.pause()
                await pilot.resize_terminal(80, 24)

    run(test())
    assert not failed


def test_the_plan_and_the_spec_are_exported(make_run, command, tmp_path):
    directory = make_run()
    file = tmp_path / "digits.dl"
    file.write_text("spec 1\n\n# words\n")

    async def test() -> None:
        session = Session.attach(directory, command)
        session.file = file
        viewer = Viewer(session)
        async with watching(viewer, (100, 30)) as pilot:
            await until(pilot, lambda: viewer.snapshot.view.ended)
            await pilot.press("6")
            await until(pilot, lambda: isinstance(viewer.screen, PlanScreen))
            await pilot.press("e")
            await until(pilot, lambda: list((directory / "exports").glob("plan-plan-*.txt")))
            await pilot.press("7")
            await until(pilot, lambda: "# words" in shown(viewer))
            await pilot.press("e")
            await until(pilot, lambda: list((directory / "exports").glob("spec-text-*.txt")))
            await pilot.press("8")
            await until(pilot, lambda: "6,570" in shown(viewer))
            await pilot.press("x")
            panel = viewer.screen.query_one("#overlay", Panel)
            await until(pilot, lambda: (drawn := viewer.screen.chart_of(panel)) and drawn.series)
            panel.focus()
            await until(pilot, lambda: panel.has_focus)
            await pilot.press("e")
            await until(pilot, lambda: list((directory / "exports").glob("compare-overlay*.csv")))
        (text,) = (directory / "exports").glob("spec-text-*.txt")
        assert text.read_text() == "spec 1\n\n# words\n"
        (data,) = (directory / "exports").glob("compare-overlay*.json")
        assert [s["label"] for s in json.loads(data.read_text())["series"]] == ["run"]

    run(test())
