"""E0107: a block written as a call, its statements in round brackets with commas between them.

    train(epochs = 30, batch_size = 64)   ->   train {
                                                   run 30 epochs
                                                   batch 64
                                               }

One finding with all its edits. What has no counterpart in the block stays as it is, and is an
error of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Source, Span
from specc.lang.foreign_statements import habit
from specc.lang.report import listing
from specc.lang.tokens import CLOSE, OPEN, OPERATORS, PLAIN_VALUE, WORDS, Token
from specc.lang.vocabulary import begins_statement, has_argument, layer_meant, statement_of
from specc.library.statements import BLOCKS

LAYERS: Final = ("input", "dense")
INDENT: Final = "    "

Piece = list[Token]


class CalledBlock:
    """The words `train(epochs = 30, batch_size = 64) as x`, read as a block.

    pieces: the tokens of each statement between the brackets, as they are meant; none where they
    make no statements. error: what to say.
    """

    def __init__(self, tokens: list[Token], begin: int, close: int, source: Source) -> None:
        self._source = source
        self._word = tokens[begin].text
        self._opener, self._closer = tokens[begin + 1], tokens[close]
        self._gap = Span(source, tokens[begin].end, self._opener.end)
        self._end = Span(source, self._closer.start, tokens[-1].end)
        self._tail = source.text[self._closer.end : tokens[-1].end].rstrip()
        self._edits: list[Edit] = []
        written = list(self._split(tokens[begin + 2 : close]))
        sound = bool(written) and all(piece[0].type in WORDS for piece in written)
        self.pieces = [self._meant(piece) for piece in written] if sound else []
        if sound:
            self._lay_out(written)
        self.error = Diagnostic(
            "E0107",
            f"the statements of `{self._word}` stand in braces, not in round brackets",
            Label(self._opener.span(source), "should be `{`"),
            helps=(self._help(),),
        )

    def _help(self) -> Help:
        if not self.pieces:
            known = listing(tuple(BLOCKS.get(self._word, LAYERS)), 4)
            return Help(f"put statements in braces; each begins with a word, such as {known}")
        return Help("put them in braces", tuple(sorted(self._edits, key=lambda e: e.span.start)))

    # What the statements are

    def _split(self, inner: list[Token]) -> Iterator[Piece]:
        """The tokens between the brackets, statement by statement, without the commas between."""
        piece: Piece = []
        for comma, item in self._items(inner):
            if piece and (comma is None or self._begins(item, piece)):
                yield piece
                piece = []
            elif piece and comma is not None:
                piece.append(comma)
            piece += item
        if piece:
            yield piece

    def _items(self, inner: list[Token]) -> Iterator[tuple[Token | None, Piece]]:
        """What commas and ends of lines set apart, with the comma before it, if there is one."""
        item: Piece = []
        depth = 0
        comma: Token | None = None
        for token in inner:
            kind = token.type
            if kind == "COMMA" and not depth:
                if item:
                    yield comma, item
                item, comma = [], token
                continue
            if item and not depth and item[-1].type not in OPERATORS and kind not in OPERATORS:
                if "\n" in self._source.text[item[-1].end : token.start]:
                    yield comma, item
                    item, comma = [], None
            depth += (kind in OPEN) - (kind in CLOSE)
            item.append(token)
        if item:
            yield comma, item

    def _begins(self, item: Piece, before: Piece) -> bool:
        """Whether what stands behind a comma begins a statement, rather than to go on with the one
        before it.
        """
        first, second = item[0], item[1].type if len(item) > 1 else ""
        if first.type not in WORDS:
            return False
        begins = begins_statement(first.text)
        if second == "EQUAL":
            same = len(before) > 1 and before[1].type == "EQUAL"
            return same or (begins and not has_argument(before[0].text, first.text))
        if second == "LPAR" or not second:
            called = len(before) > 1 and before[1].type == "LPAR"
            return begins or called or bool(second and layer_meant(first.text))
        return second in PLAIN_VALUE or any(t.type == "COMPARE" for t in item)

    def _meant(self, piece: Piece) -> Piece:
        """`epochs = 30` as the tokens of `run 30 epochs`, with the edits that make it so."""
        first = piece[0]
        place = first.span(self._source)
        second = piece[1].type if len(piece) > 1 else ""
        own = BLOCKS.get(self._word, {})
        if second == "LPAR":
            statement = statement_of(first.text)
            if statement not in own:
                return piece
            start = Span(self._source, first.start, first.start)
            self._edits.append(Edit(start, f"{statement} "))
            return [Token("NAME", f"{statement}", first.start, first.start), *piece]
        if second != "EQUAL" or len(piece) < 3 or self._word == "expect":
            return piece
        gap = Span(self._source, first.end, piece[2].start)
        if first.text in own or (not own and begins_statement(first.text)):
            values = self._without_brackets(piece[2:])
            self._edits.append(Edit(Span(gap.source, gap.start, values[0].start), " "))
            return [first, *values]
        known = habit(first.text)
        if known is None or known.block != self._word or known.remark or len(piece) != 3:
            return piece
        word, _, rest = known.write.partition(" {}")
        if not known.write.startswith(f"{word} {{}}"):
            return piece
        end = piece[2].span(self._source).after()
        self._edits += [Edit(place, word), Edit(gap, " "), Edit(end, rest)]
        unit = [Token("NAME", rest.strip(), end.start, end.start)] if rest else []
        return [Token("NAME", word, first.start, first.end), piece[2], *unit]

    def _without_brackets(self, values: Piece) -> Piece:
        """`split = (80%, 20%)`: several values of a statement stand without brackets."""
        first, last = values[0], values[-1]
        depth = whole = 0
        for token in values:
            depth += (token.type in OPEN) - (token.type in CLOSE)
            whole += not depth
        if first.type != "LPAR" or whole != 1 or len(values) < 3:
            return values
        if (first.text, last.text) != ("(", ")"):
            return values
        self._edits.append(Edit(Span(self._source, values[-2].end, last.end), ""))
        return values[1:-1]

    # Where they stand

    def _lay_out(self, written: list[Piece]) -> None:
        """Braces in place of the brackets, and each statement on a line of its own."""
        text = self._source.text
        line = text.rfind("\n", 0, self._gap.start) + 1
        indent = text[line : self._gap.start]
        indent = indent[: len(indent) - len(indent.lstrip())]
        inside = text[self._opener.end : self._closer.start]
        lines = len(written) > 1 or "\n" in inside
        new_line = f"\n{indent}{INDENT}" if lines else " "
        first, last = written[0][0], written[-1][-1]
        begins_line = "\n" in text[self._opener.end : first.start]
        start, end = f"{self._tail} {{", "}"
        if begins_line:
            self._edits.append(Edit(self._gap, start))
        else:
            whole = Span(self._source, self._gap.start, first.start)
            self._edits.append(Edit(whole, start + new_line))
        for piece, after in pairwise(written):
            between = Span(self._source, piece[-1].end, after[0].start)
            self._separate(between, begins_line, new_line)
        behind = Span(self._source, last.end, self._closer.start)
        if "\n" in behind.text:
            self._separate(behind, True, "")
            self._edits.append(Edit(self._end, end))
        else:
            whole = Span(self._source, last.end, self._end.end)
            self._edits.append(Edit(whole, (f"\n{indent}" if lines else " ") + end))

    def _separate(self, between: Span, keeps: bool, new_line: str) -> None:
        """Take the comma between two statements out; where it was all, begin a new line."""
        rest = between.text.strip()
        if rest in ("", ",") and not (keeps and "\n" in between.text):
            self._edits.append(Edit(between, new_line))
        elif "," in between.text.partition("#")[0]:
            at = between.start + between.text.index(",")
            self._edits.append(Edit(Span(between.source, at, at + 1), ""))
