"""Ten steps over sequences are ten steps of PyTorch: costs, first gradients and final parameters.

Every cell with its states used at the end or at every step, alone and in stacks of two, behind an
embedding and without biases, in both precisions, with a smaller last batch.
"""

from __future__ import annotations

import pytest
from generated import in_both, trained
from sequence_cases import CASES, REFERENCES, Case

by_name = pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=c.name, marks=[pytest.mark.proves(w) for w in c.proves]) for c in CASES],
)


@in_both
@by_name
def test_costs_gradients_and_parameters_are_those_of_torch(case: Case, precision: str) -> None:
    REFERENCES.hold(trained(case, precision), case, precision)


@in_both
def test_every_number_is_that_of_torch(precision: str) -> None:
    """With PyTorch at hand: every gradient and parameter, and whether what is stored holds."""
    pytest.importorskip("torch")
    import sequence_torch

    for case in CASES:
        theirs = sequence_torch.train(case, precision)
        REFERENCES.hold_torch(trained(case, precision), theirs, case, precision)
