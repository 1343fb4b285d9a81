"""The unit cases of the course that this language grew out of: published inputs, published digits.

Weights and gradients are drawn from NumPy's legacy generator in the order of the course, put into
the parameters, and what the generated program makes of them is held against the printed results.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from course import PRINTED, close, draws
from numpy.typing import NDArray
from oracle import compiled, program, spec

from specc.driver import make_gradient_plan, make_plan
from specc.run.data import Part
from specc.run.program import Program

Arrays = dict[str, NDArray[Any]]


def checker(network: str, loss: str, m: int, examples: int = 1, regularize: str = "") -> Program:
    """Cost and gradient of a network, no update."""
    model = compiled(spec(network, loss, regularize=regularize)).model
    return program(make_gradient_plan(model, m), model, examples)


def fill(made: Program, values: Arrays) -> None:
    """Put values into the parameters; those not named stay 0."""
    ours = made.parameters()
    made.theta[...] = 0
    for name, value in values.items():
        ours[name][...] = value


def gradients(made: Program) -> Arrays:
    return {
        name: made.dtheta[offset : offset + int(np.prod(shape))].reshape(shape)
        for name, offset, shape in made.module.PARAMETERS
    }


def logit(p: Any) -> NDArray[np.float64]:
    p = np.asarray(p, float)
    return np.asarray(np.log(p / (1 - p)))


# U2: losses from logits


def test_softmax_cross_entropy_of_two_samples() -> None:
    z = np.array(
        [
            (2.4048107, -0.7921977, 0.9447198, 1.158121, 4.768706, 6.1481323),
            (5.0334096, -4.1523376, -0.46802214, 3.9810789, 2.3220146, 3.909829),
        ]
    )
    labels = np.array([5, 0], np.int32)
    made = checker("input 6; dense 6, softmax", "cross_entropy", 2)
    fill(made, {"dense1.W": np.eye(6)})
    each = [made.step(1)(z[i : i + 1].T, labels[i : i + 1], 0, 1) for i in range(2)]
    close(each, [0.25361037, 0.5566767], atol=1e-7)
    close(made.step(2)(z.T, labels, 0, 1), 0.4051435, atol=1e-7)


@pytest.mark.parametrize(
    ("logits", "labels", "losses"),
    [
        ([0.2, 0.4, 0.7, 0.9], [0, 0, 1, 1], [0.79813887, 0.91301525, 0.40318605, 0.34115387]),
        (logit([0.8, 0.9, 0.4]), [1, 1, 0], None),
        (logit([0.8, 0.9, 0.4]), [1, 1, 1], None),
        ([0.6, 0.4, 0.4, 0.6, 0.4, 0.6], [0, 1, 0, 0, 1, 0], None),
    ],
)
def test_binary_cross_entropy_of_logits(
    logits: list[float], labels: list[int], losses: list[float] | None
) -> None:
    m = len(logits)
    made = checker("input 1; dense 1, sigmoid", "binary_cross_entropy", m)
    fill(made, {"dense1.W": np.eye(1)})
    z, t = np.array(logits)[None], np.array(labels, float)[None]
    if losses is not None:
        close([made.step(1)(z[:, [i]], t[:, [i]], 0, 1) for i in range(m)], losses, atol=PRINTED)
    published = {(3, 2): 0.279776563579, (3, 3): 0.414931599615, (6, 2): 0.8419182681095858}
    mean = published.get((m, sum(labels)))
    if mean is not None:
        close(made.step(m)(z, t, 0, 1), mean, atol=1e-11)


def test_sigmoid_taken_twice() -> None:
    """The 2017 notebook applied the sigmoid to its inputs first."""
    made = checker("input 1; dense 1, sigmoid; dense 1, sigmoid", "binary_cross_entropy", 1)
    fill(made, {"dense1.W": np.eye(1), "dense2.W": np.eye(1)})
    found = [
        made.step(1)(np.array([[z]]), np.array([[t]]), 0, 1)
        for z, t in [(0.2, 0.0), (0.4, 0.0), (0.7, 1.0), (0.9, 1.0)]
    ]
    close(found, [1.00538722, 1.03664083, 0.41385432, 0.39956614], atol=PRINTED)


# U3: forward


def test_three_layers_forward() -> None:
    shapes = ((5, 4), (4, 5), (4, 1), (3, 4), (3, 1), (1, 3), (1, 1))
    X, W1, b1, W2, b2, W3, b3 = draws(6, *shapes)
    compilation = compiled(
        spec("input 5; dense 4, relu; dense 3, relu; dense 1, sigmoid", "binary_cross_entropy")
    )
    made = program(make_plan(compilation, 4, "float64"), compilation.model)
    fill(made, dict(zip(NAMES, (W1, b1, W2, b2, W3, b3), strict=True)))
    part = Part(np.ascontiguousarray(X.T), np.zeros((4, 1)), 4)
    found = made.evaluate(part, output=True).output
    close(found, [[0.03921668, 0.70498921, 0.19734387, 0.04728177]], atol=PRINTED)


NAMES = ("dense1.W", "dense1.b", "dense2.W", "dense2.b", "dense3.W", "dense3.b")


# U5: one logistic unit


UNIT = {"dense1.W": np.array([[1.0, 2.0]]), "dense1.b": np.array([[2.0]])}
UNIT_X = np.array([[1, 2, -1], [3, 4, -3.2]])
UNIT_T = np.array([[1.0, 0, 1]])


def test_logistic_unit_backward() -> None:
    made = checker("input 2; dense 1, sigmoid", "binary_cross_entropy", 3)
    fill(made, UNIT)
    close(made.step(3)(UNIT_X, UNIT_T, 0, 1), 5.80154531939, atol=1e-11)
    close(gradients(made)["dense1.W"], [[0.99845601, 2.39507239]], atol=PRINTED)
    close(gradients(made)["dense1.b"], 0.00145557813678, atol=1e-13)


def test_logistic_unit_after_100_steps() -> None:
    compilation = compiled(
        spec("input 2; dense 1, sigmoid", "binary_cross_entropy", optimizer="sgd(lr = 0.009)")
    )
    made = program(make_plan(compilation, 3, "float64"), compilation.model)
    fill(made, UNIT)
    for t in range(1, 101):
        made.step(3)(UNIT_X, UNIT_T, made.module.learning_rate(t - 1, t - 1, 100, 100, 1), t)
    close(made.parameters()["dense1.W"], [[0.19033591, 0.12259159]], atol=PRINTED)
    close(made.parameters()["dense1.b"], 1.92535983008, atol=1e-11)
    close(gradients(made)["dense1.W"], [[0.67752042, 1.41625495]], atol=PRINTED)
    close(gradients(made)["dense1.b"], 0.219194504541, atol=1e-11)


def test_logistic_unit_predicts() -> None:
    made = program_of("input 2; dense 1, sigmoid", 3)
    fill(made, {"dense1.W": [[0.1124579, 0.23106775]], "dense1.b": [[-0.3]]})
    X = np.array([[1, -1.1, -3.2], [1.2, 2, 0.1]])
    found = made.evaluate(Part(np.ascontiguousarray(X.T), np.zeros((3, 1)), 3), output=True).output
    assert found is not None
    assert (found > 0.5).tolist() == [[True, True, False]]


def program_of(network: str, m: int) -> Program:
    compilation = compiled(spec(network, "binary_cross_entropy"))
    return program(make_plan(compilation, m, "float64"), compilation.model)


# U6: one hidden layer of tanh units

HIDDEN = "input 2; dense 4, tanh; dense 1, sigmoid"


def hidden_weights() -> Arrays:
    W1, W2 = draws(2, (4, 2), (1, 4))
    return {"dense1.W": W1 * 0.01, "dense2.W": W2 * 0.01}


def test_legacy_draws_are_those_of_the_course() -> None:
    """`seed legacy(2)` with `normal(0.01)` starts where the course does."""
    text = spec(HIDDEN, "binary_cross_entropy", init="normal(0.01)", train="seed legacy(2)")
    compilation = compiled(text.replace("train {", "train {\n    run 1 epoch"))
    made = program(make_plan(compilation, 3, "float64"), compilation.model, seed=2)
    for name, value in hidden_weights().items():
        close(made.parameters()[name], value, rtol=1e-15)
    first = [[-0.00416758, -0.00056267], [-0.02136196, 0.01640271]]
    close(made.parameters()["dense1.W"][:2], first, atol=PRINTED)


def test_tanh_layer_forward() -> None:
    X, b1 = draws(1, (2, 3), (4, 1))
    made = program_of(HIDDEN, 3)
    fill(made, hidden_weights() | {"dense1.b": b1, "dense2.b": np.array([[-1.3]])})
    found = made.evaluate(Part(np.ascontiguousarray(X.T), np.zeros((3, 1)), 3), output=True).output
    assert found is not None
    close(found.mean(), 0.212877681719, atol=1e-11)
    close(logit(found).mean(), -1.30766601287, atol=1e-10)


def test_tanh_layer_backward() -> None:
    X, raw = draws(1, (2, 3), (1, 3))
    made = checker(HIDDEN, "binary_cross_entropy", 3)
    fill(made, hidden_weights())
    T = (raw > 0).astype(float)
    assert T.tolist() == [[1, 0, 1]]
    close(made.step(3)(X, T, 0, 1), 0.692739, atol=5e-7)
    found = gradients(made)
    close(
        found["dense1.W"],
        [
            [0.00301023, -0.00747267],
            [0.00257968, -0.00641288],
            [-0.00156892, 0.003893],
            [-0.00652037, 0.01618243],
        ],
        atol=PRINTED,
    )
    close(
        found["dense1.b"],
        [[0.00176201], [0.00150995], [-0.000917363389], [-0.00381422]],
        atol=PRINTED,
    )
    close(
        found["dense2.W"],
        [[0.000788406903, 0.01765429, -0.000841657861, -0.01022527]],
        atol=PRINTED,
    )
    close(found["dense2.b"], [[-0.16655712]], atol=PRINTED)


def test_tanh_layer_trains() -> None:
    X, raw = draws(1, (2, 3), (1, 3))
    T = (raw > 0).astype(float)
    made = program_of(HIDDEN, 3)
    fill(made, hidden_weights())
    step = made.step(3)
    costs = [step(X, T, 1.2, t) for t in range(1, 9002)]
    published = {0: 0.692739, 1000: 0.000218, 2000: 0.000107, 5000: 0.000042, 9000: 0.000023}
    for at, cost in published.items():
        close(costs[at], cost, atol=6e-7)


# U7: L2 in cost and gradient

THREE = "input 3; dense 2, relu; dense 3, relu; dense 1, sigmoid"


def test_l2_cost() -> None:
    """A3 is given, so the logits are: one unit with W = 1 has the cross-entropy of the course, and
    the term of its own W beside it.
    """
    matrices = draws(1, (2, 3), (2, 1), (3, 2), (3, 1), (1, 3), (1, 1))[::2]
    weights = sum(float((W**2).sum()) for W in matrices)
    A3 = [0.40682402, 0.01629284, 0.16722898, 0.10118111, 0.40682402]
    made = checker("input 1; dense 1, sigmoid", "binary_cross_entropy", 5, 5, "l2(0.1)")
    fill(made, {"dense1.W": np.eye(1)})
    cost = made.step(5)(logit(A3)[None], np.array([[1.0, 1, 0, 1, 0]]), 0, 1)
    close(cost - 0.1 / (2 * 5) * 1, 1.60250160, atol=PRINTED)
    close(0.1 / (2 * 5) * weights, 0.18398434, atol=PRINTED)


@pytest.mark.parametrize("strength", [0.7, 0.0])
def test_l2_gradients(strength: float) -> None:
    shapes = ((3, 5), (2, 3), (2, 1), (3, 2), (3, 1), (1, 3), (1, 1))
    X, *values = draws(1, *shapes)
    made = checker(THREE, "binary_cross_entropy", 5, 5, f"l2({strength})")
    fill(made, dict(zip(NAMES, values, strict=True)))
    cost = made.step(5)(X, np.array([[1.0, 1, 0, 1, 0]]), 0, 1)
    found = gradients(made)
    weights = sum(float((W**2).sum()) for W in values[::2])
    close(cost - strength / (2 * 5) * weights, 1.60250160, atol=PRINTED)
    if strength:
        close(
            found["dense1.W"],
            [[-0.25604646, 0.12298827, -0.28297129], [-0.17706303, 0.34536094, -0.4410571]],
            atol=PRINTED,
        )
        close(
            found["dense2.W"],
            [[0.79276486, 0.85133918], [-0.0957219, -0.01720463], [-0.13100772, -0.03750433]],
            atol=PRINTED,
        )
        close(found["dense3.W"], [[-1.77691347, -0.11832879, -0.09397446]], atol=PRINTED)
    else:
        close(
            found["dense1.W"],
            [[-0.10206168, 0.14712822, -0.16007111], [-0.18297295, 0.26376681, -0.28697042]],
            atol=PRINTED,
        )
        close(found["dense3.W"], [[-1.68070929, 0, 0]], atol=PRINTED)
