"""One child process whose output goes to nameless files instead of pipes.

A pipe would block a chatty child, and break one that outlives the viewer; a file does neither. The
file is unlinked at once, so nothing is left behind, and emptied when it grows, so it stays small.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import specc
from specc_tui.printable import printable

KEPT = 256 * 1024
"""Bytes of output that are kept, from its end."""

LIMIT = 4 * KEPT
"""Bytes of output after which the beginning is dropped."""

OUTPUT_LIMIT = 16 * 2**20
"""Bytes of standard output that are read as a document."""

COMMAND = (sys.executable, "-P", "-m", "specc")
"""The compiler, in this Python. `-P` keeps modules beside a spec from being imported in place of
real ones."""


class Child:
    """A running or ended process. Its standard input stays open until `hang_up`."""

    def __init__(
        self, argv: Sequence[str], *, own_session: bool = False, merged: bool = True
    ) -> None:
        """Start the process.

        Args:
            argv: The program and its arguments.
            own_session: Let it live on when the viewer or its terminal goes.
            merged: Write standard error into the same file as standard output.

        Raises:
            OSError: It cannot be started.
        """
        self._output = _nameless_file()
        self._errors = self._output if merged else _nameless_file()
        self._open = True
        try:
            self._process = subprocess.Popen(
                list(argv),
                stdin=subprocess.PIPE,
                stdout=self._output,
                stderr=self._errors,
                start_new_session=own_session,
                env=environment(),
            )
        except OSError:
            self._close()
            raise
        if self._process.stdin is not None and os.name == "posix":
            os.set_blocking(self._process.stdin.fileno(), False)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def code(self) -> int | None:
        """The exit status; None while it runs. A signal counts as in shells: 128 and its number."""
        code = self._process.poll()
        return code if code is None or code >= 0 else 128 - code

    def send(self, line: str) -> str:
        """Write a line to its standard input; what went wrong, or nothing."""
        pipe = self._process.stdin
        if pipe is None or pipe.closed or self.code is not None:
            return "the trainer has ended"
        try:
            written = os.write(pipe.fileno(), f"{line}\n".encode())
        except BlockingIOError:
            return "the trainer does not read its commands"
        except OSError as error:
            return f"the trainer cannot be reached: {printable(error.strerror or str(error))}"
        return "" if written == len(line) + 1 else "the trainer does not read its commands"

    def hang_up(self) -> None:
        """Close its standard input."""
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except BrokenPipeError:
                return

    def output(self) -> bytes:
        """Its standard output, as far as it is kept."""
        return _tail(self._output, OUTPUT_LIMIT)

    def take_line(self) -> bytes | None:
        """A whole line of its standard output, which is then emptied; None until there is one.

        For a child that writes one line for each that it is sent, and nothing in between.
        """
        text = _tail(self._output, OUTPUT_LIMIT)
        if not text.endswith(b"\n"):
            return None
        os.ftruncate(self._output, 0)
        return text

    def last_lines(self, count: int = 200) -> tuple[str, ...]:
        """The last lines of its standard error (and output, where merged), safe to show."""
        text = _tail(self._errors).decode("utf-8", "replace").expandtabs(8)
        return tuple(
            printable(line.rstrip()) for line in text.split("\n")[-count - 1 :] if line.strip()
        )

    def trim(self) -> None:
        """Empty the files of a child that writes a lot; only their ends are ever shown."""
        with suppress(OSError):  # On a full disk the last lines are lost, not the viewer.
            for file in {self._output, self._errors}:
                if os.fstat(file).st_size > LIMIT:
                    end = _tail(file)
                    os.ftruncate(file, 0)
                    os.write(file, end)

    def terminate(self) -> None:
        if self.code is None:
            self._process.terminate()

    def kill(self) -> None:
        if self.code is None:
            self._process.kill()

    def wait(self, timeout: float) -> int | None:
        """The exit status, if it ends in time."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        return self.code

    def release(self) -> None:
        """Let go of a child: hang up and close the files. A running one goes on."""
        self.hang_up()
        self._close()

    def _close(self) -> None:
        files = {self._output, self._errors} if self._open else ()
        self._open = False
        for file in files:
            os.close(file)


def _nameless_file() -> int:
    """A file open for reading and appending, already unlinked.

    Appending matters: the child shares the offset, which `_tail` moves.
    """
    descriptor, name = tempfile.mkstemp(prefix="specc-")
    os.close(descriptor)
    descriptor = os.open(name, os.O_RDWR | os.O_APPEND)
    with suppress(PermissionError):  # Windows keeps the name of an open file.
        os.unlink(name)
    return descriptor


def _tail(file: int, size: int = KEPT) -> bytes:
    """The last bytes of a file."""
    os.lseek(file, max(0, os.fstat(file).st_size - size), os.SEEK_SET)
    return os.read(file, size)


def environment() -> dict[str, str]:
    """The environment of the viewer, with the way to this `specc` where it is not installed."""
    root = str(Path(next(iter(specc.__path__))).parent)
    variables = dict(os.environ, PYTHONUNBUFFERED="1")
    if root not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        paths = [variables.get("PYTHONPATH", ""), root]
        variables["PYTHONPATH"] = os.pathsep.join(p for p in paths if p)
    return variables
