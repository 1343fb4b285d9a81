"""Where a place in a text stands, although the text may be half written: in which block, statement
and call, and at which argument.

The tokens are walked once, without a grammar: what is open at a place decides, and nothing that
comes later matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.lang.tokens import OPERATORS, Token
from specc.record import Record, replace

NAMES = frozenset(("NAME", "DOTTED"))
OPENING, CLOSING = frozenset(("LPAR", "LBRACKET")), frozenset(("RPAR", "RBRACKET"))
SILENT = frozenset(("COMMENT", "C_COMMENT"))


class Place(Record):
    """What stands before a place.

    blocks: the words of the blocks around it, the outermost first. statement: the word of its
    statement, empty where one would begin. calls: the words of the calls around it, empty for plain
    brackets. argument: the name before `=`, for its value. position: values without a name before
    it. given: names of arguments before it. before: the kind of the token before it in the
    statement, empty at its start.
    """

    blocks: tuple[str, ...] = ()
    statement: str = ""
    calls: tuple[str, ...] = ()
    argument: str = ""
    position: int = 0
    given: tuple[str, ...] = ()
    before: str = ""

    @property
    def block(self) -> str:
        """The word of the innermost block, empty at the top of the file."""
        return self.blocks[-1] if self.blocks else ""


def places(tokens: Iterable[Token]) -> Iterator[tuple[Token, Place]]:
    """Every token but comments, with the place before it."""
    here = Place()
    outer: list[Place] = []
    sets = 0
    last: Token | None = None
    for token in tokens:
        kind = token.type
        if kind in SILENT:
            continue
        if kind == "NEWLINE" and (here.calls or sets or here.before in OPERATORS):
            continue
        yield token, here
        if kind in ("NEWLINE", "SEMICOLON"):
            here = Place(here.blocks)
        elif kind == "LBRACE" and here.before == "IN":
            sets += 1
        elif kind == "LBRACE":
            here = Place((*here.blocks, here.statement))
            outer.clear()
        elif kind == "RBRACE" and sets:
            sets -= 1
            here = replace(here, before=kind)
        elif kind == "RBRACE":
            here = Place(here.blocks[:-1])
            outer.clear()
        elif kind in OPENING:
            called = last.text if last is not None and last.type in NAMES else ""
            outer.append(here)
            here = Place(here.blocks, here.statement, (*here.calls, called), before=kind)
        elif kind in CLOSING and outer:
            here = replace(outer.pop(), before=kind)
        elif kind == "COMMA" and not sets:
            here = _next(here)
        elif kind == "EQUAL" and last is not None and last.type == "NAME":
            given = (*here.given, last.text)
            here = replace(here, argument=last.text, given=given, before=kind)
        elif not here.statement and kind in NAMES:
            here = replace(here, statement=token.text, before="WORD")
        else:
            here = replace(here, before=kind)
        last = token


def _next(here: Place) -> Place:
    """Behind a comma the next argument begins."""
    position = here.position + (not here.argument)
    return replace(here, argument="", position=position, before="COMMA")


def place_at(tokens: Iterable[Token], offset: int) -> Place:
    """The place at an offset; a token that reaches up to it or over it is not yet before it."""
    kept: list[Token] = []
    for token in tokens:
        if token.end > offset or (token.end == offset and token.type in (*NAMES, "NUMBER")):
            if token.type in NAMES or token.start >= offset:
                break
        if token.start >= offset:
            break
        kept.append(token)
    end = Token("END", "", offset, offset)
    return [place for _, place in places([*kept, end])][-1]
