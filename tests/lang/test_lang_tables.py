"""The stored tables of the parser say what the grammar says, and are used only then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lark import UnexpectedToken
from spec_samples import TOURS, content, findings

from specc.diag.source import Source
from specc.lang import syntax, tables
from specc.lang.automaton import Automaton, Node
from specc.lang.brackets import balance
from specc.lang.grammar import grammar_text
from specc.lang.layout import lay_out
from specc.lang.problems import Problems
from specc.lang.tokens import Token

VALUES = [
    *("a 1 + 2 * -b ** 2 // (c - 1)", "a (1, 2), b = 3", "a f(), g(1, x = h(2))", "a (1)"),
    *("a 1 in {1, 2}, 2 in log(1, 2) then b(3)", "a b <= 3, c == d", 'a "x", true, b.c, 80%'),
    *("a.b + c.d * 2 - e.f <= 3", "a <= 1", "a 30 epochs -> 1, 2 as b { c 1 }", "a { }", ""),
]


def tokens_of(text: str) -> list[Token]:
    """What the parser gets to read."""
    source, problems = Source("model.dl", text), Problems()
    scan = syntax._scanner().scan(source, problems)
    return lay_out(balance(scan.tokens, source, problems, scan.cut), source, problems)


def shape(node: Any) -> Any:
    """A tree as nested lists, ours and lark's alike."""
    if isinstance(node, Token):
        return [node.type, node.start]
    return [str(node.data), *map(shape, node.children)]


def test_the_stored_tables_are_those_of_the_grammar() -> None:
    with open(tables.tables_path(), encoding="utf-8") as file:
        stored = file.read()
    assert stored == tables.dumped(grammar_text()), "run python -m specc.lang.tables"


@pytest.mark.parametrize("text", [*TOURS, *VALUES])
def test_the_tree_is_the_one_that_lark_makes(text: str) -> None:
    tokens = tokens_of(text)
    automaton = Automaton(tables.tables())
    assert automaton.run(tokens, 0, len(tokens)) == len(tokens)
    tree = automaton.finish(len(text))
    lark: Any = tables.built(grammar_text()).parse_interactive().parser_state
    for token in tokens_of(text):
        lark.feed_token(token)
    theirs = lark.feed_token(Token("$END", "", len(text), len(text)), is_end=True)
    assert isinstance(tree, Node)
    assert shape(tree) == shape(theirs)


def test_what_would_be_taken_is_what_lark_would_take() -> None:
    for text in ("a 1,", "a =", "a (1 2", "a 1 in", "a 1 as", "a.b 3"):
        tokens = tokens_of(text)
        automaton = Automaton(tables.tables())
        index = automaton.run(tokens, 0, len(tokens))
        lark: Any = tables.built(grammar_text()).parse_interactive().parser_state
        for token in tokens[:index]:
            lark.feed_token(token)
        with pytest.raises(UnexpectedToken) as refused:
            lark.feed_token(tokens[index])
        assert automaton.wanted == set(refused.value.expected)


def test_tables_made_anew_are_the_same_parser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "tables_path", lambda: str(tmp_path / "missing.json"))
    made = tables.tables()
    monkeypatch.undo()
    results = []
    for ready in (made, tables.tables()):
        monkeypatch.setattr(syntax, "_tables", lambda ready=ready: ready)
        specs = [findings(text) for text in (*TOURS, "a 1 2\nb =\nc {\n d 3 as\n e 4\n")]
        results.append([(content(s.statements), [d.message for d in found]) for s, found in specs])
    assert results[0] == results[1]


def test_tables_of_another_grammar_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "specc.tables.json"
    path.write_text(tables.dumped('start: "a"'), encoding="utf-8")
    assert tables.loaded(str(path), grammar_text()) is None
    assert tables.loaded(str(path), 'start: "a"') is not None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", "\ufffd"])
def test_broken_tables_are_not_used(tmp_path: Path, text: str) -> None:
    path = tmp_path / "specc.tables.json"
    path.write_text(text, encoding="utf-8")
    assert tables.loaded(str(path), grammar_text()) is None
    assert tables.loaded(str(tmp_path / "missing.json"), grammar_text()) is None
