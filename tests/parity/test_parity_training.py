"""Ten steps of the generated program are ten steps of PyTorch: costs and final parameters.

Every optimiser x every regulariser x every loss, and every activation, in both precisions, with a
smaller last batch. What differs between the two is rounding and nothing else.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle import compiled, program
from parity_cases import BATCH, CASES, EXAMPLES, Case, Trace, digest, stable_batches

from specc.driver import Compilation, make_plan

REFERENCES = Path(__file__).parent / "references" / "torch.npz"
PRECISIONS = ("float32", "float64")
TOLERANCE = {"float32": 2e-5, "float64": 1e-10}
"""Relative, of costs."""
DRIFT = {"float32": 2e-5, "float64": 1e-10}
"""Of parameters after ten steps, relative to their norm."""

by_name = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
in_both = pytest.mark.parametrize("precision", PRECISIONS)


@cache
def references() -> dict[str, Any]:
    with np.load(REFERENCES) as file:
        return dict(file)


def stored(case: Case, what: str, precision: str) -> Any:
    names = references()["names"].tolist()
    return references()[f"{what}.{precision}"][names.index(case.name)]


@cache
def compilation_of(case_name: str) -> Compilation:
    return compiled(next(c for c in CASES if c.name == case_name).text())


@cache
def trained(case_name: str, precision: str) -> Trace:
    """The costs and parameters of the generated program."""
    case = next(c for c in CASES if c.name == case_name)
    compilation = compilation_of(case_name)
    made = program(make_plan(compilation, BATCH, precision), compilation.model, EXAMPLES)
    ours = made.parameters()
    for name, value in case.start().items():
        ours[name][...] = value
    costs = [
        made.step(len(X))(X.T, T.T, case.settings["lr"], t)
        for t, (X, T) in enumerate(case.batches(precision), 1)
    ]
    final = {name: ours[name].copy() for name in case.start()}
    return Trace(np.array(costs), final)


@pytest.mark.proves("layers.input", "layers.dense")
@pytest.mark.proves("losses.mse", "losses.squared_error")
@pytest.mark.proves("losses.cross_entropy", "losses.binary_cross_entropy")
@pytest.mark.proves("regularizers.l1", "regularizers.l2")
@pytest.mark.proves("optimizers.sgd", "optimizers.momentum")
@pytest.mark.proves("optimizers.rmsprop", "optimizers.adam")
@pytest.mark.proves("activations.linear", "activations.relu", "activations.leaky_relu")
@pytest.mark.proves("activations.elu", "activations.selu", "activations.gelu", "activations.silu")
@pytest.mark.proves("activations.softplus", "activations.relu2", "activations.sigmoid")
@pytest.mark.proves("activations.tanh", "activations.softmax")
@in_both
@by_name
def test_costs_and_parameters_are_those_of_torch(case: Case, precision: str) -> None:
    ours = trained(case.name, precision)
    np.testing.assert_allclose(
        ours.costs, stored(case, "costs", precision), rtol=TOLERANCE[precision]
    )
    theirs = stored(case, "digests", precision)
    size = sum(p.size for p in ours.parameters.values())
    norm = np.sqrt(sum(float((p.astype(float) ** 2).sum()) for p in ours.parameters.values()))
    # A sum with random signs of `size` errors of `DRIFT * norm / sqrt(size)` each.
    np.testing.assert_allclose(
        digest(ours.parameters), theirs, rtol=0, atol=4 * DRIFT[precision] * norm * np.sqrt(size)
    )


@in_both
def test_single_precision_is_close_to_the_truth(precision: str) -> None:
    """The 64-bit result of PyTorch stands for the truth: 32 bits must not drift from it."""
    for case in CASES:
        np.testing.assert_allclose(
            trained(case.name, precision).costs, stored(case, "costs", "float64"), rtol=2e-5
        )


@pytest.fixture(scope="module")
def torch_side() -> Any:
    pytest.importorskip("torch")
    import parity_torch

    return parity_torch


@in_both
def test_all_parameters_are_those_of_torch(torch_side: Any, precision: str) -> None:
    """With PyTorch at hand, every single parameter, and whether the stored numbers still hold."""
    for case in CASES:
        theirs = torch_side.train(case, precision)
        ours = trained(case.name, precision)
        np.testing.assert_allclose(
            theirs.costs, stored(case, "costs", precision), rtol=TOLERANCE[precision] / 10
        )
        for name, value in theirs.parameters.items():
            np.testing.assert_allclose(
                ours.parameters[name],
                value,
                rtol=0,
                atol=DRIFT[precision] * max(1, float(np.abs(value).max())),
                err_msg=f"{case.name} {name}",
            )


LOGIT_TOLERANCE = {
    "float32": {"rtol": 2e-5, "atol": 5e-7},
    "float64": {"rtol": 1e-10, "atol": 4e-15},
}
"""Absolute, because where a loss is what is left of a logit of 30, it has the digits of a 30."""


@in_both
@pytest.mark.parametrize("name", stable_batches())
def test_extreme_logits_give_the_losses_and_gradients_of_torch(name: str, precision: str) -> None:
    """Each example alone: the loss, and the gradient of the logit (which is that of the bias)."""
    loss, z, t = stable_batches()[name]
    made = identity(loss, z.shape[1], precision, len(z))
    theirs = references()
    step = made.step(1)
    for i in range(len(z)):
        target = t[i : i + 1].astype(precision if t.dtype == float else t.dtype)
        cost = step(z[i : i + 1].astype(precision).T, target.T, 0.0, 1)
        assert np.isfinite(made.dtheta).all()
        close = LOGIT_TOLERANCE[precision]
        expected = theirs[f"stable.{precision}.{name}.losses"][i]
        np.testing.assert_allclose(cost, expected, **close, err_msg=f"logits {z[i]}")
        bias = made.dtheta[-z.shape[1] :]
        gradient = theirs[f"stable.{precision}.{name}.gradient"][i]
        np.testing.assert_allclose(bias, gradient, **close, err_msg=f"logits {z[i]}")


@in_both
@pytest.mark.parametrize("name", stable_batches())
def test_extreme_logits_give_the_cost_of_torch(name: str, precision: str) -> None:
    """All examples in one batch: large parts that cancel must not drown the small ones."""
    loss, z, t = stable_batches()[name]
    made = identity(loss, z.shape[1], precision, len(z))
    target = t.astype(precision if t.dtype == float else t.dtype)
    cost = made.step(len(z))(z.astype(precision).T, target.T, 0.0, 1)
    expected = references()[f"stable.{precision}.{name}.cost"]
    np.testing.assert_allclose(cost, expected, **LOGIT_TOLERANCE[precision])


@in_both
def test_no_cost_is_below_zero(precision: str) -> None:
    """Confident and right: the cost is close to 0, on the right side of it."""
    for scale in (3.0, 10.0, 15.0, 20.0, 1e4):
        z = (np.abs(np.random.RandomState(0).standard_normal((64, 1))) + 1) * scale
        made = identity("binary_cross_entropy", 1, precision, 64)
        cost = made.step(64)(z.astype(precision).T, np.ones((64, 1), precision).T, 0.0, 1)
        assert cost >= 0
        expected = np.logaddexp(0, -z).mean()
        np.testing.assert_allclose(cost, expected, **LOGIT_TOLERANCE[precision])


def identity(loss: str, outputs: int, precision: str, m: int) -> Any:
    """A network whose logits are its inputs: W is the identity, b is 0."""
    end = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}[loss]
    compilation = compiled(
        "data { source circles(n = 100) }\n"
        f"network {{\n input {outputs}\n dense {outputs}, {end}\n}}\n"
        f"loss {loss}\noptimizer sgd(lr = 0.1)\ntrain {{ run 1 step }}\n"
    )
    made = program(make_plan(compilation, m, precision), compilation.model)
    made.parameters()["dense1.W"][...] = np.eye(outputs)
    made.parameters()["dense1.b"][...] = 0
    return made
