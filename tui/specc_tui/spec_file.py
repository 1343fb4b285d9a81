"""The file behind the editor: read without trust, written as a whole, and watched for changes that
others make."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from specc.diag.diagnostic import RunError
from specc.run.atomic import write_whole
from specc_tui.printable import printable

LARGEST = 2**20
MARK = "\ufeff"
"""The byte order mark that some editors write at the start of a file."""

Stamp = tuple[int, int, int]
"""Time of change, size and number of a file."""


@dataclass(frozen=True, slots=True)
class SpecFile:
    """A text as it was read. `locked` says why it cannot be edited, if it cannot.

    `text` has lines that end in a newline, whatever the file has (`ending`); `marked`: it begins
    with a byte order mark.
    """

    path: Path
    text: str = ""
    stamp: Stamp | None = None
    locked: str = ""
    ending: str = "\n"
    marked: bool = False


def open_spec(spec: str, folder: Path) -> SpecFile:
    """The spec of a run: the file that it was started from, if that is still there; otherwise the
    copy in its directory, to be read only.

    Args:
        spec: The path as the run has it; empty if it is not known.
        folder: The run directory.
    """
    if spec.endswith(".dl"):
        found = read_file(Path(spec))
        if found is not None:
            return found
    copy = read_file(folder / "spec.dl")
    where = f"`{printable(spec, 200)}` is gone" if spec else "its file is not known"
    if copy is None:
        return SpecFile(Path(spec), locked=f"{where}, and the run holds no copy of its spec")
    why = copy.locked or f"a copy to read: {where}"
    return SpecFile(copy.path, copy.text, copy.stamp, why, copy.ending, copy.marked)


def read_file(path: Path) -> SpecFile | None:
    """A file as it is now; None if there is none that can be read."""
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(number, "rb") as file:
            status = os.fstat(number)
            if not stat.S_ISREG(status.st_mode):
                return None
            data = file.read(LARGEST + 1)
    except (OSError, ValueError):
        return None
    mark = (status.st_mtime_ns, status.st_size, status.st_ino)
    if len(data) > LARGEST:
        return SpecFile(path, stamp=mark, locked="the file is larger than 1 MiB")
    text = data.decode("utf-8", "replace")
    marked, text = text.startswith(MARK), text.removeprefix(MARK)
    ending = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    locked = "" if os.access(path, os.W_OK) else "the file may not be written"
    if text.encode("utf-8", "replace") != data[3 if marked else 0 :]:
        locked = "the file is not UTF-8: writing it would lose bytes"
    elif plain.replace("\n", ending) != text or "\n".join(plain.splitlines()) != plain.removesuffix(
        "\n"
    ):
        locked = "the file holds line ends of several kinds, or control characters"
    return SpecFile(path, plain, mark, locked, ending, marked)


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of a file now, None if it is gone."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def write_file(file: SpecFile, text: str) -> SpecFile | str:
    """The file with another text, or why it could not be written: then nothing has changed."""
    if file.locked:
        return file.locked
    data = (MARK * file.marked + text.replace("\n", file.ending)).encode("utf-8", "replace")
    try:
        # A link stays a link: what it leads to is replaced.
        target = Path(os.path.realpath(file.path))
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        write_whole(target, [data])
        if mode is not None:
            os.chmod(target, mode)
    except RunError as problem:
        return printable(problem.diagnostic.message)
    except OSError as problem:
        return printable(problem.strerror or str(problem))
    return SpecFile(file.path, text, stamp_of(file.path), "", file.ending, file.marked)
