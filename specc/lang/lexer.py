"""Text to tokens: one regular expression, made from the grammar's terminals, run over the text.

Lexing never fails. What is misspelt is reported and repaired (`specc.lang.repairs`),
so that the parser sees what the author meant and one cause stays one error.
"""

from __future__ import annotations

import re

from specc.diag.source import Source
from specc.lang.automaton import Tables
from specc.lang.problems import Problems
from specc.lang.tokens import Token
from specc.record import Record

_MISTAKES = frozenset(
    "QUOTED OPEN_STRING BAD_NUMBER BAD_NAME UNKNOWN COLON SEMICOLON C_COMMENT".split()
)
_UNUSUAL = re.compile("[^\n\t\x20-\x7e]")
MOST_TOKENS = 200_000
"""Words and signs of a file; more take seconds to read, and no person has written them."""


class Scan(Record):
    """The tokens of a file, newlines among them; its comments; `cut` if lexing stopped early: no
    further error would be shown, or there is one token more than a file may have.
    """

    tokens: list[Token]
    comments: list[Token]
    cut: bool


class Scanner:
    """The lexer that the grammar's terminals make."""

    def __init__(self, tables: Tables) -> None:
        self._words = tables.words
        self._pattern = re.compile("|".join(f"(?P<{n}>{regex})" for n, regex in tables.terminals))

    def raw(self, text: str) -> list[Token]:
        """The tokens of a text as they are written, comments and newlines among them: nothing is
        reported and nothing is repaired. For editors, which see texts half written."""
        return [
            Token(
                self._words.get(m[0], "NAME") if m.lastgroup == "NAME" else m.lastgroup or "",
                m[0],
                *m.span(),
            )
            for m in self._pattern.finditer(text)
            if m.lastgroup != "WS"
        ]

    def scan(self, source: Source, problems: Problems) -> Scan:
        """All tokens and comments of a source; what is misspelt goes to `problems`."""
        tokens: list[Token] = []
        comments: list[Token] = []
        words = self._words.get
        for match in self._pattern.finditer(source.text):
            kind = match.lastgroup or ""
            if kind == "WS":
                continue
            start, end = match.span()
            text = match[0]
            if kind == "NAME":
                kind = words(text, kind)
            elif kind == "COMMENT":
                comments.append(Token(kind, text.rstrip(), start, end))
                continue
            elif kind in _MISTAKES:
                from specc.lang.repairs import REPAIRS

                tokens += REPAIRS[kind](source, match, tokens, problems)
                if problems.full:  # nothing further on can be among the errors that are shown
                    break
                continue
            tokens.append(Token(kind, text, start, end))
            if len(tokens) > MOST_TOKENS:
                break
        if _UNUSUAL.search(source.text):
            from specc.lang.hidden import hidden_characters

            hidden_characters(source, problems)
        return Scan(tokens, comments, problems.full or len(tokens) > MOST_TOKENS)
