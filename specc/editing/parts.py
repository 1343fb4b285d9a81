"""The parts that a text is cut into: the lines of one statement, of the head of a block, or of its
`}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from specc.editing.marks import Piece
from specc.lang.matching import DEEPEST
from specc.lang.memo import same
from specc.lang.spec import Statement
from specc.lang.tokens import OPERATORS
from specc.record import replace

MOST_OPEN = DEEPEST // 2
"""Blocks inside each other, and brackets in a statement: both together are then not too deep."""
CHANGE = {"LPAR": 1, "LBRACKET": 1, "RPAR": -1, "RBRACKET": -1}
OPENING = ("LPAR", "LBRACKET", "LBRACE")


class Part:
    """Some lines of the text, with the comments above them. `statement` is None where they hold a
    `}` (at `closer`) or comments alone; what a block holds that one `opens` is in the parts behind,
    and `block` is the statement with it, as it was made last.
    """

    __slots__ = ("block", "closer", "lines", "opens", "piece", "statement", "text")

    def __init__(self, piece: Piece, lines: int) -> None:
        self.piece = piece
        self.text = piece.text
        self.lines = lines
        self.opens = False
        self.closer: int | None = None
        self.statement: Statement | None = None
        self.block: Statement | None = None

    def takes(self, kinds: list[str], brace: int) -> bool:
        """Whether it may hold tokens of these kinds, comments left out: those of one statement, of
        the head of a block, or a `}` (at `brace`).
        """
        brackets = sum(kind in OPENING for kind in kinds)
        if opened(kinds) or (kinds and kinds[-1] in OPERATORS) or brackets > MOST_OPEN:
            return False
        if kinds == ["RBRACE"]:
            self.closer = brace
            return True
        braces = kinds.count("LBRACE") - kinds.count("RBRACE")
        self.opens = braces == 1 and kinds[-1] == "LBRACE" and kinds.count("LBRACE") == 1
        return self.opens or not braces

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
        brace, made = end.piece.span(at, at + 1), self.block
        old = made.block or () if made is not None else ()
        if made is None or made.span.end != brace.end or not same(old, children):
            head = cast(Statement, self.statement)
            made = replace(head, block=tuple(children), span=head.head.to(brace))
            self.block = made
        return made


def opened(kinds: Sequence[str]) -> int:
    """How many brackets of a statement are open behind tokens of these kinds."""
    return sum(CHANGE.get(kind, 0) for kind in kinds)


def nested(parts: list[Part]) -> tuple[Statement, ...] | None:
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
