"""Commands to a running trainer: from its standard input, from a file, or from the thread beside
it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Literal

Verb = Literal["pause", "resume", "step", "epoch", "stop", "rate", "checkpoint"]


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `value` is the number of steps, or the new learning rate."""

    verb: Verb
    value: float = 1


_PLAIN: dict[str, Verb] = {
    "pause": "pause",
    "resume": "resume",
    "epoch": "epoch",
    "stop": "stop",
    "checkpoint": "checkpoint",
}


def parse(line: str) -> Command | None:
    """The command of a line, None if it is none: a viewer's mistake must not end a run."""
    words = line.split()
    if not words:
        return None
    verb, *rest = words
    try:
        value = float(rest[0]) if rest else 1.0
    except ValueError:
        return None
    if verb == "rate":
        return Command("rate", value) if rest and 0 < value < float("inf") else None
    if verb == "step":
        return Command("step", value) if 1 <= value < 1e15 else None
    plain = _PLAIN.get(verb)
    return None if plain is None else Command(plain)


class Control:
    """A queue of commands. `waiting` is a plain flag, cheap enough to look at before every step.

    The queue is one that a signal handler may put into while the trainer takes from it.
    """

    def __init__(self) -> None:
        self._commands: SimpleQueue[Command] = SimpleQueue()
        self.waiting = False

    def put(self, command: Command) -> None:
        self._commands.put(command)
        self.waiting = True

    def take(self, timeout: float | None = 0) -> Command | None:
        """The next command; waits for one at most `timeout` seconds, without end for None."""
        try:
            command = self._commands.get(timeout != 0, timeout or None)
        except Empty:
            command = None
        self.waiting = not self._commands.empty()
        return command

    def listen(self, stream: IO[str]) -> None:
        """Read commands from a stream in the background. Its end means that the viewer has gone:
        a paused run goes on.
        """

        def read() -> None:
            for line in stream:
                command = parse(line)
                if command is not None:
                    self.put(command)
            self.put(Command("resume"))

        threading.Thread(target=read, daemon=True, name="control").start()

    @contextmanager
    def follow(self, path: Path, every: float = 0.25) -> Iterator[None]:
        """Read commands that viewers append to a file, from its present end on, while inside."""
        done = path.stat().st_size if path.exists() else 0
        over = threading.Event()

        def read() -> None:
            at = done
            while not over.wait(every):
                try:
                    if os.path.getsize(path) <= at:
                        continue
                    with path.open("rb") as file:
                        file.seek(at)
                        text = file.read(65_536)
                except OSError:
                    continue
                whole = text.rfind(b"\n") + 1
                at += whole
                for line in text[:whole].decode("utf-8", "replace").splitlines():
                    command = parse(line)
                    if command is not None:
                        self.put(command)

        threading.Thread(target=read, daemon=True, name="control-file").start()
        try:
            yield
        finally:
            over.set()
