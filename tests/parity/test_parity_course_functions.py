"""The unit cases of the course on functions of numbers: U1."""

from __future__ import annotations

import numpy as np
import pytest
from course import PRINTED, close
from oracle import compiled, program, spec

from specc.driver import make_gradient_plan, make_plan
from specc.run.data import Part
from specc.run.program import Program


def identity(network: str, loss: str, m: int) -> Program:
    """Cost and gradient of one layer whose weights are the unit matrix."""
    model = compiled(spec(network, loss)).model
    made = program(make_gradient_plan(model, m), model)
    made.theta[...] = 0
    W = made.parameters()["dense1.W"]
    W[...] = np.eye(*W.shape)
    return made


@pytest.mark.proves("activations.sigmoid")
def test_sigmoid() -> None:
    z = np.array([3, 1, 2, 0, -1, -12.0])
    made = identity("input 1; dense 1, sigmoid", "binary_cross_entropy", len(z))
    found = made.evaluate(Part(z[:, None], np.zeros((len(z), 1)), len(z)), output=True).output
    assert found is not None
    expected = [0.9525741268224334, 0.73105858, 0.88079708, 0.5, 0.26894142, 6.14417460e-06]
    close(found[0], expected, atol=PRINTED)
    close(found[0, 0], expected[0], rtol=1e-15)
    close(found[0, 5], expected[5], rtol=1e-8)


def test_derivative_of_the_sigmoid() -> None:
    """With a target that is 1/2 off, (A - t)^2 has the slope 1, and db is that of the sigmoid."""
    made = identity("input 1; dense 1, sigmoid", "mse", 1)
    db = []
    for z in (1.0, 2.0, 3.0):
        target = 1 / (1 + np.exp(-z)) - 0.5
        made.step(1)(np.array([[z]]), np.array([[target]]), 0, 1)
        db.append(float(made.dtheta[-1]))
    close(db, [0.19661193, 0.10499359, 0.04517666], atol=PRINTED)


@pytest.mark.proves("activations.softmax")
def test_softmax() -> None:
    z = np.array([[9.0, 2, 5, 0, 0], [7, 5, 0, 0, 0]])
    made = identity("input 5; dense 5, softmax", "cross_entropy", 2)
    found = made.evaluate(Part(z, np.zeros(2, np.int32), 2), output=True).output
    assert found is not None
    expected = [
        [9.80897665e-01, 8.94462891e-04, 1.79657674e-02, 1.21052389e-04, 1.21052389e-04],
        [8.78679856e-01, 1.18916387e-01, 8.01252314e-04, 8.01252314e-04, 8.01252314e-04],
    ]
    close(found.T, expected, rtol=1e-8)


@pytest.mark.proves("losses.mae", "losses.squared_error")
def test_l1_and_l2_distance() -> None:
    """The course sums the errors: 5 times `mae`, twice `squared_error`."""
    yhat, y = np.array([[0.9, 0.2, 0.1, 0.4, 0.9]]), np.array([[1.0, 0, 0, 1, 1]])
    for loss, factor, published in (("mae", 5, 1.1), ("squared_error", 2, 0.43), ("mse", 5, 0.43)):
        made = identity("input 5; dense 5", loss, 1)
        close(factor * made.step(1)(yhat.T, y.T, 0, 1), published, rtol=1e-12)


@pytest.mark.proves("regularizers.max_norm")
def test_rows_divided_by_their_norm() -> None:
    """Rows longer than 1 are scaled to 1 by `max_norm(1)`; the learning rate is 0."""
    text = spec("input 3; dense 2, bias = false", regularize="max_norm(1)")
    compilation = compiled(text)
    made = program(make_plan(compilation, 1, "float64"), compilation.model)
    W = made.parameters()["dense1.W"]
    W[...] = [[0, 3, 4], [1, 6, 4]]
    made.step(1)(np.zeros((3, 1)), np.zeros((2, 1)), 0.0, 1)
    close(W, [[0, 0.6, 0.8], [0.13736056, 0.82416338, 0.54944226]], atol=PRINTED)
