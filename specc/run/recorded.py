"""A run directory as it is read, while it is written or long after.

Nothing here trusts a file: a run may be damaged, of another version, or made to harm its reader.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from specc.diag.diagnostic import RunError
from specc.run.atomic import error, open_regular, reason
from specc.run.events import Event, Finished, Started, Steps, from_json
from specc.run.forms import LATER, RUN, is_sound, misfit

FORMAT = 1
"""Of `run.json`, and of all that stands beside it."""

RECORD = np.dtype([("step", "<u8"), ("seconds", "<f8"), ("rate", "<f8"), ("cost", "<f8")])
"""One update. `cost` is J of its batch, before it."""

LONGEST_INFO = 64 * 2**20
LONGEST_LINE = 2**20


def open_run(directory: str | os.PathLike[str]) -> dict[str, Any]:
    """What `run.json` says, held against its form.

    Raises:
        RunError: E0512 there is no run, or its `run.json` is damaged or of a newer version.
    """
    folder = Path(directory)
    data = _content(folder / "run.json", LONGEST_INFO)
    if data is None:
        raise error("E0512", f"there is no run in `{folder}`", notes=("it has no `run.json`",))
    try:
        info = json.loads(data)
    except (ValueError, RecursionError):
        raise error("E0512", f"`{folder / 'run.json'}` is not valid JSON") from None
    if isinstance(info, dict) and type(info.get("format")) is int and info["format"] > FORMAT:
        raise error(
            "E0512",
            f"the run in `{folder}` was written by a newer version of specc",
            notes=(f"its format is {info['format']}, known here is {FORMAT}",),
        )
    place = misfit(info, RUN)
    if place is None:
        place = misfit({"set": [], **info}, LATER)
    if place is not None:
        what = f"`{place}` is missing or of the wrong kind" if place else "it is no JSON object"
        raise error("E0512", f"`{folder / 'run.json'}` is not that of a run", notes=(what,))
    return dict(info)


def read_steps(directory: str | os.PathLike[str]) -> NDArray[np.void]:
    """The records of all updates in order of step, of dtype `RECORD`.

    Mapped, not read, unless the run was resumed: updates that it did again are then left out. A
    torn record at the end is ignored.

    Raises:
        RunError: E0512 the file is there and cannot be read.
    """
    path = Path(directory) / "steps.bin"
    try:
        with open_regular(path) as file:
            count = os.fstat(file.fileno()).st_size // RECORD.itemsize
            if count == 0:
                return np.empty(0, RECORD)
            records = np.memmap(file, RECORD, "r", shape=(count,))
    except FileNotFoundError:
        return np.empty(0, RECORD)
    except OSError as problem:
        raise _unreadable(path, problem) from None
    step = records["step"]
    if (step[1:] > step[:-1]).all():
        return records
    # A record counts if every later one is of a later step.
    later = np.minimum.accumulate(step[::-1])[::-1]
    kept: NDArray[np.void] = np.asarray(records)[np.append(step[:-1] < later[1:], True)]
    return kept


def read_events(directory: str | os.PathLike[str]) -> list[Event]:
    """All rare events; lines that are torn, damaged or of a newer version are left out.

    Where a run was resumed from an earlier step than it had reached, what it said about the steps
    that it did again is left out too.

    Raises:
        RunError: E0512 the file is there and cannot be read.
    """
    kept: list[Event] = []
    for event in tail_events(directory, 0)[0]:
        if isinstance(event, Started):
            kept = [earlier for earlier in kept if _step(earlier) <= event.step]
        kept.append(event)
    return kept


def _step(event: Event) -> int:
    if isinstance(event, Finished):
        return event.steps
    return event.first if isinstance(event, Steps) else event.step


def tail_events(directory: str | os.PathLike[str], offset: int) -> tuple[list[Event], int]:
    """The events from byte `offset` on, and the offset to go on from.

    A `Started` among them says that the run goes on from its step, so that earlier events of later
    steps no longer count. A file shorter than `offset` is another run's, and read from its start.
    """
    path = Path(directory) / "events.jsonl"
    events: list[Event] = []
    try:
        with open_regular(path) as file:
            if os.fstat(file.fileno()).st_size < offset:
                offset = 0
            file.seek(offset)
            while (line := _line(file)) is not None:
                offset = file.tell()
                event = _event(line)
                if event is not None:
                    events.append(event)
    except FileNotFoundError:
        return [], 0
    except OSError as problem:
        raise _unreadable(path, problem) from None
    return events, offset


def _line(file: BinaryIO) -> bytes | None:
    """The next whole line, empty if too long to be an event; None at a torn one or the end."""
    line = file.readline(LONGEST_LINE)
    whole = len(line) < LONGEST_LINE
    while line and not line.endswith(b"\n"):
        whole = False
        line = file.readline(LONGEST_LINE)
    if not line:
        return None
    return line if whole else b""


def _event(line: bytes) -> Event | None:
    try:
        data = json.loads(line)
        event = from_json(data) if isinstance(data, dict) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if event is None or isinstance(event, Steps) or not is_sound(event):
        return None
    return event


def _content(path: Path, limit: int) -> bytes | None:
    """The bytes of a small file; None if it is not there."""
    try:
        with open_regular(path) as file:
            data = file.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        raise _unreadable(path, problem) from None
    if len(data) > limit:
        raise error("E0512", f"`{path}` has more than {limit:_} bytes")
    return data


def _unreadable(path: Path, problem: OSError) -> RunError:
    return error("E0512", f"`{path}` cannot be read: {reason(problem)}")
