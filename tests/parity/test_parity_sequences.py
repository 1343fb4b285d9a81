"""Ten steps over sequences are ten steps of PyTorch: costs, first gradients and final parameters.

Every cell with its states used at the end or at every step, alone and in stacks of two, behind an
embedding and without biases, in both precisions, with a smaller last batch.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle import compiled, program
from parity_cases import digest
from sequence_cases import BATCH, CASES, EXAMPLES, Arrays, Case, Trace

from specc.driver import make_plan

REFERENCES = Path(__file__).parent / "references" / "sequences.npz"
TOLERANCE = {"float32": 3e-5, "float64": 1e-10}

by_name = pytest.mark.parametrize(
    "case",
    [pytest.param(c, id=c.name, marks=[pytest.mark.proves(w) for w in c.proves]) for c in CASES],
)
in_both = pytest.mark.parametrize("precision", list(TOLERANCE))


@cache
def references() -> dict[str, Any]:
    with np.load(REFERENCES) as file:
        return dict(file)


def stored(case: Case, what: str, precision: str) -> Any:
    return references()[f"{what}.{precision}"][references()["names"].tolist().index(case.name)]


@cache
def trained(case: Case, precision: str) -> Trace:
    """What the generated program makes of it."""
    compilation = compiled(case.text())
    made = program(make_plan(compilation, BATCH, precision), compilation.model, EXAMPLES)
    ours, start = made.parameters(), case.start()
    assert set(ours) == set(start)
    for name, value in start.items():
        ours[name][...] = value
    costs: list[float] = []
    first: Arrays = {}
    for t, (X, T) in enumerate(case.batches(precision), 1):
        costs.append(made.step(len(X))(X.T, T, case.lr, t))
        first = first or {
            name: made.dtheta[offset : offset + int(np.prod(shape))].reshape(shape).copy()
            for name, offset, shape in made.module.PARAMETERS
        }
    final = {name: ours[name].copy() for name in start}
    return Trace(np.array(costs), {name: first[name] for name in start}, final)


def close(ours: Arrays, theirs: Any, precision: str) -> None:
    """Sums of all numbers with random signs: `size` errors relative to the norm of them all."""
    numbers = np.concatenate([x.astype(float).reshape(-1) for x in ours.values()])
    off = 4 * TOLERANCE[precision] * np.linalg.norm(numbers) * np.sqrt(numbers.size)
    np.testing.assert_allclose(digest(ours), theirs, rtol=0, atol=off)


@in_both
@by_name
def test_costs_gradients_and_parameters_are_those_of_torch(case: Case, precision: str) -> None:
    ours = trained(case, precision)
    costs = stored(case, "costs", precision)
    assert len(set(costs)) == len(costs)
    np.testing.assert_allclose(ours.costs, costs, rtol=TOLERANCE[precision])
    close(ours.gradient, stored(case, "gradients", precision), precision)
    close(ours.parameters, stored(case, "digests", precision), precision)


@in_both
def test_every_number_is_that_of_torch(precision: str) -> None:
    """With PyTorch at hand: every gradient and parameter, and whether what is stored holds."""
    pytest.importorskip("torch")
    import sequence_torch

    for case in CASES:
        theirs, ours = sequence_torch.train(case, precision), trained(case, precision)
        costs = stored(case, "costs", precision)
        np.testing.assert_allclose(theirs.costs, costs, rtol=TOLERANCE[precision] / 10)
        for mine, other in (
            (ours.gradient, theirs.gradient),
            (ours.parameters, theirs.parameters),
        ):
            assert set(mine) == set(other)
            for name, value in other.items():
                off = TOLERANCE[precision] * max(1, float(np.abs(value).max()))
                said = f"{case.name} {name}"
                np.testing.assert_allclose(mine[name], value, rtol=0, atol=off, err_msg=said)
