"""A token, as lean as can be: all that lark asks of one is its `type`."""

from __future__ import annotations

from typing import Final

from specc.diag.source import Source, Span

OPERATORS: Final = frozenset(
    {"COMMA", "EQUAL", "SIGN", "FACTOR", "POWER", "COMPARE", "ARROW", "IN", "THEN"}
)
"""After these a statement goes on, so that a newline does not end it."""


OPEN: Final = frozenset({"LPAR", "SET_OPEN"})
CLOSE: Final = frozenset({"RPAR", "SET_CLOSE"})
WORDS: Final = frozenset({"NAME", "DOTTED"})
PLAIN_VALUE: Final = WORDS | {"NUMBER", "PERCENT", "STRING", "TRUE", "FALSE"}
"""What a value without brackets around it begins with."""


class Token:
    """The characters `start` to `end` of the source.

    `text` differs from them where they were misspelt and the lexer knew what was meant.
    """

    __slots__ = ("end", "start", "text", "type")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.type = kind
        self.text = text
        self.start = start
        self.end = end

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"{self.type}({self.text!r})"

    def span(self, source: Source) -> Span:
        return source.span(self.start, self.end)


def missing(kind: str, at: int) -> Token:
    """A token of no width, put in where the text has none."""
    return Token(kind, "", at, at)
