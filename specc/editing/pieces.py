"""The words and signs of a text by their meaning, for colours in an editor."""

from __future__ import annotations

from typing import Literal

from specc.editing.outline import places
from specc.lang.syntax import raw_tokens
from specc.lang.tokens import Token
from specc.lang.units import UNITS
from specc.lang.vocabulary import FORMS, begins_statement
from specc.library.registry import Registry, standard
from specc.library.statements import STRUCTURE
from specc.record import Record

Kind = Literal[
    "comment",
    "string",
    "number",
    "constant",
    "unit",
    "structure",
    "statement",
    "layer",
    "activation",
    "data",
    "training",
    "argument",
    "name",
    "sign",
    "wrong",
]

KINDS: dict[str, Kind] = {
    "COMMENT": "comment",
    "STRING": "string",
    "NUMBER": "number",
    "PERCENT": "number",
    "TRUE": "constant",
    "FALSE": "constant",
    "AS": "structure",
    "IN": "structure",
    "THEN": "structure",
}
WRONG = frozenset(
    "C_COMMENT COLON SEMICOLON QUOTED OPEN_STRING BAD_NUMBER BAD_NAME UNKNOWN".split()
)
CATEGORIES: dict[str, Kind] = {
    "layers": "layer",
    "activations": "activation",
    **dict.fromkeys(("sources", "normalizers", "targets", "augmentations"), "data"),
}
"""Words of the other categories say how to train."""


class Piece(Record):
    """The characters `start` to `end` of the text."""

    start: int
    end: int
    kind: Kind


def pieces(text: str, registry: Registry | None = None) -> tuple[Piece, ...]:
    """All pieces in order; white space is none. Nothing is reported, and any text will do."""
    words = registry or standard()
    tokens = raw_tokens(text)
    named = {token.start: _name(token, i, tokens, words) for i, token in enumerate(tokens)}
    for token, place in places(tokens):
        if token.type in ("NAME", "DOTTED") and not place.statement:
            named[token.start] = _statement(token.text, words)
        elif token.type == "NAME" and place.before in ("NUMBER", "PERCENT"):
            named[token.start] = "unit" if token.text in UNITS else "wrong"
    return tuple(Piece(t.start, t.end, named[t.start]) for t in tokens if t.type != "NEWLINE")


def _name(token: Token, i: int, tokens: list[Token], words: Registry) -> Kind:
    kind = KINDS.get(token.type)
    if kind is not None:
        return kind
    if token.type in WRONG:
        return "wrong"
    if token.type not in ("NAME", "DOTTED"):
        return "sign"
    if i + 1 < len(tokens) and tokens[i + 1].type == "EQUAL":
        return "argument"
    return _word(token.text, words) or "name"


def _word(word: str, words: Registry) -> Kind | None:
    """What a word of the registry is for."""
    categories = words.categories(word)
    return CATEGORIES.get(categories[0], "training") if categories else None


def _statement(word: str, words: Registry) -> Kind:
    if word in STRUCTURE or word in FORMS:
        return "structure"
    categories = words.categories(word)
    for category in ("layers", "activations"):
        if category in categories:
            return CATEGORIES[category]
    return "statement" if begins_statement(word) else "name"
