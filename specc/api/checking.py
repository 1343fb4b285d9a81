"""`specc.check`, which needs no NumPy, and what stands for a spec in a Python program."""

from __future__ import annotations

import os

from specc.checking import check_source, open_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.source import Source

Spec = str | os.PathLike[str]
"""The path of a spec, or its text."""


def check(spec: Spec) -> list[Diagnostic]:
    """All findings about a spec and each of its variants, in order of place; empty if it is fine.

    Args:
        spec: A path, or the text of a spec.

    Raises:
        RunError: E0501 or E0507, the file cannot be read.

    >>> import specc
    >>> [d.code for d in specc.check("network { input 2 }")]
    ['E0209']
    """
    return list(check_source(source_of(spec)))


def source_of(spec: Spec) -> Source:
    """The text of a spec: a text holds a line break or a brace, a path does not."""
    if isinstance(spec, str) and ("\n" in spec or "{" in spec):
        return Source("spec.dl", spec)
    return open_source(os.fspath(spec))
