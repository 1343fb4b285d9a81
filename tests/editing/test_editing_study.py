"""What an editor is told about a text: findings with places and fixes, shapes of lines, colours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.checking import check_text
from specc.driver import compile_file
from specc.editing.pieces import pieces
from specc.editing.study import formatted, study
from specc.shapes import show

MODELS = Path(__file__).parents[2] / "models"
DIGITS = (MODELS / "digits.dl").read_text(encoding="utf-8")
PATH = str(MODELS / "digits.dl")


def applied(text: str, edits: tuple[tuple[int, int, str], ...]) -> str:
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


@pytest.mark.parametrize("name", ["digits", "digits_conv", "moons", "circles", "sequence"])
def test_shapes_are_those_of_the_compiler(name: str) -> None:
    path = MODELS / f"{name}.dl"
    found = study(path.read_text(encoding="utf-8"), str(path))
    model = compile_file(str(path)).model
    assert found.findings == ()
    assert (found.layers, found.parameters) == (len(model.layers), model.size)
    for row in model.layers:
        assert found.shapes[row.line].startswith(show(row.output))


def test_a_finding_has_its_place_and_its_fix() -> None:
    text = DIGITS.replace("dense  10", "dens  10")
    finding = study(text, PATH).findings[0]
    assert (text[finding.start : finding.end], finding.severity) == ("dens", "error")
    assert finding.fix is not None
    assert study(applied(text, finding.fix.edits), PATH).findings == ()
    assert "help: did you mean `dense`?" in finding.text(80)


def test_findings_are_those_of_a_check() -> None:
    text = DIGITS.replace("he\n", "zeros\n").replace("dense  width, relu", "dense  width, sigmoid")
    expected = [(d.code, d.message) for d in check_text(text, str(MODELS))]
    assert [(f.code, f.message) for f in study(text, str(MODELS / "spec.dl")).findings] == expected


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("width // 2, relu", "width // 2, rel", {13, 14}),
        ("adam(", "adm(", {13, 14, 15, 16}),
        ("loss        cross_entropy", "", {13, 14, 15, 16}),
        ("-> 32", "-> 33", {13, 14, 15, 16}),
        ("dense  10", "dense  (10", {13, 14, 15}),
        ("input  64", "input  8, 8", {13}),
    ],
)
def test_shapes_up_to_what_is_wrong(old: str, new: str, lines: set[int]) -> None:
    found = study(DIGITS.replace(old, new), PATH)
    assert any(f.severity == "error" for f in found.findings)
    assert set(found.shapes) == lines


def test_a_line_that_makes_several_layers_says_what_they_give() -> None:
    text = DIGITS.replace("dense  width, relu", "unit 32\n    unit 16").replace(
        "network {", "block unit(n) {\n    dense n, relu\n}\nnetwork {"
    )
    shapes = study(text, PATH).shapes
    lines = text.split("\n")
    told = {lines[line - 1].strip(): shape for line, shape in shapes.items()}
    assert told["dense n, relu"] == "(32, m) | (16, m), 2,608 parameters"
    assert told["unit 32"] == "(32, m), 2,080 parameters"
    assert told["unit 16"] == "(16, m), 528 parameters"


def test_a_finding_in_a_used_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "blocks.dl").write_text("block unit(n) {\n    dens n\n}\n")
    text = 'use "blocks.dl"\n' + DIGITS.replace("dense  width, relu", "unit  width")
    finding = study(text, str(tmp_path / "spec.dl")).findings[0]
    assert (finding.start, finding.end) == (0, 0)
    assert "blocks.dl:2:5" in finding.text(80)


def test_formatting_leaves_broken_texts_alone() -> None:
    assert formatted("network{input 2}", PATH) == "network { input 2 }\n"
    assert formatted(DIGITS, PATH) == DIGITS
    assert formatted("network { ( }", PATH) is None


def test_pieces_have_the_kinds_of_the_registry() -> None:
    kinds = {DIGITS[p.start : p.end]: p.kind for p in pieces(DIGITS)}
    expected = {
        "network": "structure",
        "let": "structure",
        "dense": "layer",
        "relu": "activation",
        "csv": "data",
        "standard": "data",
        "adam": "training",
        "cross_entropy": "training",
        "optimizer": "statement",
        "stratify": "argument",
        "true": "constant",
        "epochs": "unit",
        "10_000": "number",
        "80%": "number",
        '"label"': "string",
        "width": "name",
        "in": "structure",
    }
    assert {word: kinds[word] for word in expected} == expected
    assert kinds["# a claim, proven by the compiler"] == "comment"
    wrong = pieces("dense 64 epoks ; 'x'")
    assert [p.kind for p in wrong] == ["layer", "number", "wrong", "wrong", "wrong"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(DIGITS)), st.text(max_size=12))
def test_any_text_can_be_studied(at: int, noise: str) -> None:
    text = DIGITS[:at] + noise + DIGITS[at:]
    found = study(text, PATH)
    for finding in found.findings:
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.text(60).isprintable() or "\n" in finding.text(60)
    assert set(found.shapes) <= set(range(1, text.count("\n") + 2))
    ends = [0, *(p.end for p in pieces(text))]
    assert all(p.start >= end for p, end in zip(pieces(text), ends, strict=False))


def test_editing_needs_neither_numpy_nor_the_app() -> None:
    program = (
        "import sys\nfrom specc.editing.study import study\n"
        "from specc.editing.completion import complete\nfrom specc.editing.pieces import pieces\n"
        f"study({DIGITS!r}, {PATH!r}); complete('dense', 3); pieces('dense')\n"
        "sys.exit(bool({'numpy', 'lark', 'textual', 'specc_tui'} & set(sys.modules)))\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
