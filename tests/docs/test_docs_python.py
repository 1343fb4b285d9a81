"""The Python of the documentation runs, and gives what it shows."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from doc_pages import DOCS, fences, furnish

PAGE = DOCS / "python.md"


def test_the_examples_give_what_they_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(tmp_path, PAGE.name)
    monkeypatch.chdir(tmp_path)
    blocks = [f for f in fences(PAGE) if f.language == "python"]
    assert len(blocks) > 4
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    names: dict[str, object] = {}
    for block in blocks:
        case = parser.get_doctest(block.text, names, block.id, str(PAGE), block.line)
        runner.run(case, clear_globs=False)
        names = case.globs
    assert (runner.failures, runner.tries > 20) == (0, True)
