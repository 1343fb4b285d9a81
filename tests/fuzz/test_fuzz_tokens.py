"""One token less, one more, two swapped: a spec that is nearly right yields findings alone."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.fuzz.findings import check

SPECS = Path(__file__).parents[1] / "mutation" / "specs"
TEXTS = {name: (SPECS / f"{name}.dl").read_text("utf-8") for name in ("blocks", "branches")}
TOKEN = re.compile(r'"[^"]*"|[A-Za-z_][\w.]*|[\d._%]+(?:e-?\d+)?|->|[<>=!]=|//|\*\*|[^\s\w]|\n+')
OTHERS = ("{", "}", "(", ")", ",", "=", "->", "in", "as", "then", "64", "relu", "-", '"', "#", "\n")

each_text = pytest.mark.parametrize("name", TEXTS)


def tokens(text: str) -> list[str]:
    """The text in pieces, every other one a token."""
    pieces: list[str] = []
    at = 0
    for match in TOKEN.finditer(text):
        pieces += (text[at : match.start()], match[0])
        at = match.end()
    return [*pieces, text[at:]]


@each_text
def test_pieces_make_the_text(name: str) -> None:
    assert "".join(tokens(TEXTS[name])) == TEXTS[name]


@each_text
def test_one_token_less(name: str) -> None:
    pieces = tokens(TEXTS[name])
    for at in range(1, len(pieces), 2):
        check("".join((*pieces[:at], *pieces[at + 1 :])))


@each_text
def test_one_token_more(name: str) -> None:
    pieces = tokens(TEXTS[name])
    draw = random.Random(name)
    for at in range(1, len(pieces), 2):
        more = draw.choice(OTHERS)
        check("".join((*pieces[:at], f" {more} ", *pieces[at:])))


@each_text
def test_two_tokens_swapped(name: str) -> None:
    pieces = tokens(TEXTS[name])
    for at in range(1, len(pieces) - 2, 2):
        swapped = [*pieces]
        swapped[at], swapped[at + 2] = pieces[at + 2], pieces[at]
        check("".join(swapped))


@each_text
def test_half_a_file(name: str) -> None:
    text = TEXTS[name]
    for end in range(0, len(text), 7):
        check(text[:end])
