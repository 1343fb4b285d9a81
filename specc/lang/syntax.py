"""Text to tree: lark's LALR parser, going on after an error with the next statement.

lark is imported with the first parse, since whoever only names this module should not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from specc.diag.diagnostic import CompilerBug
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.lang.grammar import grammar_text
from specc.lang.problems import Problems
from specc.lang.tokens import Token, missing

if TYPE_CHECKING:
    from lark import Lark, Tree
    from lark.parsers.lalr_parser_state import ParserState

_BOUNDARY = frozenset({"_END", "LBRACE", "RBRACE"})


def parse(source: Source, sink: Sink) -> Tree[Token]:
    """The tree of a source. Syntax errors go to the sink; what is broken is not in the tree."""
    problems = Problems()
    tree, _ = parse_with_comments(source, problems)
    problems.hand_over(sink)
    return tree


def parse_with_comments(source: Source, problems: Problems) -> tuple[Tree[Token], list[Token]]:
    """The tree, and beside it the comments, of which the grammar knows nothing."""
    from specc.lang.brackets import balance
    from specc.lang.layout import lay_out
    from specc.lang.lexer import Scanner

    scanner = _parser().parser.lexer
    if not isinstance(scanner, Scanner):
        raise CompilerBug("lark did not take the scanner")
    scan = scanner.scan(source, problems)
    tokens = balance(scan.tokens, source, problems, scan.cut)
    return _build(lay_out(tokens, source, problems), source, problems), scan.comments


@cache
def _parser() -> Lark:
    """The parser, made from the grammar once per process."""
    from lark import Lark

    from specc.lang.lexer import Scanner

    return Lark(grammar_text(), parser="lalr", lexer=Scanner, maybe_placeholders=False)


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
            first = _recover(state, tokens, index, set(error.expected), source, problems)
    tree = feed(missing("$END", len(source.text)), is_end=True)
    if not isinstance(tree, Tree):
        raise CompilerBug("the parser made no tree")
    return tree


def _recover(
    state: ParserState[Any],
    tokens: list[Token],
    index: int,
    wanted: set[str],
    source: Source,
    problems: Problems,
) -> int:
    """Report the error at a token, unwind its statement, and say where to go on.

    Every statement of the token stream ends with _END, so that the next one is easily found. A
    statement that opens a block leaves `NAME {` behind, and the statements inside are read as if
    nothing had happened.
    """
    from specc.lang.error_place import ErrorPlace
    from specc.lang.expected import unexpected

    feed: Callable[..., Any] = state.feed_token
    begin = index
    while begin and tokens[begin - 1].type not in _BOUNDARY:
        begin -= 1
    end = index
    while tokens[end].type not in ("_END", "LBRACE"):
        end += 1
    first = tokens[begin].start
    here = ErrorPlace(tokens, begin, index, wanted, source)
    if not problems.within(source.text.rfind("\n", 0, first) + 1, tokens[end].end):
        problems.add(unexpected(here))
    if begin and begin == index and tokens[begin - 1].type == "RBRACE":
        # `}` and then more on its line: the statement is whole, only its end is missing.
        feed(missing("_END", tokens[begin - 1].end))
        return index if tokens[index].type == "NAME" else _next_statement(tokens, index)
    while state.value_stack and _first_place(state.value_stack[-1]) >= first:
        state.value_stack.pop()
        state.state_stack.pop()
    if here.runs_on() is not None:
        # The line is a statement of its own; the operator before it gives way to the missing end.
        tokens[index - 2] = missing("_END", tokens[index - 2].start)
        return index - 1
    if tokens[end].type == "LBRACE" and begin < end and tokens[begin].type == "NAME":
        feed(tokens[begin])
        return end
    return _next_statement(tokens, end)


def _next_statement(tokens: list[Token], index: int) -> int:
    """The token behind the _END of the statement in which this one stands."""
    depth = 0
    while depth or tokens[index].type != "_END":
        depth += (tokens[index].type == "LBRACE") - (tokens[index].type == "RBRACE")
        index += 1
    return index + 1


def _first_place(node: Any) -> int:
    """Where an entry of the parser's value stack begins."""
    while getattr(node, "children", None):
        node = node.children[0]
    return int(getattr(node, "start", -1))
