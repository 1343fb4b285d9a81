"""Ten steps with normalisation are ten steps of PyTorch: costs, first gradients, parameters and
running averages, and after them the output at test time.

Features, images and sequences, in both precisions, with a smaller last batch, whose averages count
as much as those of whole batches.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from experiment import Trace
from generated import begun, followed, in_both
from norm_cases import CASES, REFERENCES, Case

from specc.run.data import Part

by_name = pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=c.name, marks=[pytest.mark.proves(w) for w in c.proves]) for c in CASES],
)


@cache
def trained(case: Case, precision: str) -> Trace:
    """The run of a case, and its output at test time for all examples."""
    made = begun(case, precision)
    trace = followed(made, case, precision)
    X, T = case.data(precision)
    output = made.output(Part(X, T, len(X)))
    return replace(trace, output={"output": output})


@in_both
@by_name
def test_training_and_test_time_are_those_of_torch(case: Case, precision: str) -> None:
    REFERENCES.hold(trained(case, precision), case, precision)


@in_both
def test_every_number_is_that_of_torch(precision: str) -> None:
    """With PyTorch at hand: every number, and whether the stored ones still hold."""
    pytest.importorskip("torch")
    import norm_torch

    for case in CASES:
        theirs = norm_torch.train(case, precision)
        REFERENCES.hold_torch(trained(case, precision), theirs, case, precision)
