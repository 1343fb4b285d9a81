"""Runs beside each other: which there are, how each stands, and how one is deleted.

Only what a run writes is ever deleted: a folder may hold more than its run, or only look like one.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc.diag.diagnostic import RunError
from specc.run.atomic import draft_of, error, reason, remove
from specc.run.events import Diverged, Evaluated, Event, Finished
from specc.run.numbered import PLAIN, numbered_names
from specc.run.recorded import open_run, read_events
from specc.run.store import is_written

OWN = ("events.jsonl", "steps.bin", "spec.dl", "plan.py", "control", "run.json")
"""The files of a run directory, `run.json` last: what is half deleted can be deleted again."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run as its directory tells it.

    Attributes:
        status: `running`, `finished`, `stopped`, `diverged`, or `killed` where it just ends.
        steps: Updates that are known to have been done.
        finished: The end, if it was reached.
        last: The last measurement, if there was one.
    """

    directory: Path
    info: dict[str, Any]
    status: str
    steps: int
    finished: Finished | None
    last: Evaluated | None

    def metrics(self, part: str) -> dict[str, float] | None:
        """The last measurement of `train`, `dev` or `test`."""
        source: Finished | Evaluated | None = self.finished or self.last
        found: dict[str, float] | None = getattr(source, part, None) or None
        return found


def recorded(directory: str | os.PathLike[str]) -> Recorded:
    """How a run stands.

    Raises:
        RunError: E0512, there is no run, or it is damaged.
    """
    folder = Path(directory)
    info = open_run(folder)
    events = read_events(folder)
    last = next((e for e in reversed(events) if isinstance(e, Evaluated)), None)
    finished = next((e for e in reversed(events) if isinstance(e, Finished)), None)
    steps = finished.steps if finished is not None else last.step if last is not None else 0
    return Recorded(folder, info, _status(folder, events), steps, finished, last)


def _status(folder: Path, events: list[Event]) -> str:
    if is_written(folder):
        return "running"
    end = events[-1] if events else None
    if isinstance(end, Finished):
        return end.status
    return "diverged" if any(isinstance(e, Diverged) for e in events) else "killed"


def runs_below(folder: str | os.PathLike[str]) -> list[Recorded | RunError]:
    """The runs in a folder, oldest first; for each that cannot be read the reason.

    Raises:
        RunError: E0512 the folder is not there, or cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            names = [e.path for e in entries if e.is_dir(follow_symlinks=False)]
    except OSError as problem:
        raise error("E0512", f"`{folder}` cannot be read: {reason(problem)}") from None
    found: list[Recorded | RunError] = []
    for name in sorted(names):
        if not os.path.lexists(os.path.join(name, "run.json")):
            continue
        try:
            found.append(recorded(name))
        except RunError as problem:
            found.append(problem)
    return sorted(found, key=lambda r: r.info["created"] if isinstance(r, Recorded) else "")


def delete(directory: str | os.PathLike[str]) -> tuple[str, ...]:
    """Delete a run; the names of what else lies in its folder, which then stays.

    Raises:
        RunError: E0512 there is no run; E0511 it is being written, or may not be deleted.
    """
    folder = Path(directory)
    if not os.path.lexists(folder / "run.json") or folder.is_symlink():
        raise error("E0512", f"there is no run in `{folder}`", notes=("it has no `run.json`",))
    if is_written(folder):
        raise error(
            "E0511",
            f"the run in `{folder}` is still being written",
            fix="stop it first: `q` in `specc watch`, or Ctrl-C where it runs",
        )
    inner = folder / "checkpoints"
    try:
        if inner.is_dir() and not inner.is_symlink():
            names = (*PLAIN, *numbered_names(inner))
            _remove(inner, tuple(f"{name}.safetensors" for name in names))
            with suppress(OSError):
                inner.rmdir()
        _remove(folder, OWN)
        left = tuple(sorted(os.listdir(folder)))
        if not left:
            folder.rmdir()
    except OSError as problem:
        fix = "end what uses it, and see who may write there"
        message = f"`{folder}` cannot be deleted: {reason(problem)}"
        raise error("E0511", message, fix=fix) from None
    return left


def _remove(folder: Path, names: tuple[str, ...]) -> None:
    """Delete files of these names, and drafts of them that a kill has left."""
    for name in names:
        remove(folder / name)
        remove(draft_of(folder / name))
