"""The stored tables of the parser say what the grammar says, and are used only then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lark import Lark
from spec_samples import TOURS, content, findings

from specc.lang import syntax, tables
from specc.lang.grammar import grammar_text


def test_the_stored_tables_are_those_of_the_grammar() -> None:
    with open(tables.tables_path(), encoding="utf-8") as file:
        stored = json.load(file)
    assert stored["grammar"] == grammar_text(), "run python -m specc.lang.tables"


def test_tables_make_the_same_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grammar = grammar_text()
    path = tmp_path / "specc.tables.json"
    path.write_text(tables.dumped(grammar), encoding="utf-8")
    parsers = (tables.loaded(str(path), grammar), tables.built(grammar))
    results = []
    for parser in parsers:
        assert isinstance(parser, Lark)
        monkeypatch.setattr(syntax, "_parser", lambda parser=parser: parser)
        specs = [findings(text) for text in (*TOURS, "a 1 2\nb =\nc {\n d 3 as\n e 4\n")]
        results.append([(content(s.statements), [d.message for d in found]) for s, found in specs])
    assert results[0] == results[1]


def test_tables_of_another_grammar_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "specc.tables.json"
    path.write_text(tables.dumped('start: "a"'), encoding="utf-8")
    assert tables.loaded(str(path), grammar_text()) is None
    assert tables.loaded(str(path), 'start: "a"') is not None


def test_tables_of_another_lark_are_not_used(tmp_path: Path) -> None:
    stored = json.loads(tables.dumped(grammar_text()))
    path = tmp_path / "specc.tables.json"
    path.write_text(json.dumps({**stored, "lark": "0.0.0"}), encoding="utf-8")
    assert tables.loaded(str(path), grammar_text()) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", "\ufffd"])
def test_broken_tables_are_not_used(tmp_path: Path, text: str) -> None:
    path = tmp_path / "specc.tables.json"
    path.write_text(text, encoding="utf-8")
    assert tables.loaded(str(path), grammar_text()) is None
    assert tables.loaded(str(tmp_path / "missing.json"), grammar_text()) is None
