"""Bias and variance: the examples of the course notes get the words of the course notes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.run.diagnosis import BIAS_ADVICE, VARIANCE_ADVICE, Errors, diagnose

NOTES = [
    (0.01, 0.11, 0.0, "low bias, high variance"),
    (0.15, 0.16, 0.0, "high bias, low variance"),
    (0.15, 0.30, 0.0, "high bias, high variance"),
    (0.005, 0.01, 0.0, "low bias, low variance"),
    (0.15, 0.16, 0.15, "low bias, low variance"),
    (0.08, 0.10, 0.01, "high bias, low variance"),
    (0.08, 0.10, 0.075, "low bias, high variance"),
]
"""Train error, dev error, Bayes error: "Improving Deep Neural Networks", week 1, and "Structuring
Machine Learning Projects", week 1."""


@pytest.mark.parametrize(("train", "dev", "bayes", "verdict"), NOTES)
def test_the_examples_of_the_notes(train: float, dev: float, bayes: float, verdict: str) -> None:
    found = diagnose({"train": {"accuracy": 1 - train}, "dev": {"accuracy": 1 - dev}}, bayes)
    assert found is not None
    assert found.verdict == verdict
    assert found.train == pytest.approx(train)
    assert found.gap == pytest.approx(dev - train)
    assert found.bias == pytest.approx(train - bayes)
    assert set(BIAS_ADVICE) <= set(found.advice) or "high bias" not in verdict
    assert set(VARIANCE_ADVICE) <= set(found.advice) or "high variance" not in verdict
    assert bool(found.advice) == ("high" in verdict)


def test_the_other_set_is_dev_else_test() -> None:
    metrics = {"train": {"accuracy": 1.0}, "dev": {"accuracy": 0.9}, "test": {"accuracy": 0.8}}
    sizes = {"dev": 100, "test": 400}
    dev = diagnose(metrics, examples=sizes)
    test = diagnose({**metrics, "dev": None}, examples=sizes)
    assert dev is not None
    assert test is not None
    assert (dev.part, dev.examples, dev.other) == ("dev", 100, pytest.approx(0.1))
    assert (test.part, test.examples, test.other) == ("test", 400, pytest.approx(0.2))
    assert dev.uncertainty == pytest.approx(2 * math.sqrt(0.1 * 0.9 / 100))


def test_without_another_set_there_is_no_variance() -> None:
    found = diagnose({"train": {"accuracy": 0.5}})
    assert found is not None
    assert (found.verdict, found.gap, found.part) == ("high bias", None, None)


def test_numbers_have_costs_and_no_verdict() -> None:
    found = diagnose({"train": {"cost": 1.5, "mae": 1.0}, "dev": {"cost": 4.0, "mae": 2.0}})
    assert found is not None
    assert (found.measure, found.gap, found.verdict, found.advice) == ("cost", 2.5, None, ())
    assert (found.bias, found.bayes, found.uncertainty) == (None, None, None)
    assert diagnose({"train": None}) is None


share = st.floats(0, 1)


@given(train=share, other=share, bayes=share)
def test_a_verdict_is_never_both_ways(train: float, other: float, bayes: float) -> None:
    errors = Errors("error", "dev", train, other, bayes)
    assert errors.verdict is not None
    assert errors.high_bias == errors.verdict.startswith("high bias")
    assert errors.high_variance == errors.verdict.endswith("high variance")
    worst = max(train - bayes, other - train)
    # What is large is named: nothing above the threshold is passed over.
    assert (errors.high_bias or errors.high_variance) or worst < 0.02 + 1e-6


def test_what_is_not_a_number_is_no_diagnosis() -> None:
    assert Errors("error", "dev", math.nan, 0.1, 0.0).verdict is None
    assert Errors("error", "dev", 0.1, math.nan, 0.0).verdict is None
