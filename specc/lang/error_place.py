"""The surroundings of a token that the parser did not expect."""

from __future__ import annotations

from typing import Final

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.source import Source, Span
from specc.lang.tokens import CLOSE, OPEN, OPERATORS, PLAIN_VALUE, Token

BEGIN_VALUE: Final = PLAIN_VALUE | {"LPAR"}
END_VALUE: Final = PLAIN_VALUE | CLOSE

_PHRASES: Final = {
    "NUMBER": "a value",
    "COMMA": "`,`",
    "RPAR": "`)`",
    "SET_CLOSE": "`}`",
    "_END": "the end of the line",
}


class ErrorPlace:
    """The token, the statement up to it, and what the parser would have taken instead."""

    def __init__(
        self, tokens: list[Token], begin: int, index: int, wanted: set[str], source: Source
    ) -> None:
        self.token = tokens[index]
        self.kind = self.token.type
        self.head = tokens[begin:index]
        self.before = self.head[-1] if self.head else None
        self.next = tokens[index + 1] if index + 1 < len(tokens) else None
        self.previous = tokens[begin - 1] if begin else None
        """The last token of the statement before, if this is the first of its own."""
        self.wanted = wanted
        self.source = source
        self._tokens = tokens
        self._index = index

    def rest(self) -> list[Token]:
        """The tokens from this one to the end of its line, or to the next brace."""
        at = self._index + 1
        while self._tokens[at].type not in ("_END", "LBRACE", "RBRACE"):
            at += 1
        return self._tokens[self._index : at]

    def block(self) -> str:
        """The word of the statement in whose block this one stands; empty at the top."""
        depth, at = 0, self._index - len(self.head) - 1
        while at >= 0:
            kind = self._tokens[at].type
            depth += (kind == "RBRACE") - (kind == "LBRACE")
            if depth < 0:
                break
            at -= 1
        while at > 0 and self._tokens[at - 1].type not in ("_END", "LBRACE", "RBRACE"):
            at -= 1
        return self._tokens[at].text if at >= 0 else ""

    @property
    def found(self) -> str:
        if self.kind == "_END" or not self.token.text:
            return "the end of the line"
        return "a string" if self.kind == "STRING" else f"`{self.token}`"

    @property
    def gap(self) -> Span:
        """What stands between the token before and this one."""
        end = self.token.start if self.before is None else self.before.end
        return Span(self.source, end, self.token.start)

    @property
    def spaced(self) -> bool:
        """Whether a space, or the end of the line, follows the token."""
        return self.source.text[self.token.end : self.token.end + 1].strip() == ""

    @property
    def on_new_line(self) -> bool:
        return "\n" in self.gap.text

    def open_bracket(self) -> Token | None:
        """The innermost bracket that is open in this statement."""
        stack: list[Token] = []
        for token in self.head:
            if token.type in OPEN:
                stack.append(token)
            elif token.type in ("RPAR", "SET_CLOSE"):
                stack.pop()
        return stack[-1] if stack else None

    def runs_on(self) -> Token | None:
        """The operator or comma that ties this statement to what seems to be the next one.

        In `dense 64,` and `dropout keep = 0.9` on two lines, the comma makes the second line part
        of the first, and the error shows only behind `dropout`.
        """
        if len(self.head) < 3 or self.kind not in BEGIN_VALUE | {"ARROW", "LBRACE", "COMPARE"}:
            return None
        last, word = self.head[-2:]
        if last.type not in OPERATORS or word.type != "NAME" or self.open_bracket():
            return None
        between = self.source.text.find("\n", last.end, word.start)
        return last if between >= 0 and not self.on_new_line else None

    def wishes(self) -> str:
        """What the parser would have taken, in words."""
        phrases = [text for kind, text in _PHRASES.items() if kind in self.wanted]
        if not phrases:
            phrases = ["a comparison" if "COMPARE" in self.wanted else "a name"]
        return phrases[0] if len(phrases) == 1 else ", ".join(phrases[:-1]) + " or " + phrases[-1]

    def error(
        self, message: str, label: str, *helps: Help, code: str = "E0101", note: str = ""
    ) -> Diagnostic:
        """A diagnostic at the token; where that is the end of a line, at the last word on it."""
        token = self.token
        if self.kind == "_END" and self.before is not None:
            token = self.before
        return Diagnostic(
            code,
            message,
            Label(token.span(self.source), label),
            notes=(note,) if note else (),
            helps=helps,
        )
