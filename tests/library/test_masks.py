"""`mask = fixed(seed)`: the draws of the course, the same at every step, off at test time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from oracle import compiled, program, relative, spec

from specc.driver import make_gradient_plan, make_plan
from specc.gradcheck.check import check
from specc.run.data import Part
from specc.run.program import Program

NETWORK = "input 3; dense 2, relu; dropout {0}; dense 3, relu; dropout {0}; dense 1, sigmoid"
FIXED = NETWORK.format("keep = 0.7, mask = fixed(1)")


def drawn(*shapes: tuple[int, int]) -> list[NDArray[Any]]:
    random = np.random.RandomState(1)
    return [random.randn(*shape) for shape in shapes]


X, *VALUES = drawn((3, 5), (2, 3), (2, 1), (3, 2), (3, 1), (1, 3), (1, 1))
Y = np.array([[1.0, 1, 0, 1, 0]])
A3 = np.array([0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721])
NAMES = ("dense1.W", "dense1.b", "dense2.W", "dense2.b", "dense3.W", "dense3.b")


def made(network: str, m: int, *, update: bool = False, precision: str = "float64") -> Program:
    compilation = compiled(spec(network, "binary_cross_entropy"))
    if update:
        found = program(make_plan(compilation, m, precision), compilation.model)
    else:
        found = program(make_gradient_plan(compilation.model, m), compilation.model)
    for name, value in zip(NAMES, VALUES, strict=True):
        found.parameters()[name][...] = value
    return found


def forward(masks: list[NDArray[Any]], keep: float) -> NDArray[Any]:
    W1, b1, W2, b2, W3, b3 = VALUES
    A1 = np.maximum(W1 @ X + b1, 0) * masks[0] / keep
    A2 = np.maximum(W2 @ A1 + b2, 0) * masks[1] / keep
    return np.asarray(1 / (1 + np.exp(-(W3 @ A2 + b3))))


def cost(A: NDArray[Any]) -> float:
    return float(-(Y * np.log(A) + (1 - Y) * np.log(1 - A)).mean())


@pytest.mark.proves("layers.dropout", "masks.fixed")
def test_the_published_forward_pass() -> None:
    """Unit case of the course: keep 0.7, rand(2, 5) and then rand(3, 5) of seed 1."""
    random = np.random.RandomState(1)
    masks = [random.rand(2, 5) < 0.7, random.rand(3, 5) < 0.7]
    np.testing.assert_allclose(forward(masks, 0.7)[0], A3, atol=5e-9)
    step = made(FIXED, 5).step(5)
    assert step(X, Y, 0.0, 1) == pytest.approx(cost(A3[None]), abs=1e-6)
    assert step(X, Y, 0.0, 1) == pytest.approx(cost(forward(masks, 0.7)), rel=1e-14)


def test_every_step_has_the_same_mask() -> None:
    fixed, fresh = made(FIXED, 5), made(NETWORK.format("keep = 0.7"), 5)
    costs = {fixed.step(5)(X, Y, 0.0, t) for t in range(1, 9)}
    assert len(costs) == 1
    assert len({fresh.step(5)(X, Y, 0.0, t) for t in range(1, 9)}) > 1


def test_the_gradient_is_that_of_the_masked_network() -> None:
    found = made(FIXED, 5)
    found.step(5)(X, Y, 0.0, 1)
    exact, theta = found.dtheta.copy(), found.theta.copy()
    slopes = np.empty_like(exact)
    for i in range(len(theta)):
        found.theta[...] = theta
        found.theta[i] += 1e-6
        above = found.step(5)(X, Y, 0.0, 1)
        found.theta[i] -= 2e-6
        slopes[i] = (above - found.step(5)(X, Y, 0.0, 1)) / 2e-6
    assert relative(exact, slopes) < 1e-8


def test_other_seeds_and_streams() -> None:
    """Layers with seeds of their own draw from streams of their own; a smaller batch draws anew."""
    other = FIXED.replace("fixed(1)", "fixed(2)", 1)
    first, second = np.random.RandomState(2), np.random.RandomState(1)
    masks = [first.rand(2, 5) < 0.7, second.rand(3, 5) < 0.7]
    found = made(other, 5).step(5)(X, Y, 0.0, 1)
    assert found == pytest.approx(cost(forward(masks, 0.7)), rel=1e-14)
    again = made(FIXED, 5)
    whole = again.step(5)(X, Y, 0.0, 1)
    part = again.step(3)(np.ascontiguousarray(X[:, :3]), Y[:, :3].copy(), 0.0, 2)
    assert np.isfinite(part)
    assert again.step(5)(X, Y, 0.0, 3) == whole


def test_off_at_test_time_and_in_the_gradient_check() -> None:
    evaluated = made(FIXED, 5, update=True).evaluate(
        Part(np.ascontiguousarray(X.T), Y.T.copy(), 5), output=True
    )
    plain = forward([np.ones((2, 5)), np.ones((3, 5))], 1.0)
    np.testing.assert_allclose(evaluated.output, plain, rtol=1e-14)
    text = spec(
        "input 2; dense 4, tanh; dropout keep = 0.5, mask = fixed(3); dense 1, sigmoid",
        "binary_cross_entropy",
    )
    report = check(compiled(text))
    assert report.passed
    assert report.notes
