"""The reader of a run directory, a bit at a time: what is new since the last poll.

The directory is written by another process at the same time, and may be foreign or hostile. So only
regular files inside it are opened (no links, no pipes), every poll reads at most a budget, a torn
end waits for the next poll, and whatever is wrong becomes a sentence. The reader never writes and
never raises.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from specc.run.events import Event
from specc_tui.event_line import read_event
from specc_tui.header import Header, read_header
from specc_tui.news import RECORD, News, no_records
from specc_tui.printable import printable
from specc_tui.untrusted import parse

HEADER_LIMIT = 16 * 2**20
"""Bytes of `run.json` that are read; the header of a hundred layers takes about 100 KiB."""

RECORD_BUDGET = 200_000
EVENT_BUDGET = 512 * 1024
"""Records and bytes of events per poll: a few milliseconds each."""

OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""`O_NONBLOCK` keeps a named pipe in place of a file from hanging the viewer."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a file was read, and which file it was."""

    offset: int = 0
    inode: int = 0


class RunReader:
    """Reads one run directory; `poll` gives what is new."""

    def __init__(
        self,
        directory: Path,
        *,
        record_budget: int = RECORD_BUDGET,
        event_budget: int = EVENT_BUDGET,
    ) -> None:
        self.directory = directory
        self._record_budget = record_budget
        self._event_budget = event_budget
        self._stamp: tuple[int, int, int] | None = None
        self._steps = Position()
        self._events = Position()
        self._bad_lines = 0

    def poll(self) -> News:
        """What the directory holds since the last poll."""
        try:
            return self._read()
        except OSError as error:
            return News(problem=f"cannot read {self._name}: {_reason(error)}")

    @property
    def _name(self) -> str:
        return printable(str(self.directory))

    def _read(self) -> News:
        if not self.directory.is_dir():
            return News(problem=f"there is no directory {self._name}")
        if self._replaced():
            self._steps, self._events, self._stamp, self._bad_lines = (
                Position(),
                Position(),
                None,
                0,
            )
            news = self._read_files()
            return replace(
                news,
                reset=True,
                notes=("the run was written anew: read from its start", *news.notes),
            )
        return self._read_files()

    def _read_files(self) -> News:
        header, problem = self._header()
        records, more_records, when_records = self._new_records()
        events, notes, more_events, when_events = self._new_events()
        times = [t for t in (when_records, when_events) if t is not None]
        return News(
            header=header,
            records=records,
            events=events,
            more=more_records or more_events,
            modified=max(times, default=None),
            problem=problem,
            notes=notes,
        )

    def _replaced(self) -> bool:
        """Whether a file that was read before is another one now, or shorter than what was read."""
        for name, position in (("steps.bin", self._steps), ("events.jsonl", self._events)):
            if position.inode:
                try:
                    status = os.lstat(self.directory / name)
                except FileNotFoundError:
                    continue
                if status.st_ino != position.inode or status.st_size < position.offset:
                    return True
        return False

    def _header(self) -> tuple[Header | None, str]:
        """The header if `run.json` is new, and what is wrong with it if it cannot be used."""
        opened = self._open("run.json")
        if opened is None:
            return None, "" if self._stamp else f"{self._name} has no run.json yet"
        with opened as file:
            status = os.fstat(file.fileno())
            stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
            if stamp == self._stamp:
                return None, ""
            if status.st_size > HEADER_LIMIT:
                return None, f"run.json has {status.st_size:,} bytes: this is no run of specc"
            text = file.read(HEADER_LIMIT).decode("utf-8", "replace")
        try:
            header = read_header(parse(text))
        except ValueError as error:
            return None, f"cannot read run.json: {printable(str(error), 200)}"
        self._stamp = stamp
        return header, ""

    def _new_records(self) -> tuple[NDArray[Any], bool, float | None]:
        opened = self._open("steps.bin")
        if opened is None:
            return no_records(), False, None
        with opened as file:
            status = os.fstat(file.fileno())
            begin = self._steps.offset
            count = min((status.st_size - begin) // RECORD.itemsize, self._record_budget)
            file.seek(begin)
            data = file.read(max(0, count) * RECORD.itemsize)
        records = np.frombuffer(data[: len(data) // RECORD.itemsize * RECORD.itemsize], RECORD)
        end = begin + records.nbytes
        self._steps = Position(end, status.st_ino)
        return records, status.st_size - end >= RECORD.itemsize, status.st_mtime

    def _new_events(self) -> tuple[tuple[Event, ...], tuple[str, ...], bool, float | None]:
        opened = self._open("events.jsonl")
        if opened is None:
            return (), (), False, None
        with opened as file:
            status = os.fstat(file.fileno())
            begin = self._events.offset
            file.seek(begin)
            data = file.read(self._event_budget)
        whole = data[: data.rfind(b"\n") + 1]
        if not whole and len(data) == self._event_budget:
            whole = (
                data  # A line longer than the budget is no event of ours: skip it, piece by piece.
            )
        self._events = Position(begin + len(whole), status.st_ino)
        events: list[Event] = []
        bad = 0
        for line in whole.splitlines():
            try:
                event = read_event(line) if line.strip() else None
            except ValueError:
                bad += 1
                continue
            if event is not None:
                events.append(event)
        self._bad_lines += bad
        notes = (
            (f"{self._bad_lines:,} lines of events.jsonl are no events: ignored",) if bad else ()
        )
        more = bool(whole) and begin + len(whole) < status.st_size
        return tuple(events), notes, more, status.st_mtime

    def _open(self, name: str) -> BinaryIO | None:
        """A regular file of the directory, opened for reading; None if there is none.

        Raises:
            OSError: the name is there but is a link, a pipe, a device or not readable.
        """
        path = self.directory / name
        try:
            descriptor = os.open(path, OPEN_FLAGS)
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(0, f"{name} is no regular file")
        return os.fdopen(descriptor, "rb")


def _reason(error: OSError) -> str:
    return printable(error.strerror or str(error), 200)
