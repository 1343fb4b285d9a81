"""Charts as text: legend, axes, marks, messages; and every size and look."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specc_tui.ascii import to_ascii
from specc_tui.chart import Chart, Mark, Series, draw
from specc_tui.lines import Role, length, plain
from specc_tui.look import Look

anything = st.floats(allow_nan=True, allow_infinity=True, width=64)


def series(y, label="train", role=Role.TRAIN, **more) -> Series:
    values = np.array(y, float)
    return Series(label, np.arange(len(values), dtype=float), values, role, **more)


def text(chart: Chart, width=60, height=16, look=Look()) -> list[str]:  # noqa: B008
    return [plain(row) for row in draw(chart, width, height, look)]


def test_a_chart_has_legend_axes_and_corner():
    rows = text(Chart("cost J", (series(range(100)),), x_label="step", corner="all"))
    assert rows[0].startswith("cost J  ── train")
    assert rows[0].endswith("all")
    assert any("┤" in row for row in rows)
    assert rows[-1].rstrip().endswith("step")
    assert " 40 " in rows[-1]


def test_without_data_the_chart_says_so():
    assert any("no data yet" in row for row in text(Chart("cost J", (series([]),))))
    assert any("no data yet" in row for row in text(Chart("cost J", ())))
    assert any("no data yet" in row for row in text(Chart("cost J", (series([np.nan] * 3),))))


def test_log_y_refuses_what_is_not_positive_with_a_message():
    rows = text(Chart("cost J", (series([1.0, 0.0, 2.0, -1.0]),), log_y=True))
    assert rows[1].startswith("log y needs positive values, 2 here are not: linear")
    assert any("┤" in row for row in rows)
    rows = text(Chart("cost J", (series([1.0, 10.0, 100.0]),), log_y=True))
    assert "log y" not in rows[1]
    assert any("10 ┤" in row for row in rows)


def test_a_gap_is_marked_above_its_column():
    y = np.ones(60)
    y[30:] = np.nan
    rows = text(Chart("cost J", (series(y),), messages=("✕ cost is nan from step 30",)))
    assert rows[1].startswith("✕ cost is nan from step 30")
    assert "✕✕✕" in rows[2]
    assert "⠒" not in rows[8][45:]


def test_the_best_point_is_marked_on_its_curve():
    y = [5.0, 4.0, 3.0, 0.0, 3.0, 4.0]
    rows = text(Chart("cost J", (series(y),), marks=(Mark(3, 0.0, "best 0"),)))
    assert "★ best 0" in rows[0]
    plot = rows[1:-2]
    assert "★" in plot[-1]
    assert all("★" not in row for row in plot[:-1])


def test_marks_out_of_view_are_left_out():
    chart = Chart("cost J", (series(range(100)),), x_range=(50, 60), marks=(Mark(3, 3, "best"),))
    assert sum(row.count("★") for row in text(chart)) == 1


def test_a_window_fits_y_to_what_is_seen():
    chart = Chart(
        "cost J", (series([1000.0] + [1.0 + i / 100 for i in range(99)]),), x_range=(50, 99)
    )
    assert not any("1000" in row for row in text(chart)[1:])


def test_the_view_can_be_raised():
    low, high = (text(Chart("c", (series([0.0, 1.0]),), rise=r)) for r in (0.0, 0.5))
    assert any("1.4 ┤" in row for row in high)
    assert not any("1.4 ┤" in row for row in low)


def test_without_colour_curves_differ_by_pattern():
    flat = (series([1.0] * 50), series([2.0] * 50, "dev", Role.DEV, pattern=1))
    rows = text(Chart("c", flat), look=Look(colour=False))
    assert "── train  ╌╌ dev" in rows[0]
    drawn = [row for row in rows[1:-2] if row.strip("│┤ 0123456789.k")]
    assert len({row.count(" ") for row in drawn}) > 1


@pytest.mark.parametrize("size", [(60, 16), (30, 8), (10, 3)])
def test_ascii_is_ascii(size):
    y = np.linspace(1, 9, 50)
    y[20:25] = np.inf
    chart = Chart(
        "cost J",
        (series(y), series(y / 2, "dev", Role.DEV, pattern=1)),
        marks=(Mark(3, 2, "best"),),
    )
    rows = [plain(row) for row in to_ascii(draw(chart, *size, Look(ascii=True)))]
    assert all(row.isascii() for row in rows)
    assert any("*" in row for row in rows)
    assert any("o" in row for row in rows)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.lists(anything, max_size=30), max_size=3),
    st.integers(0, 70),
    st.integers(0, 20),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_any_chart_fills_its_room_exactly(values, width, height, log_x, log_y, ascii_only, colour):
    made = tuple(series(y, f"s{i}", pattern=i) for i, y in enumerate(values))
    chart = Chart(
        "cost J", made, "step", log_x=log_x, log_y=log_y, marks=(Mark(1, 1, "best"),), corner="all"
    )
    rows = draw(chart, width, height, Look(ascii_only, colour))
    assert len(rows) == height
    assert all(length(row) == width for row in rows)
