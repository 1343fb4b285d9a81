"""The learning rates of the course's decay exercise; its costs are in test_parity_course_models."""

from __future__ import annotations

import pytest
from course_chapters import EXPERIMENTS
from course_runs import trained

PRINTED_RATES = {
    # Behind the epoch that is named, so that the next one runs at it.
    "smooth": {0: 0.1, 1000: 0.000100, 2000: 0.000050, 3000: 0.000033, 4000: 0.000025},
    "gd": {0: 0.1, 1000: 0.05, 2000: 0.033333, 3000: 0.025, 4000: 0.02},
    "momentum": {0: 0.1, 1000: 0.05, 2000: 0.033333, 3000: 0.025, 4000: 0.02},
    "adam": {0: 0.01, 1000: 0.005, 2000: 0.003333, 3000: 0.0025, 4000: 0.002},
}


@pytest.mark.proves("schedules.staircase", "schedules.inverse_time")
@pytest.mark.parametrize("variant", PRINTED_RATES)
def test_each_epoch_runs_at_the_rate_that_was_set_behind_the_one_before(variant: str) -> None:
    rates = trained(EXPERIMENTS[f"course/decay {variant}"]).epoch_rates
    assert len(rates) == 5000
    assert rates[0] == rates[1]
    for epoch, rate in PRINTED_RATES[variant].items():
        assert rates[epoch + 1] == pytest.approx(rate, abs=5.1e-7), epoch
