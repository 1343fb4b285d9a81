"""Which bracket closes which, and what to do about those that have no partner."""

from __future__ import annotations

from typing import Final

from specc.diag.diagnostic import Diagnostic, Edit
from specc.diag.source import Source, Span
from specc.lang import bracket_errors
from specc.lang.tokens import OPERATORS, Token

DEEPEST: Final = 64
"""Levels of brackets and blocks, so that no later stage can run out of stack."""

_OPENERS: Final = frozenset({"LPAR", "LBRACKET", "LBRACE"})
_BRACKETS: Final = _OPENERS | {"RPAR", "RBRACKET", "RBRACE"}
_PARTNERS: Final = {
    "RPAR": ("LPAR",),
    "RBRACKET": ("LBRACKET",),
    "RBRACE": ("SET_OPEN", "LBRACE"),
}
_CLOSER: Final = {"LPAR": "RPAR", "LBRACKET": "RPAR", "SET_OPEN": "SET_CLOSE"}
_TEXT: Final = {"RPAR": ")", "SET_CLOSE": "}"}


class Matching:
    """What one pass over the brackets found, and would change, by index of token.

    errors: with each, whether it comes only of the end of the text. cut: the bracket that is too
    deep; nothing from it on is read.
    """

    __slots__ = ("block_errors", "cut", "dropped", "errors", "inserted", "retyped")

    def __init__(self) -> None:
        self.errors: list[tuple[Diagnostic, bool]] = []
        self.block_errors = 0
        self.retyped: dict[int, str] = {}
        self.dropped: set[int] = set()
        self.inserted: dict[int, list[str]] = {}
        self.cut: int | None = None


def match(tokens: list[Token], source: Source, by_indentation: bool) -> Matching:
    """One pass over the brackets. `by_indentation` lets lines close blocks as well as braces."""
    matcher = _Matcher(tokens, source)
    for index, token in enumerate(tokens):
        if by_indentation and matcher.begins_line(index):
            matcher.outdent(index)
        if token.type not in _BRACKETS:
            continue
        if token.type not in _OPENERS:
            matcher.close(index)
        elif len(matcher.stack) < DEEPEST:
            matcher.open(index)
        else:
            matcher.too_deep(index)
            break
    matcher.finish()
    return matcher.result


