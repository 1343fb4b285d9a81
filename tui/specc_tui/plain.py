"""A run in plain lines, for where no screen can be drawn: a pipe, a log file, `TERM=dumb`."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from specc_tui.figures import count
from specc_tui.lines import flow, plain
from specc_tui.session import Session, Trainer
from specc_tui.state import View, reduce
from specc_tui.tail import RunReader
from specc_tui.words import status_parts

EVERY = 5.0
"""Seconds between lines about the progress."""

POLL = 0.25
WIDTH = 160
PARTS = 12
"""Parts of the status that a line holds."""


def follow(
    directory: Path,
    write: Callable[[str], bool],
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Write lines about a run until it ends, or nobody reads them any more.

    Args:
        directory: The run directory.
        write: Writes a line; False where its reader is gone.
        clock: Seconds since the epoch.
        sleep: Waits for some seconds.

    Returns: Whether somebody still reads.
    """
    reader, session, view = RunReader(directory), Session.attach(directory), View()
    told, due, step = 0, 0.0, -1
    while True:
        news = reader.poll()
        view = reduce(view, news)
        if news.more:
            continue
        first = told == 0 and view.ended
        lines = [] if first else [_event(where, text) for where, text in view.log[told:]]
        told = len(view.log)
        trainer = session.trainer(view.header.pid if view.header is not None else 0)
        if not view.ended and clock() >= due and view.step != step:
            due, step = clock() + EVERY, view.step
            lines.append(_progress(view, trainer, clock()))
        if not all(map(write, lines)):
            return False
        if over(view, trainer):
            return True
        sleep(POLL)


def over(view: View, trainer: Trainer) -> bool:
    """Whether nothing more will come."""
    return view.ended or trainer.running is False or (view.header is None and bool(view.problem))


def _event(step: int | None, text: str) -> str:
    return f"{text}\n" if step is None else f"step {count(step)}: {text}\n"


def _progress(view: View, trainer: Trainer, now: float) -> str:
    parts = status_parts(view, trainer, now)[:PARTS]
    return "".join(plain(row).rstrip() + "\n" for row in flow(parts, WIDTH, 1))
