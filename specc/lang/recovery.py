"""After a syntax error: report it, drop the broken statement, and say where to go on.

Every statement of the token stream ends with _END, so that the next one is easily found. A broken
statement that opens a block leaves `NAME {` behind, and the statements inside are read as if
nothing had happened.
"""

from __future__ import annotations

from typing import Any

from specc.diag.source import Source
from specc.lang.automaton import Automaton
from specc.lang.error_place import ErrorPlace
from specc.lang.expected import unexpected
from specc.lang.problems import Problems
from specc.lang.tokens import OPERATORS, Token, missing

_BOUNDARY = frozenset({"_END", "LBRACE", "RBRACE"})


def recover(
    automaton: Automaton,
    tokens: list[Token],
    index: int,
    source: Source,
    problems: Problems,
) -> int:
    """Make the parser ready to go on after an error.

    Args:
        automaton: The parser's stacks; the broken statement is taken off them.
        tokens: All tokens; a misplaced operator may be replaced by an _END.
        index: The token that the parser refused.
        source: Where the tokens come from.
        problems: Where the error goes, unless the statement had one already.

    Returns:
        The index of the token to go on with.
    """
    begin = index
    while begin and tokens[begin - 1].type not in _BOUNDARY:
        begin -= 1
    here = ErrorPlace(tokens, begin, index, automaton.wanted, source)
    runs_on = here.runs_on() is not None
    end = index if runs_on else _end(tokens, index, source)
    first = tokens[begin].start
    line = source.text.rfind("\n", 0, first) + 1
    since = max(line, tokens[begin - 1].end if begin else 0)
    if problems.wants(tokens[index].start) and not problems.within(since, tokens[end].end):
        problems.add(unexpected(here))
    if begin and begin == index and tokens[begin - 1].type == "RBRACE":
        # `}` and then more on its line: the statement is whole, only its end is missing.
        automaton.feed(missing("_END", tokens[begin - 1].end))
        return index if tokens[index].type == "NAME" else _behind(tokens, index)
    while automaton.value_stack and _first_place(automaton.value_stack[-1]) >= first:
        automaton.value_stack.pop()
        automaton.state_stack.pop()
    if runs_on:
        # The line is a statement of its own; the operator before it gives way to the missing end.
        tokens[index - 2] = missing("_END", tokens[index - 2].start)
        return index - 1
    if tokens[end].type == "LBRACE" and begin < end and tokens[begin].type == "NAME":
        automaton.feed(tokens[begin])
        return end
    return _behind(tokens, end)


def _end(tokens: list[Token], index: int, source: Source) -> int:
    """The _END of a broken statement, or the `{` of its block."""
    while tokens[index].type not in ("_END", "LBRACE"):
        token, after = tokens[index], tokens[index + 1]
        # After a comma the next line does belong to the statement; after `=` or `then` that is
        # hardly ever meant, and less so where the statement is broken anyway.
        if token.type in OPERATORS and token.type != "COMMA" and after.type == "NAME":
            if source.text.find("\n", token.end, after.start) >= 0:
                tokens[index] = missing("_END", token.end)
                return index
        index += 1
    return index


def _behind(tokens: list[Token], index: int) -> int:
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
