"""A text of which nothing is known yet, read as a whole and then cut into its parts: in half the
time that it takes to read them one by one.
"""

from __future__ import annotations

from bisect import bisect_right

from specc.diag.sink import Sink
from specc.diag.source import Source, Span
from specc.editing.marks import Mark, Page, Piece
from specc.editing.parts import CHANGE, Part
from specc.lang.read import read
from specc.lang.spec import Statement
from specc.lang.syntax import raw_tokens
from specc.lang.tokens import OPERATORS, Token

SILENT = ("COMMENT", "NEWLINE")


class _Whole(Source):
    """A text whose places are marks in its parts."""

    __slots__ = ("_begins", "_pieces")

    def __init__(self, source: Source, parts: list[Part]) -> None:
        super().__init__(source.path, source.text)
        self._pieces = [part.piece for part in parts]
        self._begins = [piece.at for piece in self._pieces]

    def number(self, offset: int) -> int:
        """Which part a place is in."""
        return bisect_right(self._begins, offset) - 1

    def span(self, start: int, end: int) -> Span:
        at = self.number(start)
        begin = self._begins[at]
        return Mark(self._pieces[at], start - begin, end - begin)


def read_anew(page: Page, lines: list[str]) -> list[Part] | None:
    """The parts of the text of a page; None for one with errors, or that cannot be cut so."""
    parts = _cut(page, lines)
    if parts is None:
        return None
    sink, whole = Sink(), _Whole(page.source, parts)
    statements = read(whole, sink).statements
    if sink.sorted() or not _handed_out(statements, parts, whole):
        return None
    return parts


def _cut(page: Page, lines: list[str]) -> list[Part] | None:
    """The parts without their statements."""
    parts: list[Part] = []
    tokens = [t for t in raw_tokens(page.source.text) if t.type not in SILENT]
    tokens.reverse()
    own: list[Token] = []
    first = begin = at = depth = 0
    for last, line in enumerate(lines):
        at += len(line) + 1
        while tokens and tokens[-1].start < at:
            own.append(tokens.pop())
            depth += CHANGE.get(own[-1].type, 0)
        goes_on = not own or depth or own[-1].type in OPERATORS
        if goes_on and last + 1 < len(lines):
            continue
        part = Part(Piece(page, "\n".join(lines[first : last + 1]), begin), last + 1 - first)
        if not part.takes([t.type for t in own], own[0].start - begin if own else 0):
            return None
        parts.append(part)
        own, first, begin = [], last + 1, at
    return parts


def _handed_out(statements: tuple[Statement, ...], parts: list[Part], whole: _Whole) -> bool:
    """Give each statement to its part; whether each stands in one that has no other."""
    for s in statements:
        part = parts[whole.number(s.word_span.start)]
        if part.statement is not None or part.closer is not None:
            return False
        part.statement = s
        if part.opens:
            part.block = s
            if s.block is None or not _handed_out(s.block, parts, whole):
                return False
        elif s.span.end > part.piece.at + len(part.text):
            return False
    return True
