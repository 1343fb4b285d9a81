"""A text read again after an edit: only the lines that changed.

The text is cut where no bracket is open into the lines of one statement, of the head of a block, or
of its `}`. Lines that two texts have in common at their beginning and at their end keep their
statements, the same objects, for which all that was made from them is still right. A text with
syntax errors, or cut in another way than nearly all are, is left to `specc.lang.read`, which reads
it as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import cast

from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.editing.marks import Page, Piece
from specc.lang.matching import DEEPEST
from specc.lang.read import read
from specc.lang.spec import Spec, Statement
from specc.lang.syntax import raw_tokens
from specc.lang.tokens import OPERATORS
from specc.record import replace

LONGEST = 2**17
"""Characters from which on a text is read as a whole: beyond what one person edits."""
MOST_OPEN = DEEPEST // 2
"""Blocks inside each other, and brackets in a statement: both together are then not too deep."""
_CHANGE = {"LPAR": 1, "LBRACKET": 1, "RPAR": -1, "RBRACKET": -1}
_OPENING = ("LPAR", "LBRACKET", "LBRACE")


class Part:
    """Some lines of the text, `length` characters, with the comments above them. `statement` is None
    where they hold a `}` (at `closer`) or comments alone; what a block holds that one `opens` is in
    the parts behind it.
    """

    __slots__ = ("_block", "_children", "closer", "length", "lines", "opens", "piece", "statement")

    def __init__(self, piece: Piece, lines: int, length: int) -> None:
        self.piece = piece
        self.lines = lines
        self.length = length
        self.opens = False
        self.closer: int | None = None
        self.statement: Statement | None = None
        self._block: Statement | None = None
        self._children: tuple[Statement, ...] = ()

    def closed(self, children: Sequence[Statement], end: Part) -> Statement:
        """The statement with its block; the one made last, if that is of the same objects."""
        at = cast(int, end.closer)
        brace, made = end.piece.span(at, at + 1), self._block
        if made is None or made.span.end != brace.end or not _same(self._children, children):
            head, self._children = cast(Statement, self.statement), tuple(children)
            made = replace(head, block=self._children, span=head.head.to(brace))
            self._block = made
        return made


def _same(a: Sequence[object], b: Sequence[object]) -> bool:
    return len(a) == len(b) and all(map(is_, a, b))


class Reading:
    """The parts of the text that was read last."""

    def __init__(self) -> None:
        self._page = Page(Source("", ""))
        self._lines: list[str] = []
        self._parts: list[Part] = []

    def read(self, source: Source) -> Spec | None:
        """The spec in the next version of the text, without its comments; None for a text that is
        to be read as a whole.
        """
        if len(source.text) > LONGEST:
            return None
        self._page.source = source
        lines = source.text.split("\n")
        parts = self._cut(lines)
        if parts is None:
            return None
        statements = _nested(parts)
        if statements is None:
            return None
        self._lines, self._parts = lines, parts
        return Spec(source, statements)

    def _cut(self, lines: list[str]) -> list[Part] | None:
        """The parts of all lines, each with its place, those of unchanged lines kept."""
        old, count = self._lines, len(lines)
        most = min(len(old), count)
        same = next((i for i in range(most) if old[i] != lines[i]), most)
        most -= same
        after = next((i for i in range(most) if old[-1 - i] != lines[-1 - i]), most)
        first, behind = 0, len(self._parts)
        begin = 0
        while first < behind and begin + self._parts[first].lines <= same:
            begin += self._parts[first].lines
            first += 1
        end = count
        while behind > first and count - (end - self._parts[behind - 1].lines) <= after:
            behind -= 1
            end -= self._parts[behind].lines
        parts, at = self._parts[:first], 0
        for part in parts:
            part.piece.at = at
            at += part.length + 1
        while begin < end:
            new = self._part(lines, begin, end, at)
            if new is None:
                return None
            parts.append(new)
            begin += new.lines
            at += new.length + 1
        for part in self._parts[behind:]:
            part.piece.at = at
            at += part.length + 1
            parts.append(part)
        return parts

    def _part(self, lines: list[str], first: int, end: int, at: int) -> Part | None:
        """The part that begins at a line; None if it goes on behind `end` or is out of the
        ordinary.
        """
        kinds: list[str] = []
        depth = 0
        for last in range(first, end):
            new = [t.type for t in raw_tokens(lines[last]) if t.type != "COMMENT"]
            kinds += new
            depth += sum(_CHANGE.get(kind, 0) for kind in new)
            if kinds and not depth and kinds[-1] not in OPERATORS:
                break
        brackets = sum(kind in _OPENING for kind in kinds)
        if depth or (kinds and kinds[-1] in OPERATORS) or brackets > MOST_OPEN:
            return None
        text = "\n".join(lines[first : last + 1])
        part = Part(Piece(self._page, text, at), last + 1 - first, len(text))
        if kinds == ["RBRACE"]:
            part.closer = next(t.start for t in raw_tokens(text) if t.type == "RBRACE")
            return part
        braces = kinds.count("LBRACE") - kinds.count("RBRACE")
        part.opens = braces == 1 and kinds[-1] == "LBRACE" and kinds.count("LBRACE") == 1
        if braces and not part.opens:
            return None
        sink = Sink()
        if part.opens:
            part.piece = Piece(self._page, text + "\n}", at)
        statements = read(part.piece, sink).statements
        if sink.sorted() or len(statements) != (1 if kinds else 0):
            return None
        part.statement = statements[0] if statements else None
        return part


def _nested(parts: list[Part]) -> tuple[Statement, ...] | None:
    """The statements of all parts with their blocks; None if braces do not match."""
    statements: list[Statement] = []
    outer: list[tuple[Part, list[Statement]]] = []
    for part in parts:
        if part.opens:
            outer.append((part, statements))
            statements = []
        elif part.closer is not None:
            if not outer:
                return None
            opener, above = outer.pop()
            above.append(opener.closed(statements, part))
            statements = above
        elif part.statement is not None:
            statements.append(part.statement)
        if len(outer) > MOST_OPEN:
            return None
    return None if outer else tuple(statements)
