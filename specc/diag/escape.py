"""Text on a terminal: what may be written to one, and how many cells it takes.

Specs, paths, column names and run directories are written by others. Whatever of them reaches a
terminal, a log or a report goes through `escape`, the one place that decides what is harmless.
"""

from __future__ import annotations

import unicodedata

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape(text: str, keep: str = "") -> str:
    r"""The text with everything that does not print as itself made visible.

    Control characters (so every ANSI sequence), bidirectional and zero-width marks, line
    separators, spaces that look like a space and are none, private and unassigned characters and
    lone surrogates become `\x1b` or `\u{202e}`; what is left can move neither the cursor nor the
    reading order, and can be encoded.

    Args:
        text: Anything.
        keep: Characters to leave alone, for callers that lay out lines themselves.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else _visible(c) for c in text)


def _visible(char: str) -> str:
    number = ord(char)
    return _SHORT.get(char) or (f"\\x{number:02x}" if number < 0x100 else f"\\u{{{number:x}}}")


def cells(text: str) -> int:
    """Columns that escaped text takes: two for wide East Asian characters, none for accents."""
    if text.isascii():
        return len(text)
    return sum(_width(c) for c in text)


def _width(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
