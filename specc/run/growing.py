"""A file that only grows, by pieces that are there as a whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from specc.run.atomic import BINARY, NEVER_WAIT, NOT_A_LINK, error, open_regular, unwritable


class Growing:
    """Appends records of a fixed size, or lines, behind the last whole one; a kill may tear one.

    Args:
        path: The file, made if it is not there.
        record: The size of a record; None for lines.

    Raises:
        RunError: E0511 the file cannot be written, or is no regular file.
    """

    def __init__(self, path: Path, record: int | None = None) -> None:
        self.path = path
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | NOT_A_LINK | NEVER_WAIT | BINARY
        try:
            self._number = os.open(path, flags, 0o666)
            try:
                self._cut_torn_end(record)
            except BaseException:
                os.close(self._number)
                raise
        except OSError as problem:
            raise unwritable(path, problem) from None

    def _cut_torn_end(self, record: int | None) -> None:
        status = os.fstat(self._number)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        size = status.st_size
        whole = size - size % record if record else _whole_lines(self.path, size)
        if whole < size:
            os.ftruncate(self._number, whole)

    def append(self, data: bytes) -> None:
        """Add whole pieces; if the disk fills up half-way, the file is as before.

        Raises:
            RunError: E0511 the disk is full, or the file was deleted.
        """
        size = os.fstat(self._number).st_size
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._number, view) :]
        except OSError as problem:
            with suppress(OSError):
                os.ftruncate(self._number, size)
            raise unwritable(self.path, problem) from None
        # A deleted file takes everything without a word, and all of it would be lost.
        if os.fstat(self._number).st_nlink == 0:
            raise error(
                "E0511",
                f"`{self.path}` was deleted during the run",
                fix="train again, and leave the folder of a run alone until it ends",
            )

    def sync(self) -> None:
        """Wait until all of it is on the disk."""
        try:
            os.fsync(self._number)
        except OSError as problem:
            raise unwritable(self.path, problem) from None

    def close(self) -> None:
        os.close(self._number)


def _whole_lines(path: Path, size: int) -> int:
    """The size up to and with the last newline."""
    end = size
    with open_regular(path) as file:
        while end:
            start = max(0, end - 65536)
            file.seek(start)
            at = file.read(end - start).rfind(b"\n")
            if at >= 0:
                return start + at + 1
            end = start
    return 0
