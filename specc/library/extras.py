"""Libraries that only some sources need: imported where they are used, with a message where they
are missing.
"""

from __future__ import annotations

import importlib
from typing import Any

from specc.diag.diagnostic import Diagnostic, Help, Label, RunError
from specc.diag.source import Span


def load_extra(module: str, word: str, library: str, span: Span | None) -> Any:
    """The module of a library that comes with the extra `specc-dl[word]`.

    Args:
        module: What to import.
        word: The source that needs it, and the name of the extra.
        library: What the library is called.
        span: Where the word is written.

    Raises:
        RunError: E0515 it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise RunError(
            Diagnostic(
                "E0515",
                f"`{word}` needs {library}, which is not installed",
                Label(span, f"read by {library}") if span else None,
                helps=(Help(f"install it: `pip install 'specc-dl[{word}]'`"),),
            )
        ) from None
