"""The rasteriser: small pictures by eye, and laws that hold for any data and any size."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from specc_tui.axes import Axis, limits
from specc_tui.raster import BLOCK, BRAILLE, braille, rasterise
from specc_tui.strokes import Curve

anything = st.floats(allow_nan=True, allow_infinity=True, width=64)
finite = st.floats(allow_nan=False, allow_infinity=False, width=64)


def curve(x, y, **more) -> Curve:
    return Curve(np.array(x, float), np.array(y, float), **more)


def picture(curves, width, height, x: Axis, y: Axis, cell=BLOCK) -> list[str]:
    drawn = rasterise(curves, width, height, x, y, cell)
    if cell == BRAILLE:
        return ["".join(row) for row in braille(drawn.dots)]
    return ["".join(" #"[int(dot)] for dot in row) for row in drawn.dots]


def test_a_line_goes_from_corner_to_corner():
    drawn = picture([curve([0, 3], [0, 3])], 4, 4, Axis(0, 3), Axis(0, 3))
    assert drawn == ["   #", "  # ", " #  ", "#   "]


def test_braille_dots_stand_where_the_points_are():
    assert picture([curve([0], [0])], 1, 1, Axis(0, 1), Axis(0, 1), BRAILLE) == ["⡀"]
    assert picture([curve([1], [1])], 1, 1, Axis(0, 1), Axis(0, 1), BRAILLE) == ["⠈"]


def test_a_spike_survives_a_thousand_neighbours():
    y = np.zeros(10_000)
    y[5_003] = 1.0
    drawn = picture([curve(np.arange(10_000), y)], 10, 5, Axis(0, 9_999), Axis(0, 1))
    assert drawn[0] == "     #    "
    assert drawn[-1] == "##########"


def test_first_and_last_point_are_kept():
    y = np.full(1_000, 0.5)
    y[0], y[-1] = 1.0, 0.0
    drawn = picture([curve(np.arange(1_000), y)], 10, 5, Axis(0, 999), Axis(0, 1))
    assert drawn[0].startswith("#")
    assert drawn[-1].endswith("#")


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_leaves_a_marked_gap(hole):
    y = [1, 1, 1, hole, hole, 1, 1]
    drawn = rasterise([curve(range(7), y)], 7, 1, Axis(0, 7), Axis(0, 1), BLOCK)
    assert drawn.dots.tolist() == [[1, 1, 1, 0, 0, 1, 1]]
    assert drawn.gaps.tolist() == [False, False, False, True, True, False, False]


def test_a_point_between_gaps_is_one_dot():
    drawn = picture(
        [curve(range(5), [np.nan, np.nan, 1, np.nan, np.nan])], 5, 1, Axis(0, 5), Axis(0, 1)
    )
    assert drawn == ["  #  "]


def test_later_curves_colour_shared_cells_and_faint_ones_give_way():
    low, high = curve([0, 3], [0, 0]), curve([0, 3], [1, 1])
    x, y = Axis(0, 3), Axis(0, 1)
    shared = rasterise([low, high], 2, 1, x, y)
    assert shared.top.tolist() == [[1, 1]]
    assert shared.dots[0, 0] == 0x01 | 0x08 | 0x40 | 0x80
    hidden = rasterise([curve([0, 3], [0, 0], faint=True), high], 2, 1, x, y)
    assert hidden.dots[0, 0] == 0x01 | 0x08
    below = rasterise([high, curve([0, 3], [0, 0], faint=True)], 2, 1, x, y)
    assert below.top.tolist() == [[0, 0]]


def test_a_window_between_two_points_shows_their_line():
    drawn = picture([curve([0, 100], [0, 1])], 5, 1, Axis(40, 60), Axis(0, 1))
    assert drawn == ["#####"]


def test_lines_leave_the_window_where_they_go():
    drawn = picture([curve([-10, 10], [0, 10])], 5, 5, Axis(0, 4), Axis(5, 9))
    assert drawn[-1].startswith("#")
    assert sum(row.count("#") for row in drawn) <= 7


def test_dashes_leave_columns_out():
    drawn = picture([curve([0, 9], [1, 1], dash=(2, 3))], 10, 1, Axis(0, 9), Axis(0, 1))
    assert drawn == ["##   ##   "]


def test_log_axes_make_powers_straight():
    x = np.logspace(0, 3, 400)
    logged = picture([curve(x, x**2)], 20, 10, Axis(1, 1000, True), Axis(1, 1e6, True))
    straight = picture([curve(np.log10(x), 2 * np.log10(x))], 20, 10, Axis(0, 3), Axis(0, 6))
    assert logged == straight


def test_points_that_a_log_axis_cannot_show_are_gaps():
    drawn = rasterise([curve([1, 2, 3], [1, 0, -1])], 3, 1, Axis(1, 4), Axis(0.1, 1, True), BLOCK)
    assert drawn.gaps.tolist() == [False, True, True]


def test_lengths_that_differ_are_an_error_at_once():
    with pytest.raises(ValueError, match="shapes"):
        Curve(np.zeros(3), np.zeros(2))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(anything, anything), max_size=40), st.booleans(), st.booleans()
        ),
        max_size=3,
    ),
    st.integers(0, 30),
    st.integers(0, 12),
    st.booleans(),
    st.booleans(),
    st.sampled_from([BRAILLE, BLOCK]),
)
def test_any_data_at_any_size_draws(curves, width, height, log_x, log_y, cell):
    made = [
        curve(
            [p[0] for p in points],
            [p[1] for p in points],
            faint=faint,
            dash=(3, 2) if dash else None,
        )
        for points, faint, dash in curves
    ]
    x = limits([c.x for c in made], log_x, pad=0.0) or Axis(0, 1)
    y = limits([c.y for c in made], log_y) or Axis(0, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = rasterise(made, width, height, x, y, cell)
    assert drawn.dots.shape == drawn.top.shape == (height, width)
    assert drawn.gaps.shape == (width,)
    assert ((drawn.dots > 0) == (drawn.top >= 0)).all()


@settings(max_examples=150, deadline=None)
@given(
    arrays(np.float64, st.integers(1, 60), elements=anything),
    st.integers(1, 30),
    st.integers(1, 12),
    st.tuples(finite, finite).map(sorted),
)
def test_every_finite_point_in_view_lights_its_dot(y, width, height, ends):
    x = np.arange(len(y), dtype=float)
    x_axis, y_axis = Axis(0, max(1.0, len(y) - 1.0)), Axis(*ends)
    drawn = rasterise([Curve(x, y)], width, height, x_axis, y_axis, BLOCK)
    edges = x_axis.edges(width)
    up = y_axis.fractions(y)
    for place, fraction in zip(x, up, strict=True):
        if 0 <= fraction <= 1:
            column = min(width - 1, int(np.searchsorted(edges, place, side="right")) - 1)
            row = int((1 - fraction) * (height - 1) + 0.5)
            assert drawn.dots[row, column] == 1


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(anything, anything), max_size=30),
    st.tuples(finite, finite).map(sorted),
    st.tuples(finite, finite).map(sorted),
)
def test_any_window_draws(points, x_ends, y_ends):
    made = curve([p[0] for p in points], [p[1] for p in points])
    drawn = rasterise([made], 20, 6, Axis(*x_ends), Axis(*y_ends))
    assert drawn.dots.shape == (6, 20)
