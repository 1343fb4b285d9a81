"""The gradient check of a compiled spec: the program that trains it, against its definition.

The analytic gradient comes from the generated module, in 64 bits: what is checked is the way from
the graph through autodiff, simplification, memory plan and NumPy text. The numeric one comes from
the forward graph alone, which no derivative and no plan has touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.diag.diagnostic import CompilerBug
from specc.diag.sink import Sink
from specc.driver import Compilation, make_gradient_plan
from specc.elaborate.assemble import elaborate
from specc.emit.load import load
from specc.gradcheck.compare import EPSILON, Analytic, Problem, compare
from specc.gradcheck.report import Report
from specc.library.registry import Registry
from specc.model import Model
from specc.passes.flatten import flatten
from specc.passes.penalize import penalize
from specc.record import replace
from specc.run.atomic import error
from specc.run.data import Part
from specc.run.program import Program
from specc.training import load_data

Floats = NDArray[np.float64]

EXAMPLES = 32
"""Enough that every class and every unit has its share, few enough to wait for."""
DROPOUT_OFF = "dropout is off during the check"
RANDOM = frozenset(("uniform", "normal", "kept"))


def check(
    compilation: Compilation,
    *,
    tensors: Mapping[str, NDArray[Any]] | None = None,
    examples: int = EXAMPLES,
    epsilon: float = EPSILON,
    seed: int | None = None,
) -> Report:
    """Check the gradient of the whole cost, penalties included, for every parameter.

    Args:
        compilation: The spec.
        tensors: Parameters by name, as a checkpoint holds them; the starting values if not given.
        examples: How many of the first training examples to take, at least 1.
        epsilon: The step of the differences.
        seed: Of the starting values; that of the spec if not given.

    Raises:
        RunError: E0501 to E0510, the data cannot be used; E0512, `tensors` are of another network.
    """
    model = quiet(compilation)
    train = load_data(compilation, "float64").train
    m = min(examples, train.n)
    X, T = _first(train, m)
    program = Program(
        load(make_gradient_plan(model, m).program.text),
        examples=train.n,
        seed=compilation.bound.train.seed.value if seed is None else seed,
    )
    program.initialise()
    if tensors is not None:
        _put(program, tensors)
    notes = (DROPOUT_OFF,) if _draws(compilation.model) else ()
    theta = program.theta.copy()
    return compare(
        problem(model, X, T, train.n), theta, analytic(program, X, T), epsilon=epsilon, notes=notes
    )


def quiet(compilation: Compilation) -> Model:
    """The model without dropout, everything else, starting values too, as it is trained."""
    if not _draws(compilation.model):
        return compilation.model
    other = elaborate(compilation.bound, Registry(), Sink(), stochastic=False)
    if other is None or _draws(other):
        raise CompilerBug("a network that trains cannot be built without dropout")
    # Dropout draws from a stream of its own, so that without it the weights would start elsewhere.
    return replace(compilation.model, train=other.train)


def problem(model: Model, X: Floats, T: NDArray[Any], examples: int) -> Problem:
    """The cost of a model on a batch.

    Args:
        X: Inputs (features, m).
        T: Targets as the program takes them.
        examples: The size of the training set, which scales penalties.
    """
    graph = penalize(flatten(model.train, model), model)
    m = X.shape[1]
    inputs = {"X": X, "T": T, "examples": examples, "t": 1}
    return Problem(graph, model.parameters, inputs, m)


def analytic(program: Program, X: Floats, T: NDArray[Any]) -> Analytic:
    """Cost and gradient at any theta, by the generated module."""
    step = program.step(X.shape[1])

    def at(theta: Floats) -> tuple[float, Floats]:
        program.theta[...] = theta
        with np.errstate(all="ignore"):
            cost = float(step(X, T, 0.0, 1))
        return cost, program.dtheta.copy()

    return at


def _draws(model: Model) -> bool:
    """Whether training draws random numbers."""
    return any(node.op in RANDOM for node in model.train.nodes)


def _first(part: Part, m: int) -> tuple[Floats, NDArray[Any]]:
    """The first examples as the step takes them: columns."""
    X = part.X[:m] if part.rows is None else part.X[part.rows[:m]]
    T = X if part.T is part.X else part.T[:m]
    return np.ascontiguousarray(X, np.float64).T, np.array(T).T


def _put(program: Program, tensors: Mapping[str, NDArray[Any]]) -> None:
    """The parameters of a checkpoint into theta."""
    for name, place in program.parameters().items():
        given = tensors.get(name)
        if given is None or given.shape != place.shape:
            has = "lacks it" if given is None else f"has it as {given.shape}"
            raise error(
                "E0512",
                f"the checkpoint is of another network: `{name}` is {place.shape} here",
                notes=(f"the checkpoint {has}",),
                fix="check the spec that the run was started with",
            )
        place[...] = given
