"""A text read again after an edit: only the lines that changed.

The text is cut where no bracket is open into the lines of one statement, of the head of a block, or
of its `}`. Lines that stood in the text before keep their statements, the same objects, for which
all that was made from them is still right, wherever they stand now. A text with errors of syntax,
or that cannot be cut so, is left to `specc.lang.read`, which reads it as a whole.
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
    """Some lines of the text, with the comments above them. `statement` is None where they hold a
    `}` (at `closer`) or comments alone; what a block holds that one `opens` is in the parts behind.
    """

    __slots__ = ("_block", "_children", "closer", "lines", "opens", "piece", "statement", "text")

    def __init__(self, piece: Piece, lines: int) -> None:
        self.piece = piece
        self.text = piece.text
        self.lines = lines
        self.opens = False
        self.closer: int | None = None
        self.statement: Statement | None = None
        self._block: Statement | None = None
        self._children: tuple[Statement, ...] = ()

    @property
    def first_line(self) -> str:
        return self.text.partition("\n")[0]

    def stands(self, lines: list[str], begin: int, end: int) -> bool:
        """Whether these are its lines, from `begin` on and before `end`."""
        behind = begin + self.lines
        return behind <= end and self.text == "\n".join(lines[begin:behind])

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
        first, behind, begin = 0, len(self._parts), 0
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
            at += len(part.text) + 1
        spare = _Spare(self._parts[first:behind], begin)
        while begin < end:
            new = spare.take(lines, begin, end) or self._part(lines, begin, end, at)
            if new is None:
                return None
            new.piece.at = at
            parts.append(new)
            begin += new.lines
            at += len(new.text) + 1
        for part in self._parts[behind:]:
            part.piece.at = at
            at += len(part.text) + 1
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
        part = Part(Piece(self._page, text, at), last + 1 - first)
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


class _Spare:
    """Parts of the text before, in which something changed: those that stand in it again."""

    def __init__(self, parts: Sequence[Part], begin: int) -> None:
        self._at: dict[int, Part] = {}
        self._like: dict[str, list[Part]] = {}
        for part in parts:
            if part.statement is not None or part.closer is not None:
                self._at[begin] = part
                self._like.setdefault(part.first_line, []).append(part)
            begin += part.lines

    def take(self, lines: list[str], begin: int, end: int) -> Part | None:
        """The part between two lines that begins at the first one: best the one that began there
        before, since its number among the layers is the same.
        """
        like = self._like.get(lines[begin], [])
        there = self._at.get(begin)
        for part in (there, *like[:1]):
            if part is not None and part in like and part.stands(lines, begin, end):
                like.remove(part)
                return part
        return None


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
