"""The unit cases of the course on single layers, forward and backward, and on dropout: U3, U4, U8.

They give the values before and behind a layer at random, so that they do not follow from one
another. Here every example is a batch of its own: the bias makes the Z that is given, the target
the gradient, and a layer in front with W = 1 and b = 0 has the gradient of its output as that of b.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from course import PRINTED, close, draws
from numpy.typing import NDArray
from oracle import compiled, program, spec

from specc.driver import make_plan
from specc.run.data import Part
from specc.run.program import Program

Floats = NDArray[Any]


def net(network: str, loss: str, m: int) -> Program:
    compilation = compiled(spec(network, loss))
    made = program(make_plan(compilation, m, "float64"), compilation.model)
    made.theta[...] = 0
    return made


def gradients(made: Program) -> dict[str, Floats]:
    return {
        name: made.dtheta[offset : offset + int(np.prod(shape))].reshape(shape).copy()
        for name, offset, shape in made.module.PARAMETERS
    }


def active(activation: str, Z: Floats) -> Floats:
    known = {"linear": Z, "relu": np.maximum(Z, 0), "sigmoid": 1 / (1 + np.exp(-Z))}
    return np.asarray(known[activation])


def backward(
    activation: str, dA: Floats, A: Floats, W: Floats, Z: Floats
) -> tuple[Floats, Floats, Floats]:
    """dA of the layer before, dW and db as means, of a layer that got A and made Z of it."""
    made = net(f"input {W.shape[1]}; dense {W.shape[1]}; dense {W.shape[0]}, {activation}", HALF, 1)
    out = active(activation, Z)
    found = []
    for i in range(A.shape[1]):
        a, z = A[:, [i]], Z[:, [i]]
        ours = made.parameters()
        ours["dense1.W"][...], ours["dense1.b"][...] = np.eye(len(a)), 0
        ours["dense2.W"][...], ours["dense2.b"][...] = W, z - W @ a
        made.step(1)(a, (out - dA)[:, [i]], 0.0, 1)
        found.append(gradients(made))
    before = np.hstack([g["dense1.b"] for g in found])
    return before, *(np.mean([g[f"dense2.{p}"] for g in found], axis=0) for p in "Wb")


HALF = "squared_error"
"""1/2 (A - T)^2, whose gradient is A - T."""


# U3


@pytest.mark.parametrize(
    ("seed", "activation", "expected"),
    [
        (1, "linear", [[3.26295337, -1.23429987]]),
        (2, "sigmoid", [[0.96890023, 0.11013289]]),
        (2, "relu", [[3.43896131, 0]]),
    ],
)
def test_one_layer_forward(seed: int, activation: str, expected: list[list[float]]) -> None:
    A, W, b = draws(seed, (3, 2), (1, 3), (1, 1))
    made = net(f"input 3; dense 1, {activation}", HALF, 2)
    made.parameters()["dense1.W"][...] = W
    made.parameters()["dense1.b"][...] = b
    part = Part(np.ascontiguousarray(A.T), np.zeros((2, 1)), 2)
    close(made.evaluate(part, output=True).output, expected, atol=PRINTED)


# U4


def test_linear_backward() -> None:
    dZ, A, W, _ = draws(1, (3, 4), (5, 4), (3, 5), (3, 1))
    before, dW, db = backward("linear", dZ, A, W, np.zeros((3, 4)))
    close(
        before,
        [
            [-1.15171336, 0.06718465, -0.3204696, 2.09812712],
            [0.60345879, -3.72508701, 5.81700741, -3.84326836],
            [-0.4319552, -1.30987417, 1.72354705, 0.05070578],
            [-0.38981415, 0.60811244, -1.25938424, 1.47191593],
            [-2.52214926, 2.67882552, -0.67947465, 1.48119548],
        ],
        atol=PRINTED,
    )
    close(
        dW,
        [
            [0.07313866, -0.0976715, -0.87585828, 0.73763362, 0.00785716],
            [0.85508818, 0.37530413, -0.59912655, 0.71278189, -0.58931808],
            [0.97913304, -0.24376494, -0.08839671, 0.55151192, -0.10290907],
        ],
        atol=PRINTED,
    )
    close(db, [[-0.14713786], [-0.11313155], [-0.13209101]], atol=PRINTED)


ACTIVATED = {
    "sigmoid": (
        [[0.11017994, 0.01105339], [0.09466817, 0.00949723], [-0.05743092, -0.00576154]],
        [[0.10266786, 0.09778551, -0.01968084]],
        [[-0.05729622]],
    ),
    "relu": (
        [[0.44090989, 0], [0.37883606, 0], [-0.2298228, 0]],
        [[0.44513824, 0.37371418, -0.10478989]],
        [[-0.20837892]],
    ),
}


@pytest.mark.parametrize("activation", ACTIVATED)
def test_linear_and_activation_backward(activation: str) -> None:
    dA, A, W, _, Z = draws(2, (1, 2), (3, 2), (1, 3), (1, 1), (1, 2))
    for ours, published in zip(
        backward(activation, dA, A, W, Z), ACTIVATED[activation], strict=True
    ):
        close(ours, published, atol=PRINTED)


def test_two_layers_backward() -> None:
    shapes = ((1, 2), (4, 2), (3, 4), (3, 1), (3, 2), (3, 2), (1, 3), (1, 1), (1, 2))
    AL, A1, W1, _, Z1, A2, W2, _, Z2 = draws(3, *shapes)
    Y = np.array([[1.0, 0.0]])
    dA2, dW2, db2 = backward("sigmoid", -(Y / AL - (1 - Y) / (1 - AL)), A2, W2, Z2)
    _, dW1, db1 = backward("relu", dA2, A1, W1, Z1)
    close(
        dW1,
        [
            [0.41010002, 0.07807203, 0.13798444, 0.10502167],
            [0, 0, 0, 0],
            [0.05283652, 0.01005865, 0.01777766, 0.0135308],
        ],
        atol=PRINTED,
    )
    close(db1, [[-0.22007063], [0], [-0.02835349]], atol=PRINTED)
    # The course prints the gradient of A2 under the name of the layer below it.
    close(
        dA2,
        [[0.12913162, -0.44014127], [-0.14175655, 0.48317296], [0.01663708, -0.05670698]],
        atol=PRINTED,
    )
    close(dW2, [[-0.39202432, -0.13325855, -0.04601089]], atol=PRINTED)
    close(db2, [[0.15187861]], atol=PRINTED)


# U8


def weights() -> tuple[Floats, list[Floats]]:
    """X, then W1, b1, W2, b2, W3, b3."""
    shapes = ((3, 5), (2, 3), (2, 1), (3, 2), (3, 1), (1, 3), (1, 1))
    X, *values = draws(1, *shapes)
    return X, values


def masked(network: str, loss: str, m: int, mask: Floats) -> Program:
    """A net with `mask = fixed(...)` that keeps exactly what the course keeps."""
    made = net(network, loss, m)
    made.module.frozen_draws = lambda seed, before, shape: 1.0 - mask[:, :m]
    return made


def test_dropout_forward() -> None:
    """The output, from the costs of the masked net: each label turned round in turn."""
    X, values = weights()
    drop = "dropout keep = 0.7, mask = fixed(1)"
    layers = f"input 3; dense 2, relu; {drop}; dense 3, relu; {drop}; dense 1, sigmoid"
    made = net(layers, "binary_cross_entropy", 5)
    for parameter, value in zip(made.parameters().values(), values, strict=True):
        parameter[...] = value
    step = made.step(5)
    ones = np.ones((1, 5))
    turned = [step(X, ones - np.eye(5)[[i]], 0.0, 1) for i in range(5)]
    logits = 5 * (np.array(turned) - step(X, ones, 0.0, 1))
    expected = [0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]
    close(active("sigmoid", logits), expected, atol=PRINTED)


def test_dropout_backward() -> None:
    _, (_, _, W2, _, W3, b3) = weights()
    Y = np.array([[1.0, 1, 0, 1, 0]])
    D1 = np.array([[1.0, 0, 1, 1, 1], [1, 1, 1, 1, 0]])
    D2 = np.array([[1.0, 0, 1, 0, 1], [0, 1, 0, 1, 1], [0, 0, 1, 0, 0]])
    A2 = np.zeros((3, 5))
    A2[0] = [1.06071093, 0, 8.21049603, 0, 1.06071093]
    drop = "dropout keep = 0.8, mask = fixed(1)"

    dA2 = np.empty((3, 5))
    for i in range(5):
        layers = f"input 3; dense 3; {drop}; dense 1, sigmoid"
        made = masked(layers, "binary_cross_entropy", 1, D2[:, [i]])
        ours = made.parameters()
        ours["dense1.W"][...], ours["dense2.W"][...], ours["dense2.b"][...] = np.eye(3), W3, b3
        made.step(1)(0.8 * A2[:, [i]], Y[:, [i]], 0.0, 1)
        dA2[:, i] = gradients(made)["dense1.b"][:, 0]
    close(
        dA2,
        [
            [0.58180856, 0, -0.00299679, 0, -0.27715731],
            [0, 0.53159854, 0, 0.53159854, -0.34089673],
            [0, 0, -0.00292733, 0, 0],
        ],
        atol=PRINTED,
    )

    dA1 = np.empty((2, 5))
    Z2 = np.where(A2 > 0, 1.0, -1.0)
    for i in range(5):
        made = masked(f"input 2; dense 2; {drop}; dense 3, relu", HALF, 1, D1[:, [i]])
        ours = made.parameters()
        ours["dense1.W"][...], ours["dense2.W"][...] = np.eye(2), W2
        ours["dense2.b"][...] = Z2[:, [i]]
        target = active("relu", Z2[:, [i]]) - dA2[:, [i]]
        made.step(1)(np.zeros((2, 1)), target, 0.0, 1)
        dA1[:, i] = gradients(made)["dense1.b"][:, 0]
    close(
        dA1,
        [
            [0.36544439, 0, -0.00188233, 0, -0.17408748],
            [0.65515713, 0, -0.00337459, 0, 0],
        ],
        atol=PRINTED,
    )
