"""Files of a run directory: replaced as a whole or not at all, and opened only if they are files.

A run may be killed at any moment, its disk may fill up, and its directory may come from elsewhere.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from specc.diag.diagnostic import Diagnostic, Help, RunError

NOT_A_LINK = getattr(os, "O_NOFOLLOW", 0)
"""Names inside a run directory are ours; a link there may lead out of it."""
BINARY = getattr(os, "O_BINARY", 0)
NEVER_WAIT = getattr(os, "O_NONBLOCK", 0)
"""Opening a pipe waits for its other end, for ever if there is none."""

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ESTALE)


def write_whole(
    path: str | os.PathLike[str],
    parts: Iterable[bytes | memoryview],
    draft: Path | None = None,
    mode: int = 0o666,
) -> None:
    """Put the parts, one after the other, into the file at `path`, whatever happens meanwhile.

    They go to another name in the same folder and are on the disk before that name takes the place
    of the old file. So a reader sees the old file or the new one, a process that is killed and a
    machine that loses power leave one of the two, and so does a disk that is full.

    Args:
        path: The file.
        parts: What it holds from now on.
        draft: The other name; that of `draft_of` if not given.
        mode: Permissions of a new file.

    Raises:
        RunError: E0511, the old file is then unchanged.
    """
    target = Path(path)
    draft = draft or draft_of(target)
    try:
        with suppress(FileNotFoundError):
            draft.unlink()
        # O_EXCL: whoever puts a link there at this moment gets an error, not our bytes.
        number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, mode)
        try:
            with open(number, "wb", buffering=0) as file:
                for part in parts:
                    _write_all(file, memoryview(part))
                os.fsync(number)
            os.replace(draft, target)
        except BaseException:
            with suppress(OSError):
                draft.unlink()
            raise
        _sync_folder(target.parent)
    except OSError as problem:
        raise unwritable(target, problem) from None


def rewrite(target: str, data: bytes) -> None:
    """`write_whole` for a file of the user's, in whatever folder it lies.

    It keeps its permissions, and one that its user may not write stays as it is, though its folder
    would allow to replace it. Of two who write it at the same time one comes last: the draft of
    each has a name of its own.

    Raises:
        RunError: E0511, the old file is then unchanged.
        OSError: the file cannot be looked at.
    """
    draft = Path(target).with_name(f".specc-{os.getpid()}.tmp")
    if not os.path.exists(target):
        write_whole(target, [data], draft)
        return
    if not os.access(target, os.W_OK):
        raise unwritable(target, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    mode = stat.S_IMODE(os.stat(target).st_mode)
    write_whole(target, [data], draft, mode)
    os.chmod(target, mode)  # with what the user's mask has taken away


def draft_of(target: Path) -> Path:
    """What a file is called while it is written: one fixed name, so that runs which are killed
    meanwhile leave one file, not one each.
    """
    return target.with_name(f".{target.name}.tmp")


def remove(path: Path) -> None:
    """Delete what is a file, if it is there; a folder of that name is not ours.

    Raises:
        OSError: it cannot be deleted.
    """
    with suppress(FileNotFoundError):
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            path.unlink()


def _write_all(file: BinaryIO, data: memoryview) -> None:
    while data:
        data = data[file.write(data) :]


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable, where the system can."""
    if os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as problem:
        # Some network file systems cannot sync a folder; the file itself is safe already.
        if problem.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(number)


def open_regular(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a file of a run directory for reading, never a link, a pipe or a device.

    Raises:
        OSError: it is not there, is not a regular file, or may not be read.
    """
    number = os.open(path, os.O_RDONLY | NOT_A_LINK | NEVER_WAIT | BINARY)
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        return open(number, "rb")
    except BaseException:
        os.close(number)
        raise


def unwritable(path: str | os.PathLike[str], problem: OSError) -> RunError:
    """E0511 for a failure of the system, in words that say what to do."""
    place = f"`{os.fspath(path)}`"
    if problem.errno in _FULL:
        return error(
            "E0511",
            f"the disk is full: {place} cannot be written",
            notes=("what the run wrote before is intact",),
            fix="make room and go on with `--resume`, or choose another folder with `--out`",
        )
    if problem.errno in _FORBIDDEN:
        return error(
            "E0511", f"{place} may not be written", fix="choose another folder with `--out`"
        )
    if problem.errno in _GONE:
        fix = "make the folder again, or choose another with `--out`"
        return error("E0511", f"{place} cannot be written: its folder is gone", fix=fix)
    fix = "choose another folder with `--out`"
    return error("E0511", f"{place} cannot be written: {reason(problem)}", fix=fix)


def reason(problem: OSError) -> str:
    """What the system says, in its words: `Permission denied` becomes `permission denied`."""
    text = problem.strerror or type(problem).__name__
    return text[:1].lower() + text[1:]


def error(code: str, message: str, notes: tuple[str, ...] = (), fix: str = "") -> RunError:
    """A fact about a file of a run, which has no place in the spec to point at."""
    return RunError(Diagnostic(code, message, notes=notes, helps=(Help(fix),) if fix else ()))
