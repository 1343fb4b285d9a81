"""File names, layer texts and names of a spec stay words: none of them becomes code."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import compiled, spec

from specc.driver import make_plan

PLAIN = spec("input 3; dense 4, relu; dense 1, sigmoid", "binary_cross_entropy", init="he")


def text_of(text: str, path: str = "model.dl", batch: int = 8) -> str:
    return make_plan(compiled(text, path), batch).program.text


def without_words(text: str) -> str:
    """The program without its comments and its first docstring."""
    tree = ast.parse(text)
    assert ast.get_docstring(tree) is not None
    tree.body = tree.body[1:]
    return ast.dump(tree)


NAMES = (
    'a".dl',
    'a""".dl',
    '"""\nimport os\n"""',
    '"""+__import__("os").system("x")+"""',
    "a\\.dl",
    "a\\",
    "\\N{BULLET}.dl",
    "\\u0041\\x41.dl",
    "a\nimport os\n.dl",
    "a\r\n.dl",
    "line\u2028separator.dl",
    "\u202eright.dl",
    "\x1b[31mred.dl",
    "nul\x00.dl",
    "{file}{0}%s$x.dl",
    "'''.dl",
    "\ud800.dl",
    "#.dl",
    "",
)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_no_file_name_becomes_code(name: str) -> None:
    text = text_of(PLAIN, f"folder/{name}")
    assert without_words(text) == without_words(text_of(PLAIN))
    assert all(line.isprintable() for line in text.split("\n"))
    doc = ast.get_docstring(ast.parse(text)) or ""
    assert all(line.isprintable() for line in doc.split("\n"))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.text())
def test_no_text_as_a_file_name_becomes_code(name: str) -> None:
    assert without_words(text_of(PLAIN, name)) == without_words(text_of(PLAIN))


@pytest.mark.parametrize(
    "network",
    [
        "input 3\ndense 4,\n    relu\ndense 1, sigmoid",
        'input 3\ndense 4, relu # """ \\N{x} \\\ndense 1, sigmoid',
        "input 3\ndense (4\n), relu\ndense 1, sigmoid",
        "input 3\ndense 4, relu as import\ndense 1, sigmoid as exec",
        "input 3 as X\ndense 4, relu as theta\ndense 1, sigmoid as np",
        "input 3\ndense 4, relu as Z1\ndense 1, sigmoid as A1",
    ],
)
def test_no_layer_and_no_name_becomes_code(network: str) -> None:
    assert without_words(text_of(PLAIN.replace(PLAIN_NETWORK, network))) == without_words(
        text_of(PLAIN)
    )


PLAIN_NETWORK = "\n".join(
    f"    {line}" for line in ("input 3", "dense 4, relu", "dense 1, sigmoid")
)


@pytest.mark.parametrize("name", ["theta", "np", "lambda_", "step", "X", "import_", "m_"])
def test_a_let_may_be_called_anything(name: str) -> None:
    text = f"let {name} = 4\n" + PLAIN.replace("dense 4,", f"dense {name},")
    assert without_words(text_of(text)) == without_words(text_of(PLAIN))
