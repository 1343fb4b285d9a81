"""Brackets balanced before parsing, so that a missing one is named where it is missing.

After this every bracket has its partner: closers that close nothing are dropped, missing closers
are put in. A round bracket that is never closed ends with its line, a block where the indentation
says so. Braces that hold a set of choices become SET_OPEN and SET_CLOSE; square brackets, a habit
from Python, become round ones.
"""

from __future__ import annotations

from specc.diag.source import Source
from specc.lang.matching import Matching, match
from specc.lang.problems import Problems
from specc.lang.tokens import Token, missing


def balance(tokens: list[Token], source: Source, problems: Problems, cut: bool) -> list[Token]:
    """The tokens with every bracket matched. With `cut` the text goes on after them, unread."""
    found = match(tokens, source, by_indentation=False)
    cut = cut or found.cut is not None
    if found.block_errors and not cut:
        # Counting blames the outermost block. If the indentation tells a simpler story, believe it.
        indented = match(tokens, source, by_indentation=True)
        if len(indented.errors) <= len(found.errors):
            found = indented
    for diagnostic, at_end in found.errors:
        if not (cut and at_end):
            problems.add(diagnostic)
    if found.cut:
        # What is left of a statement that is cut off is not one more error.
        problems.mark(tokens[found.cut - 1].start)
    if not (found.retyped or found.dropped or found.inserted):
        return tokens
    return _repaired(tokens, found)


def _repaired(tokens: list[Token], found: Matching) -> list[Token]:
    end = found.cut if found.cut is not None else len(tokens)
    balanced: list[Token] = []
    for index in range(end + 1):
        balanced += [missing(kind, balanced[-1].end) for kind in found.inserted.get(index, ())]
        if index < end and index not in found.dropped:
            token = tokens[index]
            token.type = found.retyped.get(index, token.type)
            balanced.append(token)
    return balanced
