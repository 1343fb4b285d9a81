"""What tests of the app without a terminal share: start it, wait for it, read its screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from specc_tui.screens.run_screen import RunScreen
from specc_tui.viewer import Viewer
from textual._context import visible_screen_stack
from textual.pilot import Pilot
from textual.strip import Strip


def run(test: Awaitable[None]) -> None:
    asyncio.run(test)  # type: ignore[arg-type]


@asynccontextmanager
async def watching(
    viewer: Viewer, size: tuple[int, int] = (80, 24), first: str = "train"
) -> AsyncIterator[Pilot[None]]:
    """The app while it runs; `first` is the screen on which it comes to rest."""
    try:
        async with viewer.run_test(size=size) as pilot:
            await pilot.pause()
            await until(
                pilot,
                lambda: isinstance(viewer.screen, RunScreen) and viewer.screen.NAME == first,
            )
            yield pilot
    finally:  # A trainer that a failing test left would fail the next one, by a warning.
        for session in (*viewer.left, viewer.session):
            session.kill()
            session.wait(10)
        viewer.leave_runs()


async def until(pilot: Pilot[Any], condition: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it did not happen; the screen:\n{shown(pilot.app)}"
        await pilot.pause(0.01)


def strips(app: Any) -> list[Strip]:
    """The rows of the screen. What was drawn once is kept for the app too, so what a dialog lets
    through is drawn behind it, as the app does it."""
    visible_screen_stack.set(app._background_screens)
    rows: list[Strip] = app.screen._compositor.render_strips()
    return rows


def shown(app: Any) -> str:
    """The characters on the screen."""
    return "\n".join("".join(segment.text for segment in strip) for strip in strips(app))
