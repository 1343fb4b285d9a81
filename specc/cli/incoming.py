"""Specs that come on a stream: `-` is standard input, `<(...)` of a shell is `/dev/fd/N`."""

from __future__ import annotations

import os
import re
from typing import Final

from specc.checking import open_source
from specc.diag.diagnostic import Diagnostic, Help, RunError
from specc.diag.source import Source
from specc.lang.read import LARGEST

INPUT: Final = "<stdin>"
"""What findings call standard input."""
_HANDED: Final = re.compile(r"/dev/(?:stdin|fd/[0-9]+)|/proc/self/fd/[0-9]+", re.ASCII)
"""Files that whoever started the command has opened for it. Any other pipe may have nobody at its
end, and would be waited for without end.
"""


def is_stream(path: str) -> bool:
    """Whether a path names a stream, which can be read once and cannot be rewritten."""
    return path == "-" or _HANDED.fullmatch(path) is not None


def identity(path: str) -> str:
    """The same for two paths that lead to the same text."""
    if path in ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"):
        return "-"
    return path if is_stream(path) else os.path.realpath(path)


def open_spec(path: str) -> Source:
    """The text of a spec, from a file or from a stream.

    Raises:
        RunError: E0501 or E0507, it cannot be read.
    """
    if not is_stream(path):
        return open_source(path)
    name = INPUT if path == "-" else path
    try:
        with open(0 if path == "-" else path, "rb", closefd=path != "-") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as problem:
        reason = (problem.strerror or "unknown reason").lower()
        fix = Help("give a `.dl` file, or pipe the text of one into the command")
        message = f"`{name}` cannot be read: {reason}"
        raise RunError(Diagnostic("E0507", message, helps=(fix,))) from None
    if len(data) > LARGEST:
        fix = Help("a spec is a short text")
        raise RunError(Diagnostic("E0507", f"`{name}` is larger than 1 MiB", helps=(fix,)))
    return Source(name, data.decode("utf-8", "replace").removeprefix("\ufeff"))
