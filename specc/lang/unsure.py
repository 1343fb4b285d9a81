"""What a parser has to read of a text where many statements are known to be sound."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from specc.lang.tokens import Token


def unsure(tokens: list[Token], text: str, sound: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where to read tokens, from and to: all of them but for statements that are `sound`, by their
    text. Of several in a row the first and the last are read, so that what is around an error is
    what it would be.
    """
    first = 0
    if sound:
        ends: list[int] = []
        begin = 0
        for index, token in enumerate(tokens):
            if token.type not in ("_END", "LBRACE", "RBRACE"):
                continue
            whole = token.type == "_END" and begin < index
            if whole and text[tokens[begin].start : tokens[index - 1].end] in sound:
                ends.append(index + 1)
            else:
                if len(ends) > 2:
                    yield first, ends[0]
                    first = ends[-2]
                ends = []
            begin = index + 1
    yield first, len(tokens)
