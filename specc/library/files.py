"""Data files named in a spec: found, opened and unpacked, with every failure told as a diagnostic.

A data file comes from elsewhere and may be hostile, so only regular files are opened (a FIFO would
hang, a device has effects), and what a `.gz` unpacks to is bounded.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from itertools import islice
from typing import IO

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label, RunError
from specc.diag.escape import escape
from specc.diag.source import Span
from specc.diag.suggest import suggest
from specc.record import Record

UNPACKED_LIMIT = 8 * 2**30
_PIECE = 1 << 20
_COMPARED = 1000


def show(text: str, limit: int = 40) -> str:
    """Foreign text fit for a message: shortened, control characters made visible."""
    return escape(text) if len(text) <= limit else escape(text[:limit]) + "..."


def similar(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that `name` was probably meant to be; only the first ones are compared."""
    return next(iter(suggest(name, islice(names, _COMPARED), limit=1)), None)


def listing(names: Iterable[str], limit: int = 12) -> str:
    """Names in backticks, the first ones of many."""
    every = tuple(names)
    rest = len(every) - limit
    return ", ".join(f"`{show(name)}`" for name in every[:limit]) + (
        f" and {rest} more" if rest > 0 else ""
    )


def replace(span: Span | None, old: str, new: str) -> tuple[Edit, ...]:
    """The edit that puts `new` where `old` is written, if it is written there as it is."""
    if span is None or span.text.count(old) != 1 or not new.isprintable() or '"' in new:
        return ()
    return (Edit(span, span.text.replace(old, new)),)


USUAL = {
    "E0501": "paths start at the folder of the spec: put the file there, or correct the path",
    "E0506": "give a file that holds examples",
    "E0507": "look at it with the program that wrote it, and write it anew",
}
"""What helps with a file."""


class DataFile(Record):
    """A file that an argument names. `written` is the text of the spec, `path` where it leads."""

    written: str
    path: str
    span: Span | None

    @property
    def name(self) -> str:
        """The file in a message, with its backticks."""
        return f"`{show(self.written, 80)}`"

    def at(self, span: Span | None) -> DataFile:
        """The same file, with errors that point at another argument."""
        return DataFile(self.written, self.path, span)

    def error(
        self,
        code: str,
        message: str,
        label: str = "",
        *,
        notes: tuple[str, ...] = (),
        helps: tuple[Help, ...] = (),
    ) -> RunError:
        """A diagnostic that points at the argument. Where nothing better is known, it says what
        helps with most files of which this is said.
        """
        primary = Label(self.span, label) if self.span else None
        if not helps and code in USUAL:
            helps = (Help(USUAL[code]),)
        return RunError(Diagnostic(code, message, primary, notes=notes, helps=helps))

    def malformed(self, what: str, *notes: str, helps: tuple[Help, ...] = ()) -> RunError:
        """E0507: the file is there, but is not what it should be."""
        return self.error(
            "E0507", f"{self.name} {what}", "cannot be read", notes=notes, helps=helps
        )

    def open(self) -> IO[bytes]:
        """Open for reading.

        Raises:
            RunError: E0501 there is no such file; E0507 it is no regular file or may not be read.
        """
        try:
            mode = os.stat(self.path).st_mode
            if stat.S_ISREG(mode):
                return open(self.path, "rb", opener=_open_without_waiting)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            raise self._missing() from None
        except OSError as problem:
            fix = Help("let your user read it")
            raise self.malformed(f"cannot be opened: {problem.strerror}", helps=(fix,)) from None
        kind = "a folder" if stat.S_ISDIR(mode) else "a device, a pipe or a socket"
        raise self.malformed(f"is {kind}, not a file")

    def content(self, limit: int | None = None) -> bytes | bytearray:
        """All bytes, unpacked if the first ones say that the file is in gzip format.

        Raises:
            RunError: as `open`; E0507 also where the gzip data is damaged or unpacks to more than
                `limit`.
        """
        import gzip
        import zlib

        bound = UNPACKED_LIMIT if limit is None else limit
        with self.open() as raw:
            try:
                if raw.read(2) != b"\x1f\x8b":
                    raw.seek(0)
                    return raw.read()
                raw.seek(0)
                content = bytearray()
                with gzip.GzipFile(fileobj=raw, mode="rb") as unpacked:
                    while piece := unpacked.read(_PIECE):
                        content += piece
                        if len(content) > bound:
                            raise self.malformed(f"unpacks to more than {bound:_} bytes")
                return content
            except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
                raise self.malformed("holds damaged gzip data", show(str(problem), 120)) from None
            except OSError as problem:
                raise self.malformed(f"cannot be read: {problem.strerror}") from None
            except MemoryError:
                raise self.malformed("does not fit in memory") from None

    def _missing(self) -> RunError:
        folder, name = os.path.split(self.path)
        notes = (f"looked for `{show(self.path, 200)}`",) if self.path != self.written else ()
        near = similar(name, _files(folder))
        if near is None:
            return self.error("E0501", f"{self.name} does not exist", "no such file", notes=notes)
        fix = Help(f"there is a file `{show(near, 80)}`", replace(self.span, name, near))
        return self.error(
            "E0501", f"{self.name} does not exist", "no such file", notes=notes, helps=(fix,)
        )


def _open_without_waiting(path: str, flags: int) -> int:
    # A file that turns into a FIFO after the check must not hang the run.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _files(folder: str) -> list[str]:
    names: list[str] = []
    try:
        with os.scandir(folder or ".") as entries:
            for entry in entries:
                if len(names) == _COMPARED:
                    break
                if entry.is_file():
                    names.append(entry.name)
    except (OSError, ValueError):
        return []
    return sorted(names)
