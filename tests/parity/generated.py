"""The side of the generated programs: an experiment compiled, started where PyTorch starts, run."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from experiment import PRECISIONS, Arrays, Experiment, Trace
from oracle import compiled, program

from specc.driver import Compilation, make_plan
from specc.run.program import Program

in_both = pytest.mark.parametrize("precision", PRECISIONS)


@cache
def compilation_of(case: Experiment) -> Compilation:
    return compiled(case.text())


def begun(case: Experiment, precision: str) -> Program:
    """The program of a case at its starting values."""
    compilation = compilation_of(case)
    planned = make_plan(compilation, case.batch, precision)
    made = program(planned, compilation.model, case.examples)
    put(made, case.start())
    return made


def put(made: Program, start: Arrays) -> None:
    """Starting values for exactly the parameters that there are."""
    ours = made.parameters()
    assert {name: x.shape for name, x in ours.items()} == {n: x.shape for n, x in start.items()}
    for name, value in start.items():
        ours[name][...] = value


def gradient(made: Program) -> Arrays:
    """A copy of the gradient by parameter name."""
    return {
        name: made.dtheta[offset : offset + int(np.prod(shape))].reshape(shape).copy()
        for name, offset, shape in made.module.PARAMETERS
    }


def followed(made: Program, case: Experiment, precision: str) -> Trace:
    """All steps of a case from where its program stands."""
    costs: list[float] = []
    first: Arrays = {}
    for t, (X, T) in enumerate(case.batches(precision), 1):
        costs.append(made.step(len(X))(X.T, T.T, case.settings["lr"], t))
        first = first or gradient(made)
    running = {name: x.copy() for name, x in made.stored().items() if name.startswith("running.")}
    final = {name: x.copy() for name, x in made.parameters().items()}
    return Trace(np.array(costs), final, first, running)


@cache
def trained(case: Experiment, precision: str) -> Trace:
    """The run of a case from its start."""
    return followed(begun(case, precision), case, precision)
