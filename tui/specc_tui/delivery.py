"""Where exports go: `RUN/exports/`, or the working directory where that cannot be written.

A run directory may be foreign, so no link in it is followed, and no file is ever overwritten.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from specc_tui.printable import printable

MOST_TRIES = 1000


def deliver(documents: Mapping[str, str], name: str, run: Path) -> str:
    """Write documents named by suffix, and say where they are, or why they are nowhere."""
    reasons: list[str] = []
    for folder in (run / "exports", Path.cwd()):
        try:
            written = _write(documents, name, folder, make=folder.name == "exports")
        except OSError as error:
            reasons.append(f"{folder}: {error.strerror or error}")
            continue
        suffixes = ", ".join(f".{suffix}" for suffix in documents)
        because = f" ({reasons[0]})" if reasons else ""
        return printable(f"written: {folder / written} {suffixes}{because}")
    return printable("nothing was written: " + "; ".join(reasons))


def _write(documents: Mapping[str, str], name: str, folder: Path, make: bool) -> str:
    """Write all documents under one free name, which is returned."""
    if make:
        with suppress(FileExistsError):
            os.mkdir(folder)
    directory = os.open(folder, os.O_RDONLY | _flag("O_DIRECTORY") | _flag("O_NOFOLLOW") * make)
    try:
        for number in range(1, MOST_TRIES):
            free = name if number == 1 else f"{name}-{number}"
            if not any(_exists(f"{free}.{suffix}", directory) for suffix in documents):
                for suffix, text in documents.items():
                    _write_new(f"{free}.{suffix}", text, directory)
                return free
    finally:
        os.close(directory)
    raise FileExistsError(0, f"{name} is taken {MOST_TRIES} times")


def _exists(name: str, directory: int) -> bool:
    try:
        os.lstat(name, dir_fd=directory)
    except FileNotFoundError:
        return False
    return True


def _write_new(name: str, text: str, directory: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    descriptor = os.open(name, flags, 0o644, dir_fd=directory)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)


def _flag(name: str) -> int:
    return int(getattr(os, name, 0))
