"""The reducer and what is made of its view: states in words, smoothing, charts, zoom."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specc_tui.axes import Axis
from specc_tui.chart import draw
from specc_tui.curves import Options, cost_chart, extent, metric_chart, metrics_of, rate_chart
from specc_tui.header import read_header
from specc_tui.lines import Role, plain
from specc_tui.look import Look
from specc_tui.news import RECORD, News
from specc_tui.session import Trainer
from specc_tui.smoothing import LEVELS, NOTHING, smooth, step_level
from specc_tui.state import View, reduce, with_smoothing
from specc_tui.track import Track
from specc_tui.words import headline, status_parts
from specc_tui.zoom import Zoom

from specc.run.events import Diverged, Evaluated, Finished, Paused, RateChanged, Resumed, Started


def records(steps, cost=1.0):
    made = np.zeros(len(steps), RECORD)
    made["step"] = steps
    made["seconds"] = np.asarray(steps) * 0.1
    made["rate"] = 0.001
    made["cost"] = cost
    return made


def evaluation(step, cost=0.5, best=False, dev=True):
    metrics = {"cost": cost, "accuracy": 1 - cost}
    return Evaluated(step, step / 20, step * 0.1, metrics, dict(metrics) if dev else None, best)


@pytest.fixture
def header(fake):
    return read_header(json.loads(json.dumps(fake.header("/models/digits.dl", 200, 7))))


@pytest.fixture
def training(header):
    return reduce(View(), News(header=header, records=records(range(100)), modified=50.0))


END = Finished("finished", "ran 10 epochs", 200, 10.0, 20.0, 640.0, {}, {}, None, None)


def words(view, trainer=Trainer(running=True), now=51.0):  # noqa: B008
    return headline(view, trainer, now)[0]


def test_a_run_is_followed_from_start_to_end(header):
    view = View()
    assert words(view) == "starting: waiting for the trainer's first words"
    view = reduce(view, News(header=header, modified=50.0))
    assert words(view) == "training"
    view = reduce(view, News(records=records(range(40)), events=(evaluation(20, 0.4, True),)))
    assert (view.step, view.epoch, view.best.step) == (39, 1.95, 20)
    view = reduce(view, News(events=(Paused(40),)))
    assert (words(view), view.step) == ("paused", 40)
    view = reduce(view, News(events=(Resumed(40), RateChanged(41, 0.5))))
    assert words(view) == "training"
    assert view.log[-1] == (41, "learning rate set to 0.5 by hand")
    view = reduce(view, News(events=(END,)))
    assert words(view) == "finished: ran 10 epochs"
    assert (view.step, view.ended) == (200, True)


def test_divergence_is_said_with_step_and_tensor(training):
    view = reduce(training, News(events=(Diverged(812, "", "W2", "W2 is nan"),)))
    assert words(view) == "diverged at step 812: W2 is not finite"
    view = reduce(training, News(events=(Diverged(812, "", "", "the cost is inf"),)))
    assert words(view) == "diverged at step 812: the cost is inf"
    assert headline(view, Trainer(), 0.0)[1] == Role.BAD


def test_silence_and_death_are_said(training):
    assert words(training, now=62.4) == "training, no data for 12 s"
    gone = Trainer(running=False)
    assert words(training, gone, 170.0) == (
        "broken off at step 99: its trainer is gone, last data 2:00 min ago"
    )
    crashed = Trainer(own=True, running=False, code=70)
    assert words(training, crashed) == "the trainer ended at step 99 (status 70, a bug of specc)"
    assert "before its first step" in words(View(), crashed)


def test_a_failed_expectation_is_no_green_end(training):
    failed = replace(END, expect=({"claim": "dev.accuracy >= 95%", "holds": False},))
    view = reduce(training, News(events=(failed,)))
    assert headline(view, Trainer(), 0.0)[1] == Role.NOTE
    assert view.log[-1] == (200, "expectation dev.accuracy >= 95% does not hold")


def test_speed_eta_and_cost_stand_in_the_status(training):
    assert training.steps_per_second == pytest.approx(10)
    assert training.remaining == pytest.approx(10.1)
    text = "  ".join(plain(part) for part in status_parts(training, Trainer(running=True), 51.0))
    for piece in (
        "training",
        "step 99/200",
        "epoch 5.0/10",
        "cost 1.000",
        "rate 0.001",
        "ETA 10 s",
    ):
        assert piece in text
    assert "examples/s 640" in text


def test_steps_that_are_written_again_replace_the_old_ones(training):
    again = records([60, 61, 62], cost=9.0)
    view = reduce(training, News(records=again))
    assert view.records.values["step"].tolist() == list(range(63))
    assert view.records.values["cost"][-3:].tolist() == [9.0] * 3
    assert len(view.smoothed) == 63
    both = np.concatenate([records(range(10)), records([5, 6], 9.0)])
    view = reduce(View(), News(records=both))
    assert view.records.values["step"].tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_going_on_from_a_checkpoint_drops_what_came_after_it(training):
    view = reduce(training, News(events=tuple(evaluation(s, best=s <= 40) for s in (20, 40, 60))))
    assert view.best.step == 40
    resumed = Started("run", 30, 200, 10.0, 20, 64, {}, 6570)
    view = reduce(view, News(events=(END, resumed)))
    assert [e.step for e in view.evaluations] == [20]
    assert view.best.step == 20
    assert (view.phase, view.finished) == ("training", None)


def test_a_reset_forgets_the_numbers_but_not_the_settings(training):
    view = reduce(with_smoothing(training, 0.5), News(reset=True, records=records([0])))
    assert len(view.records) == 1
    assert view.smoothing == 0.5


def test_the_reducer_leaves_older_views_alone(training):
    before = training.records.values.copy()
    reduce(training, News(records=records([100, 101], 5.0)))
    reduce(training, News(records=records([50], 7.0)))
    assert (training.records.values == before).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 60), max_size=12), max_size=6))
def test_steps_always_rise_and_the_last_word_holds(blocks):
    view, expected = View(), {}
    for number, block in enumerate(blocks):
        view = reduce(view, News(records=records(block, float(number))))
        for step in block:
            expected = {s: c for s, c in expected.items() if s < step}
            expected[step] = float(number)
    held = view.records.values
    assert dict(zip(held["step"].tolist(), held["cost"].tolist(), strict=True)) == expected
    assert len(view.smoothed) == len(held)


def test_a_hostile_step_number_is_only_a_number():
    view = reduce(View(), News(records=records([2**63, 2**64 - 1])))
    chart = draw(cost_chart(view, Options()), 40, 10, Look())
    assert len(chart) == 10


def by_hand(values, beta):
    v, weight, smoothed = 0.0, 0.0, []
    for x in values:
        if math.isfinite(x):
            v, weight = beta * v + (1 - beta) * x, beta * weight + (1 - beta)
            smoothed.append(v / weight)
        else:
            v, weight = beta * v, beta * weight
            smoothed.append(math.nan)
    return smoothed


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.998])
def test_smoothing_is_the_bias_corrected_average(beta):
    x = np.random.default_rng(3).normal(size=1000)
    x[[0, 5, 700]] = [np.nan, np.inf, -np.inf]
    whole, _ = smooth(x, beta)
    np.testing.assert_allclose(whole, by_hand(x, beta), rtol=1e-9)
    carry, parts = NOTHING, []
    for block in np.split(x, [1, 7, 300, 301, 900]):
        values, carry = smooth(block, beta, carry)
        parts.append(values)
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=1e-9)


def test_smoothing_levels_end():
    assert step_level(0.9, 1) == 0.95
    assert step_level(LEVELS[-1], 1) == LEVELS[-1]
    assert step_level(0.0, -1) == 0.0


def test_tracks_share_their_buffer_without_showing_it():
    first = Track(np.arange(3))
    longer = first.extended(np.array([3, 4]))
    other = first.extended(np.array([9]))
    branch = longer.cut(4).extended(np.array([7]))
    more = longer.extended(np.array([5]))
    assert first.values.tolist() == [0, 1, 2]
    assert longer.values.tolist() == [0, 1, 2, 3, 4]
    assert other.values.tolist() == [0, 1, 2, 9]
    assert branch.values.tolist() == [0, 1, 2, 3, 7]
    assert more.values.tolist() == [0, 1, 2, 3, 4, 5]
    with pytest.raises(ValueError, match="read-only"):
        first.values[0] = 1


def test_the_cost_chart_has_raw_smoothed_dev_and_best(training):
    view = reduce(training, News(events=(evaluation(20), evaluation(40, 0.4, True))))
    chart = cost_chart(view, Options())
    assert [s.label for s in chart.series] == ["train batch", "smoothed 0.9", "dev"]
    assert [(m.x, m.y) for m in chart.marks] == [(40.0, 0.4)]
    assert [s.label for s in cost_chart(with_smoothing(view, 0.0), Options()).series] == [
        "train batch",
        "dev",
    ]
    assert metrics_of(view) == ("accuracy",)
    assert [s.label for s in metric_chart(view, Options(), "accuracy").series] == ["train", "dev"]
    assert rate_chart(view, Options()).series[0].y[0] == 0.001


def test_without_a_dev_set_there_is_no_dev_curve(training):
    view = reduce(training, News(events=(evaluation(20, best=True, dev=False),)))
    assert [s.label for s in cost_chart(view, Options()).series] == ["train batch", "smoothed 0.9"]
    assert cost_chart(view, Options()).marks[0].label == "best train 0.5000"


def test_units_of_x(training):
    steps, epochs, log = (
        cost_chart(training, options)
        for options in (Options(), Options(unit="epoch"), Options(log_x=True))
    )
    assert steps.x_range == (0.0, 99.0)
    assert epochs.series[0].x[-1] == pytest.approx(99 / 20)
    assert log.x_range == (1.0, 99.0)
    assert log.log_x


def test_not_finite_cost_is_said_in_the_chart(training):
    bad = records([100, 101], cost=np.nan)
    chart = cost_chart(reduce(training, News(records=bad)), Options())
    assert chart.messages == ("✕ cost is nan from step 100, 2 steps in all",)


def test_zoom_follows_the_end_until_it_is_moved():
    data = (0.0, 1000.0)
    zoom = Zoom().scaled(0.5, data)
    assert zoom.window(data) == (500.0, 1000.0)
    assert zoom.window((0.0, 2000.0)) == (1500.0, 2000.0)
    assert zoom.words() == "last 500 steps"
    moved = zoom.moved(-0.5, data)
    assert moved.window((0.0, 2000.0)) == (250.0, 750.0)
    assert moved.words() == "frozen 250-750"
    assert moved.moved(-9, data).window(data) == (0.0, 500.0)
    assert moved.moved(9, data).window(data) == (500.0, 1000.0)
    assert moved.toggled(data).window((0.0, 2000.0)) == (1500.0, 2000.0)
    assert moved.scaled(0.5, data).window(data) == (375.0, 625.0)
    assert moved.scaled(8, data) == Zoom()
    assert Zoom().toggled(data).window((0.0, 2000.0)) == (0.0, 1000.0)
    assert Zoom().moved(-1, data) == Zoom()
    assert Zoom().words() == "all"


def test_the_extent_covers_records_and_evaluations(training):
    assert extent(View()) == (0.0, 0.0)
    assert extent(reduce(training, News(events=(evaluation(200),)))) == (0.0, 200.0)


def test_an_axis_value_lies_between_its_ends():
    assert Axis(1, 100, log=True).value(0.5) == pytest.approx(10)
    assert Axis(0, 10).value(0.25) == 2.5
