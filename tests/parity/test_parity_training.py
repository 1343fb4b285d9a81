"""Ten steps of the generated program are ten steps of PyTorch: costs and final parameters.

Every optimiser x every regulariser x every loss, and every activation, in both precisions, with a
smaller last batch. What differs between the two is rounding and nothing else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from generated import in_both, trained
from oracle import compiled, program
from parity_cases import CASES, REFERENCES, Case, stable_batches
from references import load

from specc.driver import make_plan

by_name = pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)


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
    REFERENCES.hold(trained(case, precision), case, precision)


@in_both
def test_single_precision_is_close_to_the_truth(precision: str) -> None:
    """The 64-bit result of PyTorch stands for the truth: 32 bits must not drift from it."""
    for case in CASES:
        np.testing.assert_allclose(
            trained(case, precision).costs, REFERENCES.of(case, "costs", "float64"), rtol=2e-5
        )


@in_both
def test_all_parameters_are_those_of_torch(precision: str) -> None:
    """With PyTorch at hand, every single parameter, and whether the stored numbers still hold."""
    pytest.importorskip("torch")
    import parity_torch

    for case in CASES:
        theirs = parity_torch.train(case, precision)
        REFERENCES.hold_torch(trained(case, precision), theirs, case, precision)


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
    step = made.step(1)
    for i in range(len(z)):
        target = t[i : i + 1].astype(precision if t.dtype == float else t.dtype)
        cost = step(z[i : i + 1].astype(precision).T, target.T, 0.0, 1)
        assert np.isfinite(made.dtheta).all()
        close = LOGIT_TOLERANCE[precision]
        expected = load(REFERENCES.file)[f"stable.{precision}.{name}.losses"][i]
        np.testing.assert_allclose(cost, expected, **close, err_msg=f"logits {z[i]}")
        bias = made.dtheta[-z.shape[1] :]
        gradient = load(REFERENCES.file)[f"stable.{precision}.{name}.gradient"][i]
        np.testing.assert_allclose(bias, gradient, **close, err_msg=f"logits {z[i]}")


@in_both
@pytest.mark.parametrize("name", stable_batches())
def test_extreme_logits_give_the_cost_of_torch(name: str, precision: str) -> None:
    """All examples in one batch: large parts that cancel must not drown the small ones."""
    loss, z, t = stable_batches()[name]
    made = identity(loss, z.shape[1], precision, len(z))
    target = t.astype(precision if t.dtype == float else t.dtype)
    cost = made.step(len(z))(z.astype(precision).T, target.T, 0.0, 1)
    expected = load(REFERENCES.file)[f"stable.{precision}.{name}.cost"]
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
