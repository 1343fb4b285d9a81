"""The unit cases of the course on updates, learning rates and starting values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from course import PRINTED, close, draws
from numpy.typing import NDArray
from oracle import compiled, program, spec, update_rule

from specc.driver import make_plan
from specc.run.batches import Batches
from specc.run.data import Part

# U9: one step of each optimiser

SHAPES = ((2, 3), (2, 1), (3, 3), (3, 1))


def after(optimizer: str, lr: float, t: int) -> tuple[list[NDArray[Any]], dict[str, Any]]:
    """W1, b1, W2, b2 after one update, and the state in the same pieces."""
    values = draws(1, *SHAPES, *SHAPES)
    start, g = values[:4], values[4:]
    rule = update_rule(optimizer, sum(v.size for v in start))
    rule.theta[...] = np.concatenate([v.reshape(-1) for v in start])
    rule.dtheta[...] = np.concatenate([v.reshape(-1) for v in g])
    rule.step(lr, t)
    return pieces(rule.theta), {name: pieces(value) for name, value in rule.state.items()}


def pieces(theta: NDArray[Any]) -> list[NDArray[Any]]:
    cuts = np.cumsum([a * b for a, b in SHAPES])[:-1]
    return [p.reshape(s) for p, s in zip(np.split(theta, cuts), SHAPES, strict=True)]


def test_gradient_descent_step() -> None:
    (W1, b1, W2, b2), _ = after("sgd", 0.01, 1)
    close(
        W1,
        [[1.63535156, -0.62320365, -0.53718766], [-1.07799357, 0.85639907, -2.29470142]],
        atol=PRINTED,
    )
    close(b1, [[1.74604067], [-0.75184921]], atol=PRINTED)
    close(
        W2,
        [
            [0.32171798, -0.25467393, 1.46902454],
            [-2.05617317, -0.31554548, -0.3756023],
            [1.1404819, -1.09976462, -0.1612551],
        ],
        atol=PRINTED,
    )
    close(b2, [[-0.88020257], [0.02561572], [0.57539477]], atol=PRINTED)


def test_gradient_descent_step_of_the_second_case() -> None:
    shapes = ((3, 4), (3, 1), (1, 3), (1, 1))
    start, g = draws(2, *shapes), draws(3, *shapes)
    rule = update_rule("sgd", sum(v.size for v in start))
    rule.theta[...] = np.concatenate([v.reshape(-1) for v in start])
    rule.dtheta[...] = np.concatenate([v.reshape(-1) for v in g])
    rule.step(0.1, 1)
    close(
        rule.theta[:12].reshape(3, 4),
        [
            [-0.59562069, -0.09991781, -2.14584584, 1.82662008],
            [-1.76569676, -0.80627147, 0.51115557, -1.18258802],
            [-1.0535704, -0.86128581, 0.68284052, 2.20374577],
        ],
        atol=PRINTED,
    )
    close(rule.theta[12:15], [-0.04659241, -1.28888275, 0.53405496], atol=PRINTED)
    close(rule.theta[15:18], [-0.55569196, 0.0354055, 1.32964895], atol=PRINTED)
    close(rule.theta[18:], [-0.84610769], atol=PRINTED)


def test_momentum_step() -> None:
    (W1, b1, W2, b2), state = after("momentum(beta = 0.9)", 0.01, 1)
    close(
        W1,
        [[1.62544598, -0.61290114, -0.52907334], [-1.07347112, 0.86450677, -2.30085497]],
        atol=PRINTED,
    )
    close(b1, [[1.74493465], [-0.76027113]], atol=PRINTED)
    close(
        W2,
        [
            [0.31930698, -0.24990073, 1.4627996],
            [-2.05974396, -0.32173003, -0.38320915],
            [1.13444069, -1.0998786, -0.1713109],
        ],
        atol=PRINTED,
    )
    close(b2, [[-0.87809283], [0.04055394], [0.58207317]], atol=PRINTED)
    v = state["v"]
    close(
        v[0],
        [[-0.11006192, 0.11447237, 0.09015907], [0.05024943, 0.09008559, -0.06837279]],
        atol=PRINTED,
    )
    close(v[3], [[0.02344157], [0.16598022], [0.07420442]], atol=PRINTED)


def test_adam_step() -> None:
    """The course's case starts at t = 2 with v = s = 0."""
    (W1, b1, W2, b2), state = after("adam", 0.01, 2)
    close(
        W1,
        [[1.63178673, -0.61919778, -0.53561312], [-1.08040999, 0.85796626, -2.29409733]],
        atol=PRINTED,
    )
    close(b1, [[1.75225313], [-0.75376553]], atol=PRINTED)
    close(
        W2,
        [
            [0.32648046, -0.25681174, 1.46954931],
            [-2.05269934, -0.31497584, -0.37661299],
            [1.14121081, -1.09244991, -0.16498684],
        ],
        atol=PRINTED,
    )
    close(b2, [[-0.88529979], [0.03477238], [0.57537385]], atol=PRINTED)
    s = state["s"]
    close(
        s[0],
        [
            [0.00121136, 0.00131039, 0.000812865827],
            [0.000252500561, 0.000811541441, 0.000467483785],
        ],
        atol=PRINTED,
    )
    close(s[1], [[1.51020075e-05], [0.000875664434]], rtol=1e-7)
    close(s[2][2], [0.000450571368, 1.60392066e-07, 0.00124838], atol=PRINTED)


