"""Every optimiser, decoupled decay and clipping: ten steps of the generated program are ten steps
of PyTorch. See `test_parity_training`.
"""

from __future__ import annotations

import numpy as np
import pytest
from generated import in_both, trained
from parity_cases import Case
from update_cases import CASES, REFERENCES

from specc.library.registry import Registry

by_name = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)


@pytest.mark.proves(
    "optimizers.sgd",
    "optimizers.momentum",
    "optimizers.rmsprop",
    "optimizers.adam",
    "optimizers.nesterov",
    "optimizers.adagrad",
    "optimizers.adadelta",
    "optimizers.adamw",
    "optimizers.nadam",
    "optimizers.lion",
    "regularizers.weight_decay",
    "clips.norm",
    "clips.value",
)
@in_both
@by_name
def test_costs_and_parameters_are_those_of_torch(case: Case, precision: str) -> None:
    REFERENCES.hold(trained(case, precision), case, precision)


@in_both
def test_all_parameters_are_those_of_torch(precision: str) -> None:
    """With PyTorch at hand, every single parameter, and whether the stored numbers still hold."""
    pytest.importorskip("torch")
    import updates_torch

    for case in CASES:
        theirs = updates_torch.train(case, precision)
        REFERENCES.hold_torch(trained(case, precision), theirs, case, precision)


def test_there_is_a_case_for_every_optimiser() -> None:
    assert {c.optimizer for c in CASES} == set(Registry().words("optimizers"))


def test_bounds_that_bind_and_one_that_does_not() -> None:
    """Or the cases would show nothing."""
    costs = {c.name: trained(c, "float64").costs for c in CASES if c.optimizer == "momentum"}
    free = costs["momentum-mse"]
    assert not np.allclose(costs["plain-norm(0.2)"][2:], free[2:], rtol=1e-3)
    assert not np.allclose(costs["plain-value(0.05)"][2:], free[2:], rtol=1e-3)
    assert (costs["plain-norm(1000)"] == free).all()
