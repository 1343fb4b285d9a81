"""The course's learning-rate decay, trained to the end: published costs to their printed digits."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from numpy.typing import NDArray

from specc.driver import compile_file
from specc.run.events import Finished, Steps
from specc.training import prepare_job, run_job

SPEC = Path(__file__).parents[2] / "models" / "course" / "decay.dl"
BATCHES = np.array([64, 64, 64, 64, 44])
COSTS = {
    "smooth": {0: 0.701091, 1000: 0.661884, 2000: 0.658620, 3000: 0.656765, 4000: 0.655486},
    "gd": {0: 0.701091, 1000: 0.127161, 2000: 0.120304, 3000: 0.117033, 4000: 0.117512},
    "momentum": {0: 0.702226, 1000: 0.128974, 2000: 0.125965, 3000: 0.123375, 4000: 0.123218},
    "adam": {0: 0.699346, 1000: 0.130074, 2000: 0.129826, 3000: 0.129282, 4000: 0.128361},
}
"""Means over an epoch, each batch's cost taken before its own update."""
ACCURACIES = {"smooth": 65.3333, "gd": 94.3333, "momentum": 95.3333, "adam": 94.0}
PRINTED_RATES = {
    # Behind the epoch that is named, so that the next one runs at it.
    "smooth": {0: 0.1, 1000: 0.000100, 2000: 0.000050, 3000: 0.000033, 4000: 0.000025},
    "gd": {0: 0.1, 1000: 0.05, 2000: 0.033333, 3000: 0.025, 4000: 0.02},
    "momentum": {0: 0.1, 1000: 0.05, 2000: 0.033333, 3000: 0.025, 4000: 0.02},
    "adam": {0: 0.01, 1000: 0.005, 2000: 0.003333, 3000: 0.0025, 4000: 0.002},
}

variants = pytest.mark.parametrize("variant", COSTS)


@cache
def trained(variant: str) -> tuple[NDArray[np.float64], NDArray[np.float64], Finished]:
    """Mean cost and learning rate of every epoch, and the end."""
    with TemporaryDirectory() as folder:
        job = prepare_job(compile_file(str(SPEC), variant), str(Path(folder) / "run"))
        events = list(run_job(job))
    steps = [e for e in events if isinstance(e, Steps)]
    costs = np.concatenate([e.costs for e in steps]).reshape(-1, len(BATCHES))
    rates = np.concatenate([e.rates for e in steps]).reshape(-1, len(BATCHES))
    assert (rates == rates[:, :1]).all()
    last = events[-1]
    assert isinstance(last, Finished)
    return costs @ BATCHES / BATCHES.sum(), rates[:, 0], last


@pytest.mark.proves("schedules.staircase", "schedules.inverse_time")
@variants
def test_costs_are_those_of_the_course(variant: str) -> None:
    costs, _, _ = trained(variant)
    assert len(costs) == 5000
    for epoch, cost in COSTS[variant].items():
        assert costs[epoch] == pytest.approx(cost, abs=5.1e-7), epoch


@variants
def test_accuracies_are_those_of_the_course(variant: str) -> None:
    last = trained(variant)[2]
    assert last.train["accuracy"] * 100 == pytest.approx(ACCURACIES[variant], abs=5.1e-5)
    assert all(claim["holds"] for claim in last.expect)


@variants
def test_each_epoch_runs_at_the_rate_that_was_set_behind_the_one_before(variant: str) -> None:
    _, rates, _ = trained(variant)
    assert rates[0] == rates[1]
    for epoch, rate in PRINTED_RATES[variant].items():
        assert rates[epoch + 1] == pytest.approx(rate, abs=5.1e-7), epoch
