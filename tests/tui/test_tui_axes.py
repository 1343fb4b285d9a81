"""Axes: limits that hold the data, ticks that are nice and inside, labels that differ."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specc_tui.axes import Axis, labels, limits, ticks

finite = st.floats(allow_nan=False, allow_infinity=False, width=64)
positive = st.floats(min_value=5e-324, allow_infinity=False, exclude_min=False)


def words(axis: Axis, count: int) -> list[str]:
    return [tick.label for tick in ticks(axis, count)]


@pytest.mark.parametrize(
    ("axis", "count", "expected"),
    [
        (Axis(0, 1), 5, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (Axis(0, 690), 4, ["0", "200", "400", "600"]),
        (Axis(0, 25_000), 5, ["0", "5k", "10k", "15k", "20k", "25k"]),
        (Axis(-1, 1), 4, ["-1", "-0.5", "0", "0.5", "1"]),
        (Axis(0, 5e-5), 5, ["0", "1e-5", "2e-5", "3e-5", "4e-5", "5e-5"]),
        (Axis(12.001, 12.0023), 3, ["12.001", "12.0015", "12.002"]),
        (Axis(0.001, 1000, log=True), 7, ["0.001", "0.01", "0.1", "1", "10", "100", "1000"]),
        (Axis(1e-9, 1e3, log=True), 5, ["1e-9", "1e-6", "0.001", "1", "1000"]),
        (Axis(0.03, 2.9, log=True), 9, ["0.05", "0.1", "0.2", "0.5", "1", "2"]),
        (Axis(0.31, 0.39, log=True), 4, ["0.32", "0.34", "0.36", "0.38"]),
    ],
)
def test_ticks_are_one_two_five_or_decades(axis, count, expected):
    assert words(axis, count) == expected


def test_a_constant_series_gets_room_on_both_sides():
    axis = limits([np.full(5, 3.0)])
    assert axis is not None
    assert axis.low < 3 < axis.high
    assert axis.fractions([3.0])[0] == pytest.approx(0.5)


def test_data_that_is_never_negative_gets_no_negative_axis():
    axis = limits([np.array([0.0, 10.0])])
    assert axis is not None
    assert axis.low == 0


def test_what_is_not_finite_is_no_limit():
    axis = limits([np.array([np.nan, 1.0, np.inf]), np.array([2.0, -np.inf])], pad=0.0)
    assert axis == Axis(1.0, 2.0)
    assert limits([np.array([np.nan, np.inf])]) is None
    assert limits([]) is None


def test_a_log_axis_holds_the_positive_data_only():
    axis = limits([np.array([-5.0, 0.0, 0.1, 10.0])], log=True)
    assert axis is not None
    assert 0 < axis.low <= 0.1
    assert axis.high >= 10
    assert limits([np.array([-1.0, 0.0])], log=True) is None
    assert np.isnan(axis.fractions([0.0, -1.0, np.nan])).all()


@settings(max_examples=300, deadline=None)
@given(st.lists(finite, min_size=1, max_size=5), st.booleans())
def test_limits_hold_all_data(values, log):
    array = np.array(values)
    axis = limits([array], log)
    if axis is None:
        assert log
        assert (array <= 0).all()
        return
    assert math.isfinite(axis.low)
    assert math.isfinite(axis.high)
    held = array[array > 0] if log else array
    assert (held >= axis.low).all()
    assert (held <= axis.high).all()
    fractions = axis.fractions(held)
    assert ((fractions >= 0) & (fractions <= 1)).all()


@settings(max_examples=300, deadline=None)
@given(st.tuples(finite, finite).map(sorted), st.integers(0, 15))
def test_ticks_stand_inside_and_in_order(ends, count):
    axis = Axis(*ends)
    marks = ticks(axis, count)
    values = [tick.value for tick in marks]
    assert values == sorted(values)
    assert all(axis.low <= v <= axis.high for v in values)
    assert len({tick.label for tick in marks}) == len(marks)
    assert len(marks) <= max(2, count + 3)


@settings(max_examples=200, deadline=None)
@given(st.tuples(positive, positive).map(sorted), st.integers(1, 15))
def test_log_ticks_stand_inside(ends, count):
    axis = Axis(*ends, log=True)
    for tick in ticks(axis, count):
        assert axis.low * 0.9999 <= tick.value <= axis.high * 1.0001


@settings(max_examples=200, deadline=None)
@given(st.tuples(finite, finite).map(sorted), st.integers(0, 50), st.booleans())
def test_edges_are_ordered_and_end_at_the_limits(ends, columns, log):
    if log:
        ends = [abs(ends[0]) or 1.0, abs(ends[1]) or 1.0]
        ends.sort()
    edges = Axis(*ends, log=log).edges(columns)
    assert len(edges) == columns + 1
    assert (np.diff(edges) >= 0).all()
    assert edges[-1] == ends[1]


def test_labels_share_a_unit():
    assert labels((0.0, 20_000.0)) == ("0", "20k")
    assert labels(()) == ()