def test_adam_step_with_a_large_epsilon() -> None:
    """The case that tells eps outside the root from eps inside it."""
    (W1, b1, W2, b2), _ = after("adam(beta1 = 0.8, beta2 = 0.888, eps = 1e-2)", 0.02, 2)
    close(
        W1,
        [[1.63942428, -0.6268425, -0.54320974], [-1.08782943, 0.85036983, -2.2865723]],
        atol=PRINTED,
    )
    close(b1, [[1.75854357], [-0.74616067]], atol=PRINTED)
    close(
        W2,
        [
            [0.33356139, -0.26425199, 1.47707772],
            [-2.04538458, -0.30744933, -0.36903141],
            [1.14873036, -1.09256871, -0.15734651],
        ],
        atol=PRINTED,
    )
    close(b2, [[-0.89228024], [0.02707193], [0.56782561]], atol=PRINTED)


# U10: mini-batches, and the learning rate over time


@pytest.mark.parametrize(
    ("X", "first"),
    [
        (draws(1, (12288, 148))[0], [0.90085595, -0.7612069, 0.2344157]),
        (np.arange(148 * 12288.0).reshape(148, 12288).T, [294912, 86016, 454656]),
    ],
    ids=["drawn", "counted"],
)
def test_mini_batches(X: NDArray[Any], first: list[float]) -> None:
    """Shuffled by `RandomState(0)`: our epoch e takes `RandomState(legacy + 1 + e)`."""
    rows = np.ascontiguousarray(X.T)
    batches = Batches(Part(rows, np.arange(148), 148), 64, 1, legacy=-1)
    found = [(x.copy(), t.copy()) for x, t in batches.epoch(0)]
    assert [len(x) for x, _ in found] == [64, 64, 20]
    assert found[0][1][:6].tolist() == [24, 7, 37, 114, 27, 26]
    close(found[0][0][:3, 0], first, atol=PRINTED)
    for x, t in found:
        assert (x == rows[t]).all()


@pytest.mark.parametrize(
    ("schedule", "lr", "epoch", "expected"),
    [
        ("inverse_time(rate = 1)", 0.5, 2, 0.16666667),
        ("inverse_time(rate = 0.3, every = 100 epochs)", 0.5, 100, 0.38461538),
        ("inverse_time(rate = 1, every = 100 epochs)", 1, 100, 0.5),
        ("staircase(rate = 0.3, every = 100 epochs)", 0.5, 10, 0.5),
        ("staircase(rate = 0.3, every = 100 epochs)", 0.5, 100, 0.38461538),
        ("staircase(rate = 1, every = 100 epochs)", 1, 100, 0.5),
        ("staircase(rate = 1, every = 100 epochs)", 1, 10, 1),
    ],
)
def test_decay(schedule: str, lr: float, epoch: int, expected: float) -> None:
    text = spec(
        "input 2; dense 1", schedule=schedule, optimizer=f"sgd(lr = {lr})", train="run 200 epochs"
    )
    compilation = compiled(text)
    made = program(make_plan(compilation, 8), compilation.model)
    close(made.module.learning_rate(epoch * 5, epoch, 1000, 200, 5), expected, atol=PRINTED)


# U11: starting values with the course's generator

U11 = {
    ("normal(10)", "input 3; dense 2, relu; dense 1, sigmoid"): (
        [[17.88628473, 4.36509851, 0.96497468], [-18.63492703, -2.77388203, -3.54758979]],
        [[-0.82741481, -6.27000677]],
    ),
    ("he", "input 2; dense 4, relu; dense 1, sigmoid"): (
        [
            [1.78862847, 0.43650985],
            [0.09649747, -1.8634927],
            [-0.2773882, -0.35475898],
            [-0.08274148, -0.62700068],
        ],
        [[-0.03098412, -0.33744411, -0.92904268, 0.62552248]],
    ),
}


@pytest.mark.parametrize(("init", "network"), U11)
def test_starting_values(init: str, network: str) -> None:
    text = spec(network, "binary_cross_entropy", init=init, train="seed legacy(3)")
    compilation = compiled(text.replace("train {", "train {\n    run 1 epoch"))
    made = program(make_plan(compilation, 3, "float64"), compilation.model, seed=3)
    W1, W2 = U11[init, network]
    close(made.parameters()["dense1.W"], W1, atol=PRINTED)
    close(made.parameters()["dense2.W"], W2, atol=PRINTED)
    assert not made.parameters()["dense1.b"].any()
