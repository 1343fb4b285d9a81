"""Networks to check, put together as the check does it, with parameters of the test's choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from oracle import EXAMPLES, batch_for, compiled, program, settle, spec

from specc.driver import make_gradient_plan
from specc.gradcheck.check import analytic, problem, quiet
from specc.gradcheck.compare import EPSILON, Analytic, Problem, compare
from specc.gradcheck.numeric import Numeric, numeric
from specc.gradcheck.report import Report, TensorReport
from specc.model import Model
from specc.run.program import Program

Floats = NDArray[np.float64]

ACTIVATIONS = tuple(
    "linear relu leaky_relu elu selu gelu silu softplus relu2 sigmoid tanh softmax".split()
)
ENDS = (
    ("dense 3, softmax", "cross_entropy"),
    ("dense 1, sigmoid", "binary_cross_entropy"),
    ("dense 2", "mse"),
    ("dense 3, tanh", "squared_error"),
)
PENALTIES = ("", "l2(0.7)", "l1(0.3)")


@dataclass
class Case:
    """A network, a batch and a place in parameter space."""

    model: Model
    program: Program
    problem: Problem
    theta: Floats
    X: Any
    analytic: Analytic

    def parameter(self, name: str) -> Floats:
        """A view of theta; writing moves the place."""
        own = self.part(name)
        shape = next(p.shape for p in self.model.parameters if p.name == name)
        return self.theta[own].reshape(shape)

    def part(self, name: str) -> slice:
        p = next(p for p in self.model.parameters if p.name == name)
        return slice(p.offset, p.offset + p.size)

    def check(self, analytic: Analytic | None = None, epsilon: float = EPSILON) -> Report:
        return compare(self.problem, self.theta, analytic or self.analytic, epsilon=epsilon)

    def numeric(self, *, fast: bool = True) -> Numeric:
        return numeric(
            self.problem.graph, self.problem.at(self.theta), {"m": self.X.shape[1]}, fast=fast
        )

    def exact(self) -> Floats:
        return self.analytic(self.theta)[1]

    def faulty(self, damage: Callable[[Floats], None]) -> Analytic:
        """The program with a mistake in its gradient."""

        def wrong(theta: Floats) -> tuple[float, Floats]:
            cost, gradient = self.analytic(theta)
            damage(gradient)
            return cost, gradient

        return wrong


def case(
    network: str,
    loss: str = "mse",
    *,
    regularize: str = "",
    m: int = 12,
    seed: int = 0,
    scale: float = 0.5,
    X: Any = None,
    T: Any = None,
) -> Case:
    """A case with random parameters, biases too, and random data where none is given."""
    compilation = compiled(spec(network, loss, regularize=regularize))
    model = quiet(compilation)
    m = m if X is None else X.shape[1]
    made = program(make_gradient_plan(model, m), model)
    settle(made.theta, seed, scale)
    drawn, targets = batch_for(model, m, seed=seed)
    X, T = drawn if X is None else X, targets if T is None else T
    place = made.theta.copy()
    return Case(model, made, problem(model, X, T, EXAMPLES), place, X, analytic(made, X, T))


def tensor(report: Report, name: str) -> TensorReport:
    return next(p for p in report.parameters if p.name == name)
