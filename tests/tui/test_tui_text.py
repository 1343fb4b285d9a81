"""Text on the screen: nothing foreign reaches the terminal raw, numbers keep their digits."""

from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specc_tui import figures, untrusted
from specc_tui.ascii import to_ascii
from specc_tui.lines import Role, fit, flow, length, line, plain, spread, wrap
from specc_tui.printable import UNSAFE, one_cell_each, printable

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_escape_sequences_are_shown_not_obeyed():
    assert printable("W1\x1b[2J\x07") == "W1\\x1b[2J\\x07"
    assert printable("a\nb\r\tc") == "a\\x0ab\\x0d\\x09c"
    assert printable("\u202eevil\u2028") == "\\u202eevil\\u2028"
    assert printable("naïve ✓") == "naïve ✓"
    assert printable("x" * 50, limit=10) == "x" * 10 + "…"


@given(st.text())
def test_nothing_unsafe_is_left(text):
    assert all(unicodedata.category(char) not in UNSAFE for char in printable(text))


@given(st.text(), st.integers(0, 30))
def test_fitted_lines_take_one_cell_per_character_and_no_more_than_their_room(text, width):
    fitted = fit(((printable(text), Role.TEXT), ("end", Role.DIM)), width)
    assert length(fitted) <= width
    assert all(unicodedata.east_asian_width(c) not in "WF" for c in plain(fitted))
    assert len(one_cell_each(text)) == len(text)


@given(st.text())
def test_ascii_keeps_the_width(text):
    made = to_ascii((line(text),))[0]
    assert plain(made).isascii()
    assert length(made) == len(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.12345, "0.1235"),
        (12.3456, "12.35"),
        (0.00012345, "1.234e-04"),
        (0.001, "0.001000"),
        (123456.0, "123456"),
        (1234567.0, "1.235e+06"),
        (0.0, "0"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (-0.5, "-0.5000"),
    ],
)
def test_numbers_keep_four_digits(value, text):
    assert figures.number(value) == text


def test_other_figures():
    assert figures.metric("accuracy", 0.97222) == "97.22 %"
    assert figures.metric("mae", 0.5) == "0.5000"
    assert figures.short_count(12_345) == "12.3k"
    assert figures.short_count(1.5) == "1.5"
    assert figures.short_count(math.nan) == "?"
    assert figures.duration(8.4) == "8 s"
    assert figures.duration(185) == "3:05 min"
    assert figures.duration(3723) == "1:02:03 h"
    assert figures.duration(200_000) == "2 d 7 h"
    assert figures.duration(math.inf) == "?"
    assert figures.shape((64, "m")) == "(64, m)"
    assert figures.shape((3,)) == "(3,)"
    assert figures.brief(1e4) == "10000"


def test_lines_are_laid_out():
    assert plain(spread(line("left"), line("right"), 12)) == "left   right"
    assert plain(spread(line("left"), line("right"), 8)) == "left"
    parts = [line("aaaa"), line("bbbb"), line("cccccccc"), line("d")]
    assert [plain(r) for r in flow(parts, 10, 2)] == ["aaaa  bbbb", "cccccccc"]
    assert [plain(r) for r in flow(parts, 10, 1)] == ["aaaa  bbbb"]
    assert [plain(r) for r in wrap("one two three", 7, indent=" ")] == [" one", " two", " three"]
    assert [plain(r) for r in wrap("abcdefgh", 3)] == ["abc", "def", "gh"]


@given(json_values)
def test_untrusted_values_come_out_typed_and_printable(value):
    assert isinstance(untrusted.text(value), str)
    assert isinstance(untrusted.whole(value), int)
    assert untrusted.whole(value) >= 0
    assert isinstance(untrusted.real(value), float)
    assert all(isinstance(item, dict) for item in untrusted.objects(value))
    assert all(isinstance(number, float) for number in untrusted.metrics(value).values())
    assert all(isinstance(axis, int | str) for axis in untrusted.shape(value))


def test_deep_json_is_refused_not_fatal():
    with pytest.raises(ValueError, match="nested"):
        untrusted.parse("[" * 200_000)
