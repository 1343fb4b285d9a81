"""Standard output and error as a command writes to them.

Whoever reads them may close them, the disk behind them may fill up, and their encoding may not know
a character. None of it may end a training run or show a traceback.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, TextIO


class Guard:
    """A stream whose `write` never fails. After the first failure what is written is dropped.

    Attributes:
        lost: Why text was lost, in the words of the system; empty if none was, or if the reader
            closed the stream because it had seen enough.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._open = stream is not None  # a process may be started without the stream
        self.lost = ""

    def write(self, text: str) -> int:
        if self._open and self._stream is not None:
            try:
                self._stream.write(self._encodable(self._stream, text))
            except OSError as problem:
                self._drop(problem)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        self.write("".join(lines))

    def flush(self) -> None:
        if self._open and self._stream is not None:
            try:
                self._stream.flush()
            except OSError as problem:
                self._drop(problem)

    def isatty(self) -> bool:
        return self._open and self._stream is not None and self._stream.isatty()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    @staticmethod
    def _encodable(stream: TextIO, text: str) -> str:
        """The text, with what the encoding of the stream does not know as an escape."""
        encoding = stream.encoding or "utf-8"
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            return text.encode(encoding, "backslashreplace").decode(encoding)
        return text

    def _drop(self, problem: OSError) -> None:
        self._open = False
        if not isinstance(problem, BrokenPipeError):
            self.lost = problem.strerror or type(problem).__name__
        # What is buffered would fail once more when the interpreter closes the stream.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())


def report_lost(output: Guard) -> bool:
    """Whether text on its way to stdout was lost; says so on stderr."""
    if output.lost:
        reason = output.lost[:1].lower() + output.lost[1:]
        sys.stderr.write(f"error: standard output cannot be written: {reason}\n")
    return bool(output.lost)
