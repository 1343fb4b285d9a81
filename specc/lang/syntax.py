"""Text to tree: lark's LALR parser, going on after an error with the next statement.

lark is imported with the first parse, since whoever only names this module should not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from specc.diag.diagnostic import CompilerBug, Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.lang.problems import Problems
from specc.lang.tokens import Token, missing

MOST_TOKENS = 200_000
"""Words and signs of a file; more take seconds to read, and no person has written them."""

if TYPE_CHECKING:
    from lark import Lark, Tree
    from lark.parsers.lalr_parser_state import ParserState


def parse(source: Source, sink: Sink) -> Tree[Token]:
    """The tree of a source. Syntax errors go to the sink; what is broken is not in the tree."""
    problems = Problems()
    tree, _ = parse_with_comments(source, problems)
    problems.hand_over(sink)
    return tree


def parse_with_comments(source: Source, problems: Problems) -> tuple[Tree[Token], list[Token]]:
    """The tree, and beside it the comments, of which the grammar knows nothing."""
    from lark import Tree

    from specc.lang.brackets import balance
    from specc.lang.layout import lay_out
    from specc.lang.lexer import Scanner

    scanner = _parser().parser.lexer
    if not isinstance(scanner, Scanner):
        raise CompilerBug("lark did not take the scanner")
    scan = scanner.scan(source, problems)
    if len(scan.tokens) > MOST_TOKENS:
        place = scan.tokens[MOST_TOKENS].span(source)
        problems.add(
            Diagnostic(
                "E0214",
                f"the text has more than {MOST_TOKENS:,} words and signs",
                Label(place, "not read"),
                helps=(Help("a spec is a short text: data stands in files of its own"),),
            )
        )
        return Tree("start", []), scan.comments
    tokens = balance(scan.tokens, source, problems, scan.cut)
    return _build(lay_out(tokens, source, problems), source, problems), scan.comments


@cache
def _parser() -> Lark:
    """The parser, made once per process."""
    from specc.lang.tables import parser

    return parser()


def _build(tokens: list[Token], source: Source, problems: Problems) -> Tree[Token]:
    from lark import Tree, UnexpectedToken

    state: ParserState[Any] = _parser().parse_interactive().parser_state
    feed: Callable[..., Any] = state.feed_token
    first, index = 0, 0
    while first < len(tokens):
        try:
            for index in range(first, len(tokens)):
                feed(tokens[index])
            break
        except UnexpectedToken as error:
            from specc.lang.recovery import recover

            first = recover(state, tokens, index, set(error.expected), source, problems)
    tree = feed(missing("$END", len(source.text)), is_end=True)
    if not isinstance(tree, Tree):
        raise CompilerBug("the parser made no tree")
    return tree
