"""Text to tokens: one regular expression, made from the grammar's terminals, run over the text.

Lexing never fails. What is misspelt is reported and repaired (`specc.lang.repairs`),
so that the parser sees what the author meant and one cause stays one error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import lark
from lark.common import LexerConf
from lark.lexer import Lexer, LexerState, TerminalDef

from specc.diag.diagnostic import CompilerBug
from specc.diag.source import Source
from specc.lang.problems import Problems
from specc.lang.tokens import Token

_MISTAKES = frozenset(
    "QUOTED OPEN_STRING BAD_NUMBER BAD_NAME UNKNOWN COLON SEMICOLON C_COMMENT".split()
)
_UNUSUAL = re.compile("[^\n\t\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Scan:
    """The tokens of a file, newlines among them; its comments; `cut` if lexing stopped early."""

    tokens: list[Token]
    comments: list[Token]
    cut: bool


class Scanner(Lexer):
    """The lexer that lark makes from the grammar's terminals."""

    __future_interface__ = 2  # lark hands over the class as it is

    def __init__(self, conf: LexerConf) -> None:
        words = {t.pattern.value: t.name for t in conf.terminals if _is_word(t)}
        others = sorted((t for t in conf.terminals if not _is_word(t)), key=_order)
        self._words = words
        self._pattern = re.compile(
            "|".join(f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in others)
        )

    def lex(self, lexer_state: LexerState, parser_state: object) -> Iterator[lark.Token]:
        """Not used: tokens go through brackets and layout before the parser sees them."""
        raise CompilerBug("the parser asked the lexer for tokens")

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
        if _UNUSUAL.search(source.text):
            from specc.lang.hidden import hidden_characters

            hidden_characters(source, problems)
        return Scan(tokens, comments, problems.full)


def _is_word(terminal: TerminalDef) -> bool:
    return terminal.pattern.type == "str" and terminal.pattern.value.isidentifier()


def _order(terminal: TerminalDef) -> tuple[int, int, int, str]:
    """The order in which lark's own lexer tries terminals."""
    pattern = terminal.pattern
    return (-terminal.priority, -pattern.max_width, -len(pattern.value), terminal.name)
