"""Tree to `Spec`: the frozen form of a file that every later stage works on."""

from __future__ import annotations

import re
from collections.abc import Collection

from specc.diag.diagnostic import CompilerBug, Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Source, Span
from specc.lang.automaton import Node
from specc.lang.comments import Comments
from specc.lang.problems import Problems
from specc.lang.spec import Item, Name, Spec, Statement, Value
from specc.lang.syntax import parse_with_comments
from specc.lang.terms import TermReader
from specc.lang.tokens import Token

LARGEST = 2**20
"""Characters of a file."""
BLOCKS = frozenset(("data", "network", "train", "expect", "search"))
"""Statements of the file that are nothing without their block."""
_BEGINS = re.compile(r"\s*(?!from |import )[A-Za-z]+ ")
"""What most specs begin with."""
CONDITIONS = "where"
"""The word whose arguments are conditions, so that `==` in them is no slip for `=`."""


def read(source: Source, sink: Sink, sound: Collection[str] = ()) -> Spec:
    """The spec in a source.

    Syntax errors go to the sink, in order of place; the spec then holds the statements that could
    be read. Where only the errors are asked for, statements whose text is known to be `sound` are
    left out.
    """
    if len(source.text) > LARGEST:
        sink.add(
            Diagnostic(
                "E0214",
                "the text is longer than 1 MiB",
                Label(Span(source, 0, 0), "not read"),
                helps=(Help("a spec is a short text: data stands in files of its own"),),
            )
        )
        return Spec(source, ())
    if not _BEGINS.match(source.text):
        from specc.lang.other_formats import other_format

        other = other_format(source)
        if other is not None:
            sink.add(other)
            return Spec(source, ())
    problems = Problems()
    tree, found = parse_with_comments(source, problems, sound)
    comments = Comments(found, source.text)
    terms = TermReader(source, problems)
    statements = _StatementReader(source, comments, terms, sound).read_all(tree)
    closing = comments.closing(len(source.text), bool(statements))
    if any(s.word in BLOCKS and s.block is None for s in statements):
        if sound:
            return read(source, sink)  # what stands behind it may be meant to be its block
        from specc.lang.no_braces import without_braces

        for missing in without_braces(statements, BLOCKS):
            begin = missing.place[1]
            line = source.text[begin:].partition("\n")[0]
            if not problems.within(begin, begin + len(line)):
                problems.add(missing)
    problems.hand_over(sink)
    return Spec(source, statements, closing)


class _StatementReader:
    """Reads statements in order of the text, the order in which comments are handed out."""

    def __init__(
        self, source: Source, comments: Comments, terms: TermReader, sound: Collection[str]
    ) -> None:
        self._source = source
        self._comments = comments
        self._terms = terms
        self._sound = sound

    def read_all(self, parent: Node) -> tuple[Statement, ...]:
        nodes = [node for node in parent.children if not isinstance(node, Token)]
        if self._sound:
            nodes = [node for node in nodes if self._text(node) not in self._sound]
        return tuple(self._statement(node, index == 0) for index, node in enumerate(nodes))

    def _text(self, node: Node) -> str:
        start, end = self._terms.ends(node)
        return self._source.text[start:end]

    def _statement(self, node: Node, first: bool) -> Statement:
        start = self._terms.span(node).start
        begins = self._comments.begins(start)
        blank = not first and self._comments.blank_above(begins)
        leading = self._comments.above(start)
        begin = node.children[0]
        if isinstance(begin, Token):
            return self._words(node, begin, blank, leading)
        return self._claim(begin, blank, leading)

    def _claim(self, node: Node, blank: bool, leading: tuple[str, ...]) -> Statement:
        claim = self._terms.comparison(node)
        word = node.children[0]
        while not isinstance(word, Token):
            word = word.children[0]
        return Statement(
            word.text,
            word.span(self._source),
            (),
            claim.span,
            claim.span,
            claim=claim,
            leading=leading + self._comments.within(claim.span.end),
            trailing=self._comments.behind(claim.span.end),
            blank_before=blank,
        )

    def _words(self, node: Node, word: Token, blank: bool, leading: tuple[str, ...]) -> Statement:
        items: tuple[Item, ...] = ()
        dims: tuple[Value, ...] | None = None
        dims_span: Span | None = None
        alias: Name | None = None
        block: Node | None = None
        place = head = word.span(self._source)
        for part in node.children[1:]:
            if isinstance(part, Token):
                raise CompilerBug("a statement has one word")
            if part.data == "block":
                block = part
                break
            span = self._terms.span(part)
            if part.data == "items":
                conditions = word.text == CONDITIONS
                items = tuple(self._terms.item(n, conditions) for n in part.children)
            elif part.data == "dims":
                dims = tuple(self._terms.value(n) for n in part.children[1::2])
                dims_span = span
            else:
                alias = Name(str(part.children[0]), span)
            head = head.to(span)
        leading += self._comments.within(head.end)
        if block is None:
            behind = self._comments.behind(head.end)
            return Statement(
                word.text,
                place,
                items,
                head,
                head,
                dims,
                dims_span,
                alias,
                leading=leading,
                trailing=behind,
                blank_before=blank,
            )
        braces = self._terms.span(block)
        one_line = "\n" not in braces.text
        behind = None if one_line else self._comments.behind(braces.start + 1)
        statements = self.read_all(block)
        inner = self._comments.closing(braces.end - 1, bool(statements))
        last = self._comments.behind(braces.end)
        return Statement(
            word.text,
            place,
            items,
            head.to(braces),
            head,
            dims,
            dims_span,
            alias,
            statements,
            leading=leading,
            trailing=last if one_line else behind,
            blank_before=blank,
            inner=inner,
            one_line=one_line,
            ending=None if one_line else last,
        )
