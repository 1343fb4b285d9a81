"""Specs that a command rewrites in place, while an editor may have them open."""

from __future__ import annotations

from specc.cli.output import write_file
from specc.diag.diagnostic import Diagnostic, Help, RunError
from specc.diag.source import Source

MARK = "\ufeff"
"""The byte order mark that some editors write at the start of a file."""


def whole_text(source: Source) -> str | None:
    """The file with its byte order mark; None if it is not UTF-8, since writing would lose bytes.

    Raises:
        RunError: E0511, the file is no longer what was read.
    """
    try:
        with open(source.path, "rb") as file:
            data = file.read()
    except OSError:
        raise _changed(source.path) from None
    if data.decode("utf-8", "replace").removeprefix(MARK) != source.text:
        raise _changed(source.path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def rewrite_spec(source: Source, text: str) -> None:
    """Put another text into the file.

    Raises:
        RunError: E0511, it cannot be written, or is no longer what was read.
    """
    whole_text(source)
    write_file(source.path, text)


def _changed(path: str) -> RunError:
    fix = Help("run the command again")
    return RunError(
        Diagnostic("E0511", f"`{path}` was changed meanwhile, and is left as it is", helps=(fix,))
    )
