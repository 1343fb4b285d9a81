"""A run that is watched: its directory, and the trainer behind it if there is one to command.

A session either started its trainer (commands go to the child's standard input) or is attached to a
run of someone else (commands are appended to the directory's `control` file, which a live trainer
polls).
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from specc_tui.child import COMMAND, Child
from specc_tui.printable import printable


@dataclass(frozen=True, slots=True)
class Trainer:
    """What is known of the process. `own`: this session started it. `running` is None where it
    cannot be known."""

    own: bool = False
    running: bool | None = None
    code: int | None = None
    lines: tuple[str, ...] = ()


class Session:
    """Use `Session.start` or `Session.attach`."""

    def __init__(
        self,
        directory: Path,
        child: Child | None,
        command: Sequence[str],
        file: Path | None = None,
        arguments: Sequence[str] = (),
    ) -> None:
        self.directory = directory
        self.command = tuple(command)
        self.file = file
        self.arguments = tuple(arguments)
        self._child = child
        self._ended: Trainer | None = None

    @classmethod
    def start(
        cls,
        file: Path,
        directory: Path,
        arguments: Sequence[str] = (),
        command: Sequence[str] = COMMAND,
    ) -> Session:
        """Start training a spec into a directory.

        Args:
            file: The spec.
            directory: The run directory; the trainer makes it.
            arguments: Further arguments of `specc train`, such as `--variant he`.
            command: How `specc` is called.

        Raises:
            OSError: The process cannot be started.
        """
        argv = [*command, "train", str(file), "--out", str(directory), "--control", *arguments]
        return cls(directory, Child(argv, own_session=True), command, file, arguments)

    @classmethod
    def attach(cls, directory: Path, command: Sequence[str] = COMMAND) -> Session:
        """Watch a run that is there already, live or finished."""
        return cls(directory, None, command)

    def again(self, file: Path, arguments: Sequence[str], now: time.struct_time) -> Session:
        """Train a spec in a new run directory beside this one.

        Raises:
            OSError: It cannot be started.
        """
        directory = new_directory(file, now, self.directory.parent)
        return Session.start(file, directory, arguments, self.command)

    @property
    def owns_running(self) -> bool:
        """Whether a trainer of this session is still at work."""
        return self._child is not None and self._child.code is None

    @property
    def code(self) -> int | None:
        """The exit status of this session's trainer, once it ended."""
        return None if self._child is None else self._child.code

    def trainer(self, pid: int) -> Trainer:
        """How the trainer is. `pid` is what the run says of it, used where it is not a child of
        ours."""
        if self._child is None:
            return Trainer(running=_runs(pid))
        if self._ended is None:
            code = self._child.code
            self._child.trim()
            if code is None:
                return Trainer(own=True, running=True)
            self._ended = Trainer(True, False, code, self._child.last_lines())
        return self._ended

    def send(self, command: str) -> str:
        """Give the trainer a command (`pause`, `step 10`, ...); what went wrong, or nothing."""
        if self._child is not None:
            return self._child.send(command)
        return _append(self.directory / "control", f"{command}\n")

    def terminate(self) -> None:
        """End the trainer without its consent: it writes no last checkpoint."""
        if self._child is not None:
            self._child.terminate()

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()

    def wait(self, timeout: float) -> int | None:
        """The exit status of this session's trainer, if it ends in time."""
        return None if self._child is None else self._child.wait(timeout)

    def leave(self) -> None:
        """Let go of the trainer. A running one goes on, and resumes if it was paused."""
        if self._child is not None:
            self._child.release()


def new_directory(spec: Path, now: time.struct_time, folder: Path = Path("runs")) -> Path:
    """`FOLDER/NAME-YYYYmmdd-HHMMSS`, with a number behind it where that is taken."""
    base = f"{spec.stem}-{time.strftime('%Y%m%d-%H%M%S', now)}"
    directory, number = folder / base, 1
    while directory.exists():
        number += 1
        directory = folder / f"{base}-{number}"
    return directory


def _runs(pid: int) -> bool | None:
    """Whether a process with this number runs here; None where asking is not safe."""
    if os.name != "posix" or not 1 < pid < 2**31:
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _append(path: Path, text: str) -> str:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags, 0o644)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return "the control file is no regular file"
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)
    except OSError as error:
        return f"cannot write the control file: {printable(error.strerror or str(error))}"
    return ""
