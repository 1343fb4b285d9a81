"""The inspector of a run: a child process that knows the network, asked one question at a time."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from specc_tui.child import Child
from specc_tui.result import Answer, Problem, read_answer

INSPECTOR = (sys.executable, "-P", "-m", "specc.inspection")

PAUSE = 1.0
"""Seconds between two questions of a kind about a run that goes on, at least."""
SHARE = 0.25
"""Part of the time that the inspector may be at work for one kind of question."""


class Inspector:
    """Started with the first question; `poll` gives each answer once."""

    def __init__(
        self,
        directory: Path,
        command: Sequence[str] = INSPECTOR,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._argv = [*command, str(directory)]
        self._clock = clock
        self._child: Child | None = None
        self._asked: tuple[str, float] | None = None
        self._next: dict[str, float] = {}

    def ready(self, what: str) -> bool:
        """Whether a question of a kind may be asked now."""
        return self._asked is None and self._clock() >= self._next.get(what, 0.0)

    @property
    def idle(self) -> bool:
        """Whether it waits for a question."""
        return self._asked is None

    def ask(self, what: str, columns: int = 0, rows: int = 0) -> None:
        """Ask a question; the answer comes with a later `poll`.

        Raises:
            OSError: the inspector cannot be started.
        """
        if self._child is None:
            self._child = Child(self._argv, merged=False)
        question = {"what": what, "which": "last", "columns": columns, "rows": rows}
        self._child.send(json.dumps(question))
        self._asked = what, self._clock()

    def poll(self) -> tuple[str, Answer] | None:
        """What was asked, and the answer, once it is there."""
        if self._child is None or self._asked is None:
            return None
        line = self._child.take_line()
        if line is None and self._child.code is None:
            return None
        now = self._clock()
        what, asked = self._asked
        self._next[what] = now + max(PAUSE, (now - asked) / SHARE)
        self._asked = None
        if line is not None:
            return what, read_answer(line)
        last = self._child.last_lines()
        self._child.release()
        self._child = None
        return what, Problem(f"the inspector ended: {last[-1] if last else 'it said nothing'}")

    def close(self) -> None:
        """End it."""
        if self._child is not None:
            self._child.kill()
            self._child.wait(2.0)
            self._child.release()
            self._child = None
