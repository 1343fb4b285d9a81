"""What tests of the app without a terminal share: start it, wait for it, read its screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from specc_tui.screens.run_screen import RunScreen
from specc_tui.viewer import Viewer
from textual.pilot import Pilot


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
        await pilot.pause(0.02)


def shown(app: Any) -> str:
    """The characters on the screen."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)
