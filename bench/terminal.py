"""A program on a terminal of its own (a pty), whose output is read as fast as it comes."""

from __future__ import annotations

import fcntl
import math
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from contextlib import suppress

CONTROL = re.compile(
    rb"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-B0-2]|.)"
)


class Terminal:
    """Runs `python ARGUMENTS` on a terminal of some size."""

    def __init__(self, arguments: Sequence[str], columns: int, rows: int) -> None:
        self.began = time.perf_counter()
        self._file, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=end,
            stdout=end,
            stderr=end,
            start_new_session=True,
            env={**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        )
        os.close(end)
        self.text = b""
        self.open = True

    def read(self, seconds: float) -> None:
        """Take in what is written, for some time or until the program ends."""
        end = time.perf_counter() + seconds
        while self.open and (left := end - time.perf_counter()) > 0:
            if not select.select([self._file], [], [], left)[0]:
                return
            self._take()

    def until(self, *words: str, seconds: float = 60.0) -> float:
        """Seconds from the start until all words were written since the last call.

        Raises:
            RuntimeError: they were not, or the program ended.
        """
        end = time.perf_counter() + seconds
        while self.open and time.perf_counter() < end:
            if select.select([self._file], [], [], 0.5)[0]:
                self._take()
            plain = CONTROL.sub(b"", self.text)
            if all(word.encode() in plain for word in words):
                self.text = b""
                return time.perf_counter() - self.began
        tail = CONTROL.sub(b"", self.text)[-2000:].decode("utf-8", "replace")
        raise RuntimeError(f"{words} did not appear:\n{tail}")

    def press(self, keys: str) -> None:
        with suppress(OSError):  # The program has ended, and with it the terminal.
            os.write(self._file, keys.encode())

    def memory(self) -> float:
        """The most memory that was resident until now, in MB; NaN where the system does not say."""
        # What `wait4` says may be the memory of the process that forked.
        try:
            with open(f"/proc/{self._process.pid}/status") as file:
                words = next(line for line in file if line.startswith("VmHWM")).split()
        except (OSError, StopIteration):
            return math.nan
        return int(words[1]) * 1024 / 1e6

    def wait(self) -> tuple[float, float]:
        """Wait for the end: seconds from now on, and CPU seconds of it all."""
        begin = time.perf_counter()
        while self.open:
            self._take()
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        os.close(self._file)
        return time.perf_counter() - begin, usage.ru_utime + usage.ru_stime

    def _take(self) -> None:
        try:
            data = os.read(self._file, 1 << 16)
        except OSError:  # Linux says so at the end of a terminal.
            data = b""
        self.open = bool(data)
        self.text += data
