"""What the README shows is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from doc_pages import DOCS, ROOT, fences

from specc.cli.main import run

README = ROOT / "README.md"
TEXT = README.read_text("utf-8")
BLOCKS = [fence.text for fence in fences(README)]


def block(start: str) -> str:
    """The block that starts so."""
    return next(text for text in BLOCKS if text.startswith(start))


def bare(line: str) -> str:
    """A line of a program without its indentation and the line of the spec."""
    return re.sub(r"digits.dl:\d+", "digits.dl", line.strip())


def test_the_error_is_that_of_the_spec(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    spec = block("data {").replace("dense  10, softmax", "dense  10, relu")
    (tmp_path / "digits.dl").write_text(spec)
    assert run(["check", "digits.dl"]) == 1
    assert block("error[") in capsys.readouterr().err


def test_the_program_is_that_of_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", str(ROOT / "models" / "digits.dl"), "--emit", "numpy"]) == 0
    # Comments name the line of the spec, which moves with every comment in it.
    printed = [bare(line) for line in capsys.readouterr().out.splitlines()]
    shown = [bare(line) for line in block("# dense").splitlines()]
    assert set(shown) <= set(printed)


def test_the_word_is_that_of_the_library() -> None:
    source = (ROOT / "specc" / "library" / "optimizers" / "momentum.py").read_text("utf-8")
    lines = {re.sub(r"\(Optimizer\)|\s", "", line) for line in source.splitlines()}
    for line in block("class Momentum").splitlines():
        # The types of `step` are left out in the README.
        assert re.sub(r"\(Optimizer\)|\s", "", line) in lines or "def step" in line, line


def test_the_table_is_that_of_the_tutorial() -> None:
    rows = re.findall(r"^    (variant  status .*|(?:zeros|large|he) +finished .*)$", TEXT, re.M)
    assert len(rows) == 4
    tutorial = (DOCS / "tutorial.md").read_text("utf-8")
    shown = [" ".join(line.split()) for line in tutorial.splitlines()]
    for row in rows:
        assert any(line.startswith(" ".join(row.split())) for line in shown), row


def test_the_files_it_names_exist() -> None:
    for name in re.findall(r"`((?:specc|models|tui|grammar|bench)/[\w/.]+)`", TEXT):
        assert (ROOT / name).exists(), name
