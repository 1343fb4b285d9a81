"""Layers, result and compare in the app: keys, live data, and another run to watch."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from specc_tui.screens.compare import CompareScreen
from specc_tui.session import Session
from specc_tui.viewer import Viewer
from test_tui_screens import shown, until, watching
from textual.widgets import Input

from specc.driver import compile_file
from specc.training import prepare_job, run_job

MODELS = Path(__file__).parents[2] / "models"
SIZES = [(80, 24), (200, 60), (40, 10)]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three real runs beside each other."""
    folder = tmp_path_factory.mktemp("shelf")
    for name in ("he", "large"):
        compilation = compile_file(str(MODELS / "circles.dl"), name, ("train.run=20 epochs",))
        for _ in run_job(prepare_job(compilation, str(folder / f"circles-{name}"))):
            pass
    compilation = compile_file(str(MODELS / "digits.dl"))
    for _ in run_job(prepare_job(compilation, str(folder / "digits"))):
        pass
    return folder


def run(test: Awaitable[None]) -> None:
    asyncio.run(test)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_run_is_looked_into(shelf: Path, size: tuple[int, int]) -> None:
    async def test() -> None:
        viewer = Viewer(Session.attach(shelf / "digits"))
        async with watching(viewer, size) as pilot:
            await pilot.press("4")
            await until(pilot, lambda: "values of each" in shown(viewer))
            await until(pilot, lambda: viewer.snapshot.filters is not None)
            await pilot.press("w")
            await until(pilot, lambda: "weights and" in shown(viewer))
            await pilot.press("5")
            await until(pilot, lambda: "result on dev" in shown(viewer))
            await until(pilot, lambda: "177 of 180" in shown(viewer))
            await pilot.press("3")
            await until(pilot, lambda: "gradient flow" in shown(viewer))

    run(test())


def test_the_boundary_of_two_inputs(shelf: Path) -> None:
    async def test() -> None:
        viewer = Viewer(Session.attach(shelf / "circles-he"))
        async with watching(viewer, (120, 40)) as pilot:
            await pilot.press("5")
            await until(pilot, lambda: "o 0  x 1" in shown(viewer))
            assert viewer.snapshot.result is not None

    run(test())


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_runs_are_compared(shelf: Path, size: tuple[int, int]) -> None:
    async def test() -> None:
        viewer = Viewer(Session.attach(shelf / "digits"))
        async with watching(viewer, size) as pilot:
            await pilot.press("8")
            await until(pilot, lambda: "circles-he" in shown(viewer))
            await pilot.press("x", "down", "x", "y", "O", "o", "r", "r")
            await until(pilot, lambda: shown(viewer).count("■") >= 2)
            if size == (200, 60):
                # From the run that was marked first, whichever of the two is the newer one.
                await until(pilot, lambda: "init: he → normal(scale = 10)" in shown(viewer))
                await until(pilot, lambda: "cost of the marked runs" in shown(viewer))

    run(test())


def test_a_filter_and_another_run(shelf: Path) -> None:
    async def test() -> None:
        viewer = Viewer(Session.attach(shelf / "digits"))
        async with watching(viewer, (120, 40)) as pilot:
            await pilot.press("8")
            await until(pilot, lambda: "circles-he" in shown(viewer))
            await pilot.press("slash")
            box = viewer.screen.query_one("#filter", Input)
            await until(pilot, lambda: box.has_focus)
            await pilot.press(*"large")
            assert box.value == "large"
            await until(pilot, lambda: "circles-he" not in shown(viewer))
            await pilot.press("enter")
            await pilot.press("enter")
            await until(pilot, lambda: viewer.session.directory == shelf / "circles-large")
            await until(pilot, lambda: "specc circles (large)" in shown(viewer))

    run(test())


def test_a_run_that_goes_away_while_compared(shelf: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shelf"
    shutil.copytree(shelf, folder)

    async def test() -> None:
        viewer = Viewer(Session.attach(folder / "digits"))
        async with watching(viewer, (120, 40)) as pilot:
            await pilot.press("8")
            await until(pilot, lambda: "circles-he" in shown(viewer))
            await pilot.press("x")
            shutil.rmtree(folder / "circles-he")
            await until(pilot, lambda: "circles-he" not in shown(viewer))
            screen = viewer.screen
            assert isinstance(screen, CompareScreen)

    run(test())


def test_the_viewer_keeps_its_own_trainer(
    make_run: Callable[..., Path], spec: Callable[..., Path], command: tuple[str, ...]
) -> None:
    """With a trainer at work, another run is not opened over it."""
    other = make_run(50)

    async def test() -> None:
        session = Session.start(
            spec("steps 100000\ndelay 0.001"), other.parent / "mine", command=command
        )
        viewer = Viewer(session)
        async with watching(viewer, (120, 40)) as pilot:
            await pilot.press("8")
            await until(pilot, lambda: " run " in shown(viewer))
            await pilot.press("enter")
            await until(pilot, lambda: "the trainer of this viewer is at work" in shown(viewer))
            assert viewer.session is session

    run(test())
