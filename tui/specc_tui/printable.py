"""The one function through which every foreign text passes before it can reach a terminal.

A layer name, an event's message or a trainer's last words may hold escape sequences, line breaks or
characters that turn the writing direction. They are shown as their escapes, so that a run directory
can neither move the cursor nor make a line look like another.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

UNSAFE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Unicode categories that never reach the terminal: controls, format and direction marks,
surrogates, unassigned."""

LIMIT = 2000
"""Characters of one text that are kept; the rest is cut with an ellipsis."""


def printable(text: str, limit: int = LIMIT) -> str:
    """The text with every control, direction or unassigned character written as its escape.

    >>> printable("W1\\x1b[2J")
    'W1\\\\x1b[2J'
    """
    cut = text[:limit]
    if not (cut.isascii() and cut.isprintable()):
        cut = "".join(map(_safe, cut))
    return cut if len(text) <= limit else cut + "…"


def _safe(char: str) -> str:
    if unicodedata.category(char) not in UNSAFE:
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def one_cell_each(text: str) -> str:
    """The text with every character that does not take exactly one terminal cell replaced by `?`.

    A canvas counts characters as cells; a wide or combining character would shift the rest of its
    row.
    """
    return text if text.isascii() else "".join(map(_one_cell, text))


@lru_cache(maxsize=4096)
def _one_cell(char: str) -> str:
    """Cached, since a chart asks for a few hundred characters thousands of times a second."""
    wide = unicodedata.east_asian_width(char) in "WF" or unicodedata.category(char)[0] == "M"
    return "?" if wide else char
