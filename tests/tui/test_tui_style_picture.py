"""Pictures of text and styles: nothing that is seen is lost, and a small change is a small one."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from style_picture import LETTERS, PLAIN, colours, contrast, decode, encode, grid, letters, words

COLOURS = st.sampled_from(["#56b4e9", "#121212", "#ffffff", "red", "default"])
STYLES = st.builds(
    Style,
    color=COLOURS,
    bgcolor=COLOURS,
    bold=st.booleans(),
    underline=st.booleans(),
    reverse=st.booleans(),
)
CELLS = st.tuples(st.sampled_from("ab ⠙│·,#.🔎"), STYLES)
BLUE = Style(color="#56b4e9", bgcolor="#121212")
GREEN = Style(color="#2fbf91", bgcolor="#121212")


@st.composite
def screens(draw: st.DrawFn) -> list[list[Segment]]:
    """Strips that are all as wide."""
    width = draw(st.integers(1, 12))
    rows = draw(st.lists(st.lists(CELLS, max_size=width), min_size=1, max_size=5))
    return [[Segment(text, style) for text, style in _filled(row, width)] for row in rows]


def _filled(row: list[tuple[str, Style]], width: int) -> list[tuple[str, Style]]:
    """The row in exactly `width` cells."""
    held: list[tuple[str, Style]] = []
    left = width
    for text, style in row:
        taken = 2 if text == "🔎" else 1
        if taken <= left:
            held.append((text, style))
            left -= taken
    return held + [(" ", BLUE)] * left


@given(screens())
def test_what_is_encoded_is_read_back(screen: list[list[Segment]]) -> None:
    cells = grid(screen)
    assert decode(encode(cells)) == cells


@given(screens(), st.data())
def test_a_change_of_one_cell_is_seen(screen: list[list[Segment]], data: st.DataObject) -> None:
    y = data.draw(st.integers(0, len(screen) - 1))
    x = data.draw(st.integers(0, len(screen[y]) - 1))
    text, style, _ = screen[y][x]
    other = data.draw(STYLES.filter(lambda s: words(s, blank=text == " ") != _words(text, style)))
    before = encode(grid(screen))
    screen[y][x] = Segment(text, other)
    assert encode(grid(screen)) != before


def _words(text: str, style: Style | None) -> str:
    return words(style or Style(), blank=text == " ")


@given(st.sets(st.text("abc", min_size=1, max_size=5), min_size=2, max_size=50))
def test_letters_are_one_for_each_and_in_no_order(styles: set[str]) -> None:
    found = letters(Counter(styles))
    assert found.keys() == styles
    assert len(set(found.values())) == len(styles)
    assert letters(Counter(sorted(styles, reverse=True))) == found


def test_a_style_that_comes_leaves_the_others_their_letters() -> None:
    held = Counter({f"#{n}{n}{n}000 on #121212": 2 for n in range(6)} | {"on #121212": 9})
    more = letters(held + Counter({"#ff0000 on #121212 bold": 1}))
    assert {style: more[style] for style in held} == letters(held)


def test_more_styles_than_letters_are_refused() -> None:
    assert letters(Counter()) == {}
    full = Counter(map(str, range(len(LETTERS) + 1)))
    assert sorted(letters(full).values()) == sorted([PLAIN, *LETTERS])
    with pytest.raises(ValueError, match="64 styles"):
        letters(full + Counter(["one more"]))


def test_one_cell_of_another_colour_is_one_row_and_one_entry() -> None:
    row = [Segment("abcdef", BLUE), Segment("    ", BLUE)]
    before = encode(grid([row, row, row])).splitlines()
    other = [Segment("ab", BLUE), Segment("c", GREEN), Segment("def    ", BLUE)]
    after = encode(grid([row, other, row])).splitlines()
    assert before[:5] == after[:5] == ["text 10x3", *[f"  {n} abcdef" for n in (1, 2, 3)], "styles"]
    changed = [n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b]
    assert changed[0] == 6
    legends = [set(rows[rows.index("legend") :]) for rows in (before, after)]
    assert legends[0] < legends[1]
    (new,) = legends[1] - legends[0]
    assert new.endswith("   #2fbf91 on #121212, 8.0:1")


def test_of_a_blank_cell_only_what_is_seen_counts() -> None:
    assert words(BLUE, blank=True) == words(GREEN + Style(bold=True), blank=True) == "on #121212"
    marked = BLUE + Style(reverse=True)
    assert words(marked, blank=True) == words(marked) == "#56b4e9 on #121212 reverse"
    assert words(Style()) == "default on default"
    assert words(Style(color="red", dim=True)) == "red on default dim"


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000 on #ffffff bold") == pytest.approx(21)
    assert contrast("#777777 on #ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#ffffff on #777777") == contrast("#777777 on #ffffff reverse")
    assert contrast("on #121212") is contrast("red on #121212") is None
    assert colours("on #121212") == ("", "#121212")
    assert colours("red on default dim") == ("red", "default")
