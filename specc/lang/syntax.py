"""Text to tree: an LALR parser that goes on after an error with the next statement."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from itertools import pairwise

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.lang.automaton import Automaton, Node, Tables
from specc.lang.brackets import balance
from specc.lang.layout import lay_out
from specc.lang.lexer import MOST_TOKENS, Scanner
from specc.lang.problems import Problems
from specc.lang.tables import tables
from specc.lang.tokens import Token
from specc.lang.unsure import unsure


def parse(source: Source, sink: Sink) -> Node:
    """The tree of a source. Syntax errors go to the sink; what is broken is not in the tree."""
    problems = Problems()
    tree, _ = parse_with_comments(source, problems)
    problems.hand_over(sink)
    return tree


def parse_with_comments(
    source: Source, problems: Problems, sound: Collection[str] = ()
) -> tuple[Node, list[Token]]:
    """The tree, and beside it the comments, of which the grammar knows nothing. Most statements
    whose text is known to be `sound` are not in it.
    """
    scan = _scanner().scan(source, problems)
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
        return Node("start", []), scan.comments
    tokens = balance(scan.tokens, source, problems, scan.cut)
    if any(a.type == "COMMA" and b.type == "NEWLINE" for a, b in pairwise(tokens)):
        from specc.lang.commas import without_trailing_commas  # where lines end with one

        tokens = without_trailing_commas(tokens, source, problems)
    return _build(lay_out(tokens, source, problems), source, problems, sound), scan.comments


def raw_tokens(text: str) -> list[Token]:
    """The tokens of a text as they are written, for editors."""
    return _scanner().raw(text)


@cache
def _tables() -> Tables:
    """The grammar, made ready once per process."""
    return tables()


@cache
def _scanner() -> Scanner:
    return Scanner(_tables())


def _build(tokens: list[Token], source: Source, problems: Problems, sound: Collection[str]) -> Node:
    automaton = Automaton(_tables())
    index = 0
    for first, end in unsure(tokens, source.text, sound):
        index = automaton.run(tokens, max(first, index), end)
        while index < end:
            from specc.lang.recovery import recover

            index = recover(automaton, tokens, index, source, problems)
            index = automaton.run(tokens, index, end)
    return automaton.finish(len(source.text))