class _Matcher:
    """The stack of open brackets, by index of token, and the repairs so far."""

    def __init__(self, tokens: list[Token], source: Source) -> None:
        self.stack: list[int] = []
        self.result = Matching()
        self._tokens = tokens
        self._source = source
        self._closed: Span | None = None

    def begins_line(self, index: int) -> bool:
        """Whether this token is the first of a line that does not go on with the line before."""
        tokens = self._tokens
        if tokens[index].type == "NEWLINE" or (index and tokens[index - 1].type != "NEWLINE"):
            return False
        return index < 2 or tokens[index - 2].type not in OPERATORS

    def open(self, index: int) -> None:
        kind = self._tokens[index].type
        if kind == "LBRACKET":
            self.result.retyped[index] = "LPAR"
        elif kind == "LBRACE" and self._opens_set(index):
            self.result.retyped[index] = "SET_OPEN"
        elif kind == "LBRACE":
            # A block cannot begin inside other brackets: they were not closed.
            self._end_lines(self._above(("LBRACE",)), index)
        self.stack.append(index)

    def close(self, index: int) -> None:
        """A closer, and what it shows about the brackets that are open."""
        kind = self._tokens[index].type
        above = self._above(_PARTNERS[kind], within_block=kind != "RBRACE")
        found = len(self.stack) - len(above) - 1
        if self._is_slip(index, above, found):
            opener = self.stack.pop()
            if self._kind(opener) == "LBRACKET":
                self._square(opener, index)
            else:
                want = _CLOSER[self._kind(opener)]
                self.result.retyped[index] = want
                spans = self._span(opener), self._span(index)
                self._error(bracket_errors.mismatched(*spans, _TEXT[want]))
        elif found < 0:
            self._stray(index)
        else:
            self._end_lines(above, index)
            opener = self.stack.pop()
            if self._kind(opener) == "SET_OPEN":
                self.result.retyped[index] = "SET_CLOSE"
            elif kind == "RBRACKET":
                self._square(opener, index)
            elif kind == "RBRACE":
                self._closed = self._span(opener)

    def outdent(self, index: int) -> None:
        """Close the blocks that the indentation of this line closes."""
        if not self.stack or self._kind(self.stack[-1]) != "LBRACE":
            return
        column = self._indent(index)
        blocks = [i for i in self.stack if self._kind(i) == "LBRACE"]
        if self._tokens[index].type != "RBRACE":
            column -= 1  # a statement closes the blocks that stand as far right as itself, too
        elif all(self._indent(i) > column for i in blocks):
            return
        while blocks and self._indent(blocks[-1]) > column:
            self._end_block(blocks.pop(), index)

    def finish(self) -> None:
        """The end of the text: whatever is open now is never closed."""
        end = self.result.cut if self.result.cut is not None else len(self._tokens)
        while self.stack:
            self._end_lines(self._above(("LBRACE",)), end)
            if self.stack:
                self._end_block(self.stack[-1], end)

    def too_deep(self, index: int) -> None:
        """Stop at the bracket that is one too many."""
        places = self._span(index), self._span(self.stack[0])
        self._error(bracket_errors.too_deep(*places, DEEPEST))
        self.result.cut = index

    # What is open

    def _kind(self, index: int) -> str:
        kind = self._tokens[index].type
        return self.result.retyped.get(index, kind) if kind == "LBRACE" else kind

    def _above(self, kinds: tuple[str, ...], within_block: bool = False) -> list[int]:
        """The open brackets above the innermost one of these kinds; all if there is none."""
        for at in range(len(self.stack) - 1, -1, -1):
            kind = self._kind(self.stack[at])
            if kind in kinds:
                return self.stack[at + 1 :]
            if within_block and kind == "LBRACE":
                break
        return self.stack[:]

    def _opens_set(self, index: int) -> bool:
        """A `{` opens a set after `in`, and, by mistake, where only a value can stand."""
        before = index - 1
        while before >= 0 and self._tokens[before].type == "NEWLINE":
            before -= 1
        kind = self._tokens[before].type if before >= 0 else ""
        last = index + 1 == len(self._tokens) or self._tokens[index + 1].type == "NEWLINE"
        if not last and kind == "NAME" and before > 0 and self._tokens[before - 1].type == "NUMBER":
            # `64 n {32, 64}`: no statement begins with a number, so the word was to be `in`.
            return self._tokens[index + 1].type == "NUMBER"
        if not last and kind == "NAME" and self._tokens[before].type == "NAME":
            # `dense {16, 32}`: nor with one behind the brace of a block.
            following = [t.type for t in self._tokens[index + 1 : index + 3]]
            choices = following in (["NUMBER", "COMMA"], ["NUMBER", "RBRACE"])
            return choices and self._same_line(before, index)
        return kind == "IN" or (not last and (kind in OPERATORS or kind in _CLOSER))

    def _is_slip(self, index: int, above: list[int], found: int) -> bool:
        """Whether a closer of the wrong form was meant for the bracket that is open.

        `f(1}` is a slip of the finger, unless the brace has a block of its own to close.
        """
        inner = [i for i in above if self._kind(i) != "LBRACE"]
        if not inner or found < 0:
            return bool(inner)
        near = self._same_line(inner[0], index) and not self._same_line(self.stack[found], index)
        return near and self._tokens[index].type == "RBRACE"

    # Places

    def _span(self, index: int) -> Span:
        return self._tokens[index].span(self._source)

    def _same_line(self, first: int, second: int) -> bool:
        places = self._tokens[first].start, self._tokens[second].start
        return self._source.text.find("\n", *places) < 0

    def _line_start(self, index: int) -> int:
        return self._source.text.rfind("\n", 0, self._tokens[index].start) + 1

    def _indent(self, index: int) -> int:
        """Column of the first character of the line on which a token stands."""
        start = at = self._line_start(index)
        while self._source.text[at] in " \t":
            at += 1
        return at - start

    def _word_before(self, index: int) -> Span:
        """The nearest token before this one that is no newline."""
        index -= 1
        while self._tokens[index].type == "NEWLINE":
            index -= 1
        return self._span(index)

    def _end_of_line(self, index: int, limit: int) -> int:
        """The token that ends the line of a bracket, or the first that cannot belong to it."""
        for at in range(index + 1, limit):
            if self._tokens[at].type == "NEWLINE" and self._tokens[at - 1].type not in OPERATORS:
                return at
        return limit

    # Findings and repairs

    def _error(self, diagnostic: Diagnostic, at_end: bool = False, block: bool = False) -> None:
        self.result.errors.append((diagnostic, at_end))
        self.result.block_errors += block

    def _is_end(self, index: int) -> bool:
        return index == len(self._tokens) or index == self.result.cut

    def _end_lines(self, openers: list[int], before: int) -> None:
        """Brackets that are not closed before this token end with their line; one error a line."""
        while openers:
            line = [i for i in openers if self._same_line(openers[0], i)]
            openers = openers[len(line) :]
            place = self._end_of_line(line[-1], before)
            kinds = [_CLOSER[self._kind(i)] for i in reversed(line)]
            self.result.inserted.setdefault(place, [])[:0] = kinds
            text = "".join(_TEXT[kind] for kind in kinds)
            end = self._word_before(place).after()
            error = bracket_errors.unclosed(self._span(line[0]), text, end)
            self._error(error, self._is_end(before))
            self.stack = [i for i in self.stack if i not in line]

    def _end_block(self, opener: int, before: int) -> None:
        """A block that should have been closed before this token."""
        self._end_lines(self.stack[self.stack.index(opener) + 1 :], before)
        self.stack.remove(opener)
        self.result.inserted.setdefault(before, []).append("RBRACE")
        text = self._source.text
        begin = self._line_start(opener)
        closer = text[begin : begin + self._indent(opener)] + "}\n"
        at_end = before == len(self._tokens)
        if at_end:
            place, at = self._word_before(before), len(text)
            closer = closer if text.endswith("\n") else "\n" + closer
        else:
            place, at = self._span(before), self._line_start(before)
        insert = Edit(Span(self._source, at, at), closer)
        error = bracket_errors.unclosed_block(self._span(opener), place, insert, at_end)
        self._error(error, self._is_end(before), block=True)

    def _stray(self, index: int) -> None:
        """A closer for which nothing is open."""
        self.result.dropped.add(index)
        brace = self._tokens[index].type == "RBRACE"
        still_open = self._span(self.stack[-1]) if self.stack else None
        closed = self._closed if brace else None
        self._error(bracket_errors.stray(self._span(index), closed, still_open), block=brace)

    def _square(self, opener: int, index: int) -> None:
        """`[1, 2]`, and what it is meant to be."""
        before = self._tokens[opener - 1] if opener else None
        use, nominal = "list", ""
        self.result.retyped[index] = "RPAR"
        if before is not None and before.type == "IN":
            use = "choices"
            self.result.retyped[opener], self.result.retyped[index] = "SET_OPEN", "SET_CLOSE"
        elif before is not None and before.type in ("NAME", "DOTTED"):
            use = "index" if before.end == self._tokens[opener].start else "list"
            nominal = self._nominal(opener) if use == "list" else ""
        use = "choices" if nominal else use
        ends = self._span(opener), self._span(index)
        self._error(bracket_errors.square(*ends, use, nominal))

    def _nominal(self, opener: int) -> str:
        """The first of several numbers where a statement takes a single one: `batch [32, 64]`."""
        from specc.lang.vocabulary import takes_number

        begins = opener < 2 or self._tokens[opener - 2].type in ("NEWLINE", "LBRACE", "RBRACE")
        first = self._tokens[opener + 1]
        several = first.type == "NUMBER" and self._tokens[opener + 2].type == "COMMA"
        numbers = begins and several and takes_number(self._tokens[opener - 1].text)
        return first.text if numbers else ""
