"""Long runs in bounded memory: what is left draws the same curves, and stands for all of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specc_tui.axes import Axis
from specc_tui.curves import Options, cost_chart
from specc_tui.news import RECORD, News
from specc_tui.raster import rasterise
from specc_tui.smoothing import NOTHING, smooth
from specc_tui.state import View, reduce, with_smoothing
from specc_tui.strokes import Curve
from specc_tui.thinning import CAPACITY, fitting, single, smooth_thinned, thin

finite = st.floats(-1e6, 1e6)
costs = st.lists(finite | st.sampled_from([np.nan, np.inf, -np.inf]), min_size=1, max_size=200)
strides = st.sampled_from([2, 4, 8, 64])


def records(cost, first=0):
    made = np.zeros(len(cost), RECORD)
    made["step"] = np.arange(first, first + len(cost))
    made["seconds"] = made["step"] * 0.001
    made["rate"] = 0.1
    made["cost"] = cost
    return made


@given(costs, strides)
def test_every_group_keeps_its_extremes_and_its_first_gap(cost, stride):
    all_of_it = records(cost)
    kept, _ = thin(all_of_it, None, stride)
    assert kept[-1] == all_of_it[-1] or np.isnan(kept[-1]["cost"])
    assert (np.diff(kept["step"].astype(np.int64)) > 0).all()
    for group in np.unique(all_of_it["step"] // stride):
        here = all_of_it["cost"][all_of_it["step"] // stride == group]
        left = kept["cost"][kept["step"] // stride == group]
        fine, still = here[np.isfinite(here)], left[np.isfinite(left)]
        if fine.size:
            assert (still.min(), still.max()) == (fine.min(), fine.max())
        assert np.isfinite(left).all() == np.isfinite(here).all()
        assert len(left) <= 4


@given(costs, strides)
def test_what_stays_stands_for_all_that_went(cost, stride):
    all_of_it = records(cost)
    for weights in (None, single(all_of_it)):
        kept, sums = thin(all_of_it, weights, stride)
        assert len(sums) == len(kept)
        fine = np.asarray(cost)[np.isfinite(cost)]
        assert sums["count"].sum() == fine.size
        assert sums["total"].sum() == pytest.approx(fine.sum(), abs=1e-3)


@given(costs, st.sampled_from([4, 8]))
def test_thinning_twice_is_thinning_once(cost, stride):
    all_of_it = records(cost)
    once, _ = thin(all_of_it, None, 2 * stride)
    some, weights = thin(all_of_it, None, stride)
    twice, _ = thin(some, weights, 2 * stride)
    # Of equal costs the first stays, and the last record of all stays in any case.
    np.testing.assert_array_equal(once["step"], twice["step"])


@given(costs, st.sampled_from([0.0, 0.5, 0.9, 0.99]), st.integers(0, 200))
def test_where_nothing_went_the_average_is_the_exact_one(cost, beta, cut):
    all_of_it = records(cost)
    exact, carry = smooth(all_of_it["cost"], beta)
    weights = single(all_of_it)
    parts, held = [], NOTHING
    for some, those in ((all_of_it[:cut], weights[:cut]), (all_of_it[cut:], weights[cut:])):
        if len(some):
            values, held = smooth_thinned(some, those, beta, held)
            parts.append(values)
    fine = np.isfinite(exact)
    values = np.concatenate(parts)
    np.testing.assert_array_equal(np.isfinite(values), fine)
    np.testing.assert_allclose(values[fine], exact[fine], rtol=1e-9, atol=1e-6)
    if beta:
        assert held[1] == pytest.approx(carry[1])


def test_a_long_run_keeps_its_curve_its_end_and_its_spike():
    count = 2_000_000
    rng = np.random.default_rng(7)
    cost = 2 * np.exp(-np.arange(count) / 3e5) + rng.normal(0, 0.05, count)
    cost[1_234_567] = 9.0
    view, plain = View(), records(cost)
    for begin in range(0, count, 150_000):
        view = reduce(view, News(records=plain[begin : begin + 150_000]))
        assert len(view.records) <= CAPACITY
        assert len(view.records) == len(view.smoothed) == len(view.weights) or view.stride == 1
    assert view.stride >= 16
    assert view.step == count - 1
    assert view.records.values["cost"].max() == 9.0
    x, y = Axis(0, count), Axis(-0.5, 10)
    all_of_it = Curve(plain["step"].astype(np.float64), cost)
    left = Curve(view.records.values["step"].astype(np.float64), view.records.values["cost"])
    for_all, for_left = (rasterise([c], 200, 50, x, y).dots for c in (all_of_it, left))
    assert (for_all != for_left).mean() < 0.002
    smoothed = with_smoothing(view, 0.998)
    exact, _ = smooth(cost, 0.998)
    at = view.records.values["step"].astype(np.int64)
    middle = (at > 10_000) & (np.abs(at - 1_234_567) > 10_000)
    assert np.abs(smoothed.smoothed.values - exact[at])[middle].max() < 0.02
    assert f"extremes of {view.stride} steps" in cost_chart(view, Options()).corner


def test_a_thinned_run_that_goes_on_from_a_checkpoint_forgets_what_it_did_again():
    count = 600_000
    view = reduce(View(), News(records=records(np.ones(count))))
    again = reduce(view, News(records=records(np.full(1000, 5.0), first=300_000)))
    assert again.step == 300_999
    steps = again.records.values["step"]
    assert (np.diff(steps.astype(np.int64)) > 0).all()
    assert len(again.records) == len(again.smoothed) == len(again.weights)
    assert again.smoothed.values[-1] == pytest.approx(5.0, abs=1e-3)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 2**64 - 1), min_size=3, max_size=60, unique=True))
def test_steps_of_any_size_are_thinned(steps):
    made = records(np.ones(len(steps)))
    made["step"] = np.sort(np.array(steps, np.uint64))
    kept, weights, stride = fitting(made, single(made), 1, most=4)
    assert stride >= 4 or len(made) <= 2
    assert weights["count"].sum() == len(steps)
    assert kept["step"][-1] == made["step"][-1]
