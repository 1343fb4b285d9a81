"""Every optimiser, decoupled decay and clipping: ten steps of the generated program are ten steps
of PyTorch. See `test_parity_training`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle import compiled, program
from parity_cases import BATCH, EXAMPLES, Trace, digest
from update_cases import UPDATE_CASES, UpdateCase

from specc.driver import make_plan
from specc.library.registry import Registry

REFERENCES = Path(__file__).parent / "references" / "updates.npz"
PRECISIONS = ("float32", "float64")
TOLERANCE = {"float32": 2e-5, "float64": 1e-10}
"""Relative, of costs, and of parameters after ten steps, relative to their norm."""

by_name = pytest.mark.parametrize("case", UPDATE_CASES, ids=lambda c: c.name)
in_both = pytest.mark.parametrize("precision", PRECISIONS)


@cache
def stored(precision: str) -> dict[str, tuple[Any, Any]]:
    """Costs and digests by name."""
    with np.load(REFERENCES) as file:
        names = file["names"].tolist()
        costs, digests = file[f"costs.{precision}"], file[f"digests.{precision}"]
    return dict(zip(names, zip(costs, digests, strict=True), strict=True))


@cache
def trained(name: str, precision: str) -> Trace:
    """The costs and parameters of the generated program."""
    case = next(c for c in UPDATE_CASES if c.name == name)
    compilation = compiled(case.text())
    made = program(make_plan(compilation, BATCH, precision), compilation.model, EXAMPLES)
    ours = made.parameters()
    for name, value in case.start().items():
        ours[name][...] = value
    costs = [
        made.step(len(X))(X.T, T.T, case.settings["lr"], t)
        for t, (X, T) in enumerate(case.batches(precision), 1)
    ]
    return Trace(np.array(costs), {name: ours[name].copy() for name in case.start()})


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
def test_costs_and_parameters_are_those_of_torch(case: UpdateCase, precision: str) -> None:
    ours = trained(case.name, precision)
    costs, theirs = stored(precision)[case.name]
    np.testing.assert_allclose(ours.costs, costs, rtol=TOLERANCE[precision])
    values = np.concatenate([p.astype(float).reshape(-1) for p in ours.parameters.values()])
    # A sum with random signs of `size` errors of `tolerance * norm / sqrt(size)` each.
    drift = 4 * TOLERANCE[precision] * float(np.linalg.norm(values)) * np.sqrt(values.size)
    np.testing.assert_allclose(digest(ours.parameters), theirs, rtol=0, atol=drift)


@in_both
def test_all_parameters_are_those_of_torch(precision: str) -> None:
    """With PyTorch at hand, every single parameter, and whether the stored numbers still hold."""
    pytest.importorskip("torch")
    import updates_torch

    for case in UPDATE_CASES:
        theirs, ours = updates_torch.train(case, precision), trained(case.name, precision)
        costs = stored(precision)[case.name][0]
        np.testing.assert_allclose(theirs.costs, costs, rtol=TOLERANCE[precision] / 10)
        for name, value in theirs.parameters.items():
            atol = TOLERANCE[precision] * max(1, float(np.abs(value).max()))
            np.testing.assert_allclose(
                ours.parameters[name], value, rtol=0, atol=atol, err_msg=f"{case.name} {name}"
            )


def test_there_is_a_case_for_every_optimiser() -> None:
    assert {c.optimizer for c in UPDATE_CASES} == set(Registry().words("optimizers"))


def test_bounds_that_bind_and_one_that_does_not() -> None:
    """Or the cases would show nothing."""
    free = trained("momentum-mse", "float64").costs
    assert not np.allclose(trained("plain-norm(0.2)", "float64").costs[2:], free[2:], rtol=1e-3)
    assert not np.allclose(trained("plain-value(0.05)", "float64").costs[2:], free[2:], rtol=1e-3)
    assert (trained("plain-norm(1000)", "float64").costs == free).all()
