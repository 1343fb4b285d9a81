"""A text read again after an edit: only the lines that changed.

The text is cut where no bracket is open into the lines of one statement, of the head of a block, or
of its `}`. Lines that stood in the text before keep their statements, the same objects, for which
all that was made from them is still right, wherever they stand now. A text with errors of syntax,
or that cannot be cut so, is left to `specc.lang.read`, which reads it as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.editing.anew import read_anew
from specc.editing.marks import Page, Piece
from specc.editing.parts import Part, nested, opened
from specc.lang.read import BLOCKS, read
from specc.lang.spec import Spec
from specc.lang.syntax import raw_tokens
from specc.lang.tokens import OPERATORS

LONGEST = 2**17
"""Characters from which on a text is read as a whole: beyond what one person edits."""


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
        parts = self._cut(lines) if self._parts else read_anew(self._page, lines)
        if parts is None:
            return None
        statements = nested(parts)
        if statements is None:
            return None
        self._lines, self._parts = lines, parts
        return Spec(source, statements)

    def sound(self) -> frozenset[str]:
        """The texts of statements, without their comments, that have no error of syntax; without
        those of other files, which may have some.
        """
        found = ((part.piece, part.text, part.statement) for part in self._parts if not part.opens)
        return frozenset(
            text[s.span.start - piece.at : s.span.end - piece.at]
            for piece, text, s in found
            if s is not None and s.word != "use"
        )

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
            depth += opened(new)
            if kinds and not depth and kinds[-1] not in OPERATORS:
                break
        text = "\n".join(lines[first : last + 1])
        part = Part(Piece(self._page, text, at), last + 1 - first)
        brace = next((t.start for t in raw_tokens(text) if t.type == "RBRACE"), 0)
        if not part.takes(kinds, brace):
            return None
        if part.closer is not None:
            return part
        sink = Sink()
        if part.opens:
            part.piece = Piece(self._page, text + "\n}", at)
        statements = read(part.piece, sink).statements
        if sink.sorted() or len(statements) != (1 if kinds else 0):
            return None
        part.statement = statements[0] if statements else None
        if any(s.word in BLOCKS and s.block is None for s in statements):
            return None  # what stands behind it decides what is wrong with it
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
