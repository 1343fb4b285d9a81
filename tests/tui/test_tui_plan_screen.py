"""The plan screen, driven without a terminal, with an inspector that answers what it is told to."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from specc_tui.inspector import Inspector
from specc_tui.plan_cursor import GRAPH, SOURCE
from specc_tui.screens.plan import PlanScreen
from specc_tui.session import Session
from specc_tui.viewer import Viewer
from tui_pilot import run, shown, until

SIZES = [(80, 24), (200, 60), (40, 10)]
FAKE = """
import json, sys
answers = json.load(open({path!r}))
for line in sys.stdin:
    what = json.loads(line)["what"]
    found = answers[what]
    if isinstance(found, list):
        found = found.pop(0) if len(found) > 1 else found[0]
    sys.stdout.write(json.dumps(found) + "\\n")
    sys.stdout.flush()
"""


def _data() -> Any:
    path = Path(__file__).with_name("test_tui_plan.py")
    spec = importlib.util.spec_from_file_location("plan_data", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def answering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the inspector of the app give these answers."""

    def answer(plan: Any, times: Any) -> None:
        path = tmp_path / "answers.json"
        path.write_text(json.dumps({"plan": plan, "times": times}))
        command = (sys.executable, "-c", FAKE.format(path=str(path)))
        monkeypatch.setattr("specc_tui.watch.Inspector", partial(Inspector, command=command))

    return answer


@pytest.mark.parametrize("size", SIZES)
def test_panes_move_together(make_run, command, answering, size: tuple[int, int]) -> None:
    data = _data()
    answering(data.PLAN, data.TIMES)

    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with viewer.run_test(size=size) as pilot:
            await pilot.pause()
            viewer.switch_mode("plan")
            await until(pilot, lambda: "dense 4, relu" in shown(viewer))
            screen = viewer.screen
            assert isinstance(screen, PlanScreen)
            await until(pilot, lambda: "66.7%" in shown(viewer))
            if size[0] == 200:
                assert "▌%1: real (4, m) = matmul" in shown(viewer)
                assert "W2.dot(A1, out=Z2)" in shown(viewer)
            await pilot.press("tab")
            assert screen.cursor is not None
            assert (screen.cursor.pane, screen.cursor.row) == (GRAPH, 1)
            await pilot.press("shift+tab", "shift+tab")
            assert (screen.cursor.pane, screen.cursor.row) == (SOURCE, 10)
            await pilot.press("right_square_bracket", "right_square_bracket")
            await until(pilot, lambda: "▶16.7% █" in shown(viewer))
            await pilot.press("right")
            await until(pilot, lambda: screen.cursor and screen.cursor.across == 8)
            await pilot.press("left", "end")
            await until(pilot, lambda: "return cost" in shown(viewer))
            await pilot.press("home", "pagedown", "pageup", "up", "down")
            assert "panel failed" not in shown(viewer)

    run(test())


def test_the_mouse_goes_to_a_row(make_run, command, answering) -> None:
    data = _data()
    answering(data.PLAN, data.TIMES)

    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with viewer.run_test(size=(200, 60)) as pilot:
            await pilot.pause()
            viewer.switch_mode("plan")
            await until(pilot, lambda: "W2.dot" in shown(viewer))
            rows = shown(viewer).split("\n")
            y = next(i for i, row in enumerate(rows) if "W2.dot" in row)
            await pilot.click(offset=(rows[y].index("W2.dot"), y))
            await until(pilot, lambda: "dense2" in shown(viewer).split("\n")[3])
            assert isinstance(viewer.screen, PlanScreen)
            assert viewer.screen.cursor is not None
            assert (viewer.screen.cursor.pane, viewer.screen.cursor.row) == (SOURCE, 15)

    run(test())


def test_times_are_measured_again_by_a_key(make_run, command, answering) -> None:
    data = _data()
    later = {**data.TIMES, "steps": 4321}
    answering(data.PLAN, [data.TIMES, later])

    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with viewer.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            viewer.switch_mode("plan")
            await until(pilot, lambda: "over 1,997 steps" in shown(viewer))
            await pilot.press("t")
            await until(pilot, lambda: "over 4,321 steps" in shown(viewer))

    run(test())


def test_what_goes_wrong_is_said(make_run, command, answering) -> None:
    data = _data()
    answering(data.PLAN, {"problem": "there is no file `x\x1b[2J`"})

    async def test() -> None:
        viewer = Viewer(Session.attach(make_run(), command))
        async with viewer.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            viewer.switch_mode("plan")
            await until(pilot, lambda: "times not measured: there is no file" in shown(viewer))
            assert "\x1b" not in shown(viewer)

    run(test())
