"""Ten steps with normalisation are ten steps of PyTorch: costs, first gradients, parameters and
running averages, and after them the output at test time.

Features, images and sequences, in both precisions, with a smaller last batch, whose averages count
as much as those of whole batches.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from norm_cases import BATCH, CASES, EXAMPLES, LR, Arrays, Case, Trace
from oracle import compiled, program
from parity_cases import digest

from specc.driver import make_plan
from specc.run.data import Part

REFERENCES = Path(__file__).parent / "references" / "norms.npz"
TOLERANCE = {"float32": 3e-5, "float64": 1e-10}

MARKS = {
    "layers.batchnorm": pytest.mark.proves("layers.batchnorm"),
    "layers.layernorm": pytest.mark.proves("layers.layernorm"),
}

by_name = pytest.mark.parametrize(
    "case", [pytest.param(c, id=c.name, marks=[MARKS[w] for w in c.proves]) for c in CASES]
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
    assert {name: x.shape for name, x in ours.items()} == {n: x.shape for n, x in start.items()}
    for name, value in start.items():
        ours[name][...] = value
    costs, first = [], {}
    for t, (X, T) in enumerate(case.batches(precision), 1):
        costs.append(made.step(len(X))(X.T, T, LR, t))
        first = first or {
            name: made.dtheta[offset : offset + int(np.prod(shape))].reshape(shape).copy()
            for name, offset, shape in made.module.PARAMETERS
        }
    final = made.snapshot()
    running = {name: x for name, x in final.items() if name.startswith("running.")}
    X, T = case.data(precision)
    output = made.evaluate(Part(X, T, len(X)), output=True).output
    gradient, parameters = {n: first[n] for n in start}, {n: final[n] for n in start}
    return Trace(np.array(costs), gradient, parameters, running, {"output": np.asarray(output)})


def close(ours: Arrays, theirs: Any, precision: str) -> None:
    """Sums of all numbers with random signs: `size` errors relative to the norm of them all."""
    numbers = np.concatenate([x.astype(float).reshape(-1) for x in ours.values()])
    off = 4 * TOLERANCE[precision] * np.linalg.norm(numbers) * np.sqrt(numbers.size)
    np.testing.assert_allclose(digest(ours), theirs, rtol=0, atol=off)


@in_both
@by_name
def test_training_and_test_time_are_those_of_torch(case: Case, precision: str) -> None:
    ours = trained(case, precision)
    costs = stored(case, "costs", precision)
    assert len(set(costs)) == len(costs)
    np.testing.assert_allclose(ours.costs, costs, rtol=TOLERANCE[precision])
    close(ours.gradient, stored(case, "gradients", precision), precision)
    close(ours.parameters, stored(case, "digests", precision), precision)
    assert bool(ours.running) == any(p.word == "batchnorm" for p in case.parts)
    if ours.running:
        close(ours.running, stored(case, "running", precision), precision)
    close(ours.output, stored(case, "outputs", precision), precision)


@in_both
def test_every_number_is_that_of_torch(precision: str) -> None:
    """With PyTorch at hand: every number, and whether the stored ones still hold."""
    pytest.importorskip("torch")
    import norm_torch

    for case in CASES:
        theirs, ours = norm_torch.train(case, precision), trained(case, precision)
        costs = stored(case, "costs", precision)
        np.testing.assert_allclose(theirs.costs, costs, rtol=TOLERANCE[precision] / 10)
        for mine, other in (
            (ours.gradient, theirs.gradient),
            (ours.parameters, theirs.parameters),
            (ours.running, theirs.running),
            (ours.output, theirs.output),
        ):
            assert set(mine) == set(other)
            for name, value in other.items():
                off = TOLERANCE[precision] * max(1, float(np.abs(value).max()))
                said = f"{case.name} {name}"
                np.testing.assert_allclose(mine[name], value, rtol=0, atol=off, err_msg=said)
