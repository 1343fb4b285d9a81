"""The grammar itself: free of conflicts, found where it is installed, loaded when needed."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from lark import Lark, logger

from specc.diag.diagnostic import CompilerBug
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.lang import grammar, tables
from specc.lang.automaton import Node
from specc.lang.syntax import parse


def test_the_grammar_has_no_conflicts(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger=logger.name)
    tables.built(grammar.grammar_text(), debug=True)
    assert "conflict" not in caplog.text.lower()


def test_a_conflict_would_be_noticed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger=logger.name)
    Lark('start: x\nx: x "+" x | "a"', parser="lalr", debug=True)
    assert "conflict" in caplog.text.lower()


def test_the_grammar_knows_no_word_of_the_vocabulary() -> None:
    text = "\n".join(line.partition("//")[0] for line in grammar.grammar_text().split("\n"))
    for word in ("dense", "network", "adam", "train", "epoch", "let", "spec", "expect"):
        assert f'"{word}"' not in text


def test_a_packaged_grammar_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packaged, checkout = tmp_path / "packaged.lark", tmp_path / "checkout.lark"
    checkout.write_text("checkout", encoding="utf-8")
    monkeypatch.setattr(grammar, "PLACES", (str(packaged), str(checkout)))
    assert grammar.grammar_text() == "checkout"
    packaged.write_text("packaged", encoding="utf-8")
    assert grammar.grammar_text() == "packaged"


def test_a_missing_grammar_is_a_bug_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "PLACES", ("nowhere/specc.lark",))
    with pytest.raises(CompilerBug, match="missing"):
        grammar.grammar_text()


def test_parse_gives_the_tree_and_its_errors() -> None:
    sink = Sink()
    tree = parse(Source("model.dl", "a 1\nb =\nc { d }\n"), sink)
    assert tree.data == "start"
    words = [str(node.children[0]) for node in tree.children if isinstance(node, Node)]
    assert words == ["a", "c"]
    assert [d.code for d in sink.sorted()] == ["E0107"]


def test_reading_does_not_import_lark() -> None:
    code = """
import sys
import specc.lang.format, specc.lang.read, specc.lang.syntax
assert "lark" not in sys.modules
from specc.diag.sink import Sink
from specc.diag.source import Source
specc.lang.read.read(Source("model.dl", "a 1"), Sink())
assert "lark" not in sys.modules
assert "numpy" not in sys.modules
for late in ("recovery", "expected", "misspelt", "habits", "hidden"):
    assert f"specc.lang.{late}" not in sys.modules, late
"""
    root = Path(grammar.__file__).parents[2]
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)
