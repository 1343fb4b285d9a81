"""Edits: the text they give and the lines they change agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.diag.diagnostic import Edit
from specc.diag.edits import apply_edits, changes
from specc.diag.source import Source, Span


def test_apply_keeps_the_order_of_insertions() -> None:
    source = Source("a.dl", "ab")
    here = Span(source, 1, 1)
    edits = [Edit(Span(source, 2, 2), "!"), Edit(here, "1"), Edit(here, "2")]
    assert apply_edits(source, edits) == "a12b!"


def test_apply_ignores_edits_of_other_files() -> None:
    source, other = Source("a.dl", "ab"), Source("a.dl", "ab")
    assert apply_edits(source, [Edit(Span(other, 0, 2), "x")]) == "ab"


def test_overlap_is_refused() -> None:
    source = Source("a.dl", "abc")
    edits = (Edit(Span(source, 0, 2), "x"), Edit(Span(source, 1, 3), "y"))
    with pytest.raises(ValueError, match="overlap"):
        apply_edits(source, edits)
    assert changes(edits) == ()


def test_edit_without_effect_changes_no_line() -> None:
    source = Source("a.dl", "abc")
    assert changes((Edit(Span(source, 0, 1), "a"),)) == ()


@st.composite
def edited(draw: st.DrawFn) -> tuple[Source, tuple[Edit, ...]]:
    source = Source("a.dl", draw(st.text("ab\n", max_size=40)))
    cuts = draw(st.lists(st.integers(0, len(source.text)), max_size=8).map(sorted))
    words = st.text("xy\n", max_size=5)
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return source, tuple(Edit(Span(source, a, b), draw(words)) for a, b in pairs)


@given(edited())
def test_changes_are_a_line_diff_of_the_result(case: tuple[Source, tuple[Edit, ...]]) -> None:
    source, edits = case
    lines = source.text.split("\n")
    shift = 0
    for change in changes(edits):
        low = change.first - 1 + shift
        assert tuple(lines[low : low + len(change.old)]) == change.old
        lines[low : low + len(change.old)] = change.new
        shift += len(change.new) - len(change.old)
    assert "\n".join(lines) == apply_edits(source, edits)
