"""Nothing that can steer a terminal survives."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.diag.escape import cells, escape


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain, ünïcode 漢字 🙂", "plain, ünïcode 漢字 🙂"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b31m", "\\x9b31m"),
        ("\x07\x00\x7f", "\\x07\\x00\\x7f"),
        ("a\r\n\tb", "a\\r\\n\\tb"),
        ("\u202euser", "\\u{202e}user"),
        ("\u2066x\u2069", "\\u{2066}x\\u{2069}"),
        ("\u200b\ufeff", "\\u{200b}\\u{feff}"),
        ("\u2028", "\\u{2028}"),
        ("a\u00a0b", "a\\xa0b"),
        ("\ud800", "\\u{d800}"),
        ("\U000e0041", "\\u{e0041}"),
    ],
)
def test_examples(text: str, safe: str) -> None:
    assert escape(text) == safe


def test_keep_leaves_what_the_caller_lays_out() -> None:
    assert escape("a\n\tb\r", keep="\n\t") == "a\n\tb\\r"


@given(st.text(st.characters(codec=None)))
def test_result_is_printable_encodable_and_stable(text: str) -> None:
    safe = escape(text)
    assert safe.isprintable()
    safe.encode("utf-8")
    assert escape(safe) == safe


def test_no_dangerous_category_survives() -> None:
    every = "".join(map(chr, range(0x110000)))
    left = {unicodedata.category(c) for c in escape(every)}
    assert not left & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("漢字", 4), ("e\u0301", 1), ("한", 2), ("\uff41", 2), ("é", 1), ("", 0)],
)
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width
