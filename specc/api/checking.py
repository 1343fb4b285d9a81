"""`specc.check`, which needs no NumPy, and what stands for a spec in a Python program."""

from __future__ import annotations

import os
from threading import local

from specc.checking import open_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.source import Source
from specc.editing.checker import Checker

Spec = str | os.PathLike[str]
"""The path of a spec, or its text."""
MOST = 4
"""Specs of which a thread keeps what their last check has made."""


class _Recent(local):
    """The checkers of the specs that a thread has checked last, by path.

    What they keep are results that a check would make again, so that nobody can tell, but by the
    clock, whether there are any. Each thread has its own, and they go when it ends.
    """

    def __init__(self) -> None:
        self.checkers: dict[str, Checker] = {}


_recent = _Recent()


def check(spec: Spec) -> list[Diagnostic]:
    """All findings about a spec and each of its variants, in order of place; empty if it is fine.

    A second check of a text, or of a file, of which a part was edited takes the time of that part.

    Args:
        spec: A path, or the text of a spec.

    Raises:
        RunError: E0501 or E0507, the file cannot be read.

    >>> import specc
    >>> [d.code for d in specc.check("network { input 2 }")]
    ['E0209']
    """
    source = source_of(spec)
    # What is interrupted leaves no checker behind, and what interrupts it finds none half way.
    checkers = _recent.checkers
    checker = checkers.pop(source.path, None) or Checker()
    found = list(checker.check(source))
    checkers[source.path] = checker
    while len(checkers) > MOST:
        checkers.pop(next(iter(checkers)), None)
    return found


def source_of(spec: Spec) -> Source:
    """The text of a spec: a text holds a line break or a brace, a path does not."""
    if isinstance(spec, str) and ("\n" in spec or "{" in spec):
        return Source("spec.dl", spec)
    return open_source(os.fspath(spec))
