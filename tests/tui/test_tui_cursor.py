"""Units of x, the value cursor, marks of changes by hand, and where a place of a drawing points."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from specc_tui.ascii import to_ascii
from specc_tui.chart import draw, lay_out, x_at
from specc_tui.cursor import cursor_lines, moved, reading, revealing
from specc_tui.curves import Options, cost_chart, extent, rate_chart
from specc_tui.exports import text_of
from specc_tui.header import read_header
from specc_tui.lines import plain
from specc_tui.look import Look
from specc_tui.news import RECORD, News
from specc_tui.places import UNITS, places
from specc_tui.state import View, reduce
from specc_tui.zoom import Zoom

from specc.run.events import Diverged, Evaluated, RateChanged, Started

SIZES = [(80, 24), (200, 60), (40, 10)]


@pytest.fixture
def view(fake):
    header = read_header(json.loads(json.dumps(fake.header("/models/digits.dl", 200, 7))))
    records = np.zeros(100, RECORD)
    records["step"] = np.arange(100)
    records["seconds"] = np.arange(100) ** 2 * 0.1
    records["rate"] = 0.002
    records["cost"] = [fake.cost_at(step, 200) for step in range(100)]
    metrics = {"cost": 0.5, "accuracy": 0.75}
    events = [
        Evaluated(s, s / 20, 0.1 * s * s, metrics, dict(metrics), s == 20) for s in (0, 20, 40)
    ]
    news = News(header=header, records=records, events=(*events, RateChanged(60, 0.001)))
    return reduce(View(smoothing=0.9), news)


def shown(lines):
    return "\n".join(plain(row) for row in lines)


@pytest.mark.parametrize("unit", UNITS)
def test_a_step_has_a_place_and_a_place_its_step(view, unit):
    axis = places(view, unit)
    steps = np.array([0.0, 1.0, 17.0, 99.0])
    at = axis.of(steps)
    assert (np.diff(at) > 0).all()
    assert [axis.at(x) for x in at] == pytest.approx(steps)


def test_time_is_in_the_unit_that_fits(view):
    for seconds, label in ((59, "time (s)"), (1200, "time (min)"), (9000, "time (h)")):
        records = view.records.values.copy()
        records["seconds"] = np.linspace(0, seconds, 100)
        assert places(reduce(View(), News(records=records)), "time").label == label
    assert places(View(), "time").label == "step"
    assert places(View(), "epoch").label == "step"


def test_time_that_runs_backwards_or_is_no_number_is_drawn_all_the_same(view):
    records = view.records.values.copy()
    records["seconds"][10:20], records["seconds"][30] = -5.0, np.nan
    wild = reduce(View(), News(records=records))
    options = Options(unit="time", cursor=50.0, zoom=Zoom(width=20, end=60, follow=False))
    assert len(draw(cost_chart(wild, options), 80, 20, Look())) == 20


def test_the_cursor_reads_the_nearest_record_and_the_evaluation_before_it(view):
    read = reading(view, 33.4)
    assert read is not None
    assert (read.step, read.rate, read.epoch) == (33, 0.002, 1.65)
    assert read.cost == view.records.values["cost"][33]
    assert read.smoothed == view.smoothed.values[33]
    assert read.evaluated is not None
    assert read.evaluated.step == 20
    assert reading(view, 1e9).step == 99
    assert reading(view, -5).step == 0
    assert reading(View(), 5) is None


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_line_of_the_cursor_has_the_most_important_values_first(view, width):
    (row,) = cursor_lines(view, 33.0, ("accuracy",), width)
    text = plain(row)
    assert len(text) <= width
    assert text.startswith("cursor step 33  cost ")
    if width == 200:
        for piece in ("smoothed", "dev cost 0.5000", "dev accuracy 75.00 %", "evaluated at 20"):
            assert piece in text
        for piece in ("rate 0.002", "epoch 1.65", "time 1:49 min"):
            assert piece in text


def test_arrows_move_by_a_part_of_the_window_but_a_step_at_least():
    assert moved(50.0, 1, (0.0, 100.0), (0.0, 100.0)) == 51.0
    assert moved(50.0, -10, (0.0, 4000.0), (0.0, 4000.0)) == 0.0
    assert moved(5000.0, 1, (0.0, 1e6), (0.0, 1e6)) == 10_000.0
    assert moved(99.9, 1, (0.0, 100.0), (0.0, 100.0)) == 100.0


@given(st.floats(0, 1000), st.floats(2, 500), st.floats(0, 1000))
def test_the_window_moves_to_where_the_cursor_is(cursor, width, end):
    data = (0.0, 1000.0)
    zoom = revealing(Zoom(width=width, end=max(width, end), follow=False), cursor, data)
    low, high = zoom.window(data)
    assert low - 1e-6 <= cursor <= high + 1e-6
    assert high - low == pytest.approx(width)


@given(st.floats(0, 1000), st.sampled_from([0.5, 0.7, 1.5]))
def test_zooming_about_a_step_keeps_it_in_its_place(step, factor):
    data = (0.0, 1000.0)
    zoom = Zoom(width=400.0, end=700.0, follow=False)
    low, high = zoom.window(data)
    if not low <= step <= high:
        return
    closer = zoom.scaled(factor, data, step)
    new_low, new_high = closer.window(data)
    share = (step - low) / (high - low)
    if 0 < new_low and new_high < 1000:
        assert (step - new_low) / (new_high - new_low) == pytest.approx(share, abs=1e-6)
    assert not closer.follow


def test_the_state_of_the_view_is_said(view):
    assert cost_chart(view, Options()).corner == "live: all"
    frozen = Options(zoom=Zoom().scaled(0.5, extent(view)).toggled(extent(view)))
    assert cost_chart(view, frozen).corner == "frozen 50-99"


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("size", SIZES)
def test_a_click_points_at_the_step_that_is_drawn_there(view, unit, size):
    for step in (0.0, 40.0, 99.0):
        options = Options(unit=unit, cursor=step)
        chart = cost_chart(view, options)
        layout = lay_out(chart, *size, Look())
        rows = draw(chart, *size, Look())
        body = [plain(row) for row in rows[layout.head : layout.head + layout.height]]
        columns = [
            c for c in range(layout.gutter, size[0]) if sum(row[c] == "│" for row in body) > 2
        ]
        assert len(columns) == 1
        x = x_at(chart, *size, Look(), columns[0])
        span = (99.0 if unit == "step" else 99 / 20 if unit == "epoch" else 980.1 / 60) + 1e-9
        assert x == pytest.approx(float(places(view, unit).of(np.array([step]))[0]), abs=span / 30)
    assert x_at(chart, *size, Look(), 0) is None or layout.gutter == 0
    assert x_at(chart, *size, Look(), size[0] + 5) is None


def test_changes_by_hand_are_marked_on_both_charts(view):
    for chart in (cost_chart(view, Options()), rate_chart(view, Options())):
        (mark,) = [m for m in chart.marks if m.sign == "◆"]
        assert (mark.x, mark.label) == (60.0, "rate set to 0.001 by hand")
        assert "◆" in shown(draw(chart, 80, 20, Look()))
    twice = reduce(view, News(events=(RateChanged(80, 0.5),)))
    labels = [m.label for m in rate_chart(twice, Options()).marks]
    assert labels == ["", "rate set to 0.5 by hand, 2 times"]
    anew = reduce(twice, News(events=(Started("", 70, 200, 10, 20, 64, {}, 10),)))
    assert [c.step for c in anew.changes] == [60]


def test_where_the_run_diverged_is_said_with_the_gap(view):
    records = view.records.values[-1:].copy()
    records["step"], records["cost"] = 100, np.inf
    event = Diverged(100, "dense2", "W2", "W2 is not finite")
    chart = cost_chart(reduce(view, News(records=records, events=(event,))), Options())
    assert chart.messages == ("✕ diverged at step 100: cost is inf from step 100",)
    alone = cost_chart(reduce(view, News(events=(event,))), Options())
    assert alone.messages == ("✕ diverged at step 100",)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", [Look(), Look(colour=False), Look(ascii=True)])
def test_goldens_of_the_cost_chart(view, golden, size, look):
    options = Options(unit="epoch", cursor=42.0, log_y=size[0] == 200)
    rows = draw(cost_chart(view, options), *size, look)
    text = text_of(to_ascii(rows) if look.ascii else rows)
    assert not look.ascii or text.isascii()
    kind = "ascii" if look.ascii else "colour" if look.colour else "plain"
    golden(f"tui/cost-{size[0]}-{kind}.txt", text)


def test_the_legend_gives_way_to_the_state_of_the_view(view):
    chart = replace(cost_chart(view, Options()), corner="live: last 50 steps")
    for width in range(45, 120):
        assert plain(draw(chart, width, 12, Look())[0]).rstrip().endswith("live: last 50 steps")
