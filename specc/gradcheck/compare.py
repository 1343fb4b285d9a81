"""A gradient held against the cost whose gradient it claims to be."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.gradcheck.kinks import ROUNDING, Booleans, Indices, Settled, Slopes, settle, tolerance
from specc.gradcheck.numeric import Numeric, numeric
from specc.gradcheck.report import LIMIT, Entry, Report, TensorReport, relative
from specc.gradcheck.rounding import rounding_error
from specc.ir.graph import Graph
from specc.model import Parameter

Floats = NDArray[np.float64]
Analytic = Callable[[Floats], tuple[float, Floats]]

EPSILON = 1e-6
"""The step. Rounding costs digits below it, curvature and kinks above: at 1e-5 a step meets ten
times the kinks.
"""
BESIDE = 1e-3
"""How far theta moves to get away from kinks: far more than a step, and little for a network."""
TRIES, AGREEING = 4, 3
"""Places beside theta, and at how many of them a gradient must be right: another kink may lie at
one of them, and a unit that is switched off there agrees with any gradient.
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """A cost: a graph on theta with the output `cost`, and everything else that the graph reads."""

    graph: Graph
    parameters: tuple[Parameter, ...]
    inputs: Mapping[str, Any]
    examples: int

    @property
    def sizes(self) -> dict[str, int]:
        return {"m": self.examples}

    def at(self, theta: Floats) -> dict[str, Any]:
        """The inputs with this theta."""
        return {**self.inputs, "theta": theta}


def compare(
    problem: Problem,
    theta: Floats,
    analytic: Analytic,
    *,
    epsilon: float = EPSILON,
    notes: tuple[str, ...] = (),
) -> Report:
    """Check every entry of the gradient at theta.

    A tensor passes if its relative difference is at most 1e-7. Where a gradient is very small, its
    differences are made of rounding errors and say nothing: a cost that is computed with the error
    e gives slopes with the error e / epsilon, however right they are. Therefore a tensor of N
    entries also passes if its difference is no larger than N such errors make it, ROUNDING sqrt(N)
    e / epsilon, with e measured (`rounding_error`), not guessed. For 6,000 parameters of a usual
    network that is some 1e-9 per entry.

    Args:
        problem: The cost.
        theta: Where to check.
        analytic: The cost and its gradient at any theta, as the program under test has them.
        epsilon: The step.
        notes: What a reader should know beforehand.
    """
    cost, exact = analytic(theta)
    number = numeric(problem.graph, problem.at(theta), problem.sizes)
    rounding = rounding_error(problem.graph, problem.at(theta), problem.sizes)
    chosen = number.drawn(len(theta))
    first = _looked_at(number, np.flatnonzero(chosen), exact, epsilon)
    with np.errstate(all="ignore"):
        limit = _limits(problem, exact, first.both)

        def beside(indices: Indices) -> Booleans:
            return _beside(problem, theta, analytic, indices, limit[indices], epsilon)

        settled = settle(number, exact, first, limit, rounding, beside)
        compared = Settled(settled.approx, settled.step, settled.kinks | ~chosen)
        tensors = tuple(
            _tensor(p, exact, compared, rounding, chosen, settled.kinks) for p in problem.parameters
        )
        difference, small = _difference(exact, compared, slice(None), rounding)
    said = list(notes)
    same = _same_cost(cost, number.cost, rounding)
    if not math.isfinite(number.cost):
        said.append(f"the cost at these parameters is {number.cost}, which has no gradient")
    elif not same:
        said.append(f"the program gives the cost {cost!r}, its definition {number.cost!r}")
    tiny = [t.name for t in tensors if t.tiny]
    if tiny:
        said.append(
            f"the gradient of {', '.join(tiny)} is so small that rounding of the cost hides it"
        )
    passed = same and all(t.passed for t in tensors) and (difference <= LIMIT or small)
    return Report(passed, difference, epsilon, problem.examples, tuple(said), tensors)


def _limits(problem: Problem, exact: Floats, approx: Floats) -> Floats:
    """Per entry, a difference so small that a tensor passes if all of its entries have it."""
    limit = np.zeros(len(exact))
    for p in problem.parameters:
        own = slice(p.offset, p.offset + p.size)
        size = np.linalg.norm(exact[own]) + np.linalg.norm(approx[own])
        limit[own] = LIMIT * size / math.sqrt(p.size)
    return limit


def _difference(exact: Floats, settled: Settled, own: slice, rounding: float) -> tuple[float, bool]:
    """The relative difference without kinks, and whether rounding explains it."""
    kept = ~settled.kinks[own]
    a, n, h = exact[own][kept], settled.approx[own][kept], settled.step[own][kept]
    gap = float(np.linalg.norm(a - n))
    floor = ROUNDING * rounding * float(np.linalg.norm(1 / h))
    return relative(gap, float(np.linalg.norm(a)), float(np.linalg.norm(n))), gap <= floor


def _looked_at(number: Numeric, chosen: Indices, exact: Floats, epsilon: float) -> Slopes:
    """The first look; what is not looked at counts as right and is left out later."""
    right, left = exact.copy(), exact.copy()
    right[chosen], left[chosen] = number.slopes(chosen, epsilon)
    return Slopes(right, left, epsilon)


def _tensor(
    p: Parameter,
    exact: Floats,
    settled: Settled,
    rounding: float,
    chosen: Booleans,
    kinked: Booleans,
) -> TensorReport:
    own = slice(p.offset, p.offset + p.size)
    difference, small = _difference(exact, settled, own, rounding)
    passed = difference <= LIMIT or small
    kinks = int(kinked[own].sum())
    return TensorReport(
        name=p.name,
        shape=p.shape,
        difference=difference,
        worst=_worst(p, exact[own], settled.approx[own], settled.kinks[own]),
        kinks=kinks,
        checked=int(chosen[own].sum()),
        passed=passed,
        tiny=passed and difference > LIMIT,
        factor=None if passed else _factor(exact[own], settled.approx[own], settled.kinks[own]),
    )


def _worst(p: Parameter, exact: Floats, approx: Floats, kinks: Booleans) -> Entry | None:
    if kinks.all():
        return None
    gap = np.abs(exact - approx)
    gap[~np.isfinite(gap)] = np.inf
    at = int(np.argmax(np.where(kinks, -1.0, gap)))
    index = tuple(int(i) for i in np.unravel_index(at, p.shape))
    return Entry(index, float(exact[at]), float(approx[at]))


def _factor(exact: Floats, approx: Floats, kinks: Booleans) -> float | None:
    """c where exact = c * approx, if there is one: a forgotten 2, a sum for a mean, a sign."""
    a, n = exact[~kinks], approx[~kinks]
    size = float(n @ n)
    if not math.isfinite(size) or size == 0:
        return None
    c = float(a @ n) / size
    explained = float(np.linalg.norm(a - c * n)) <= 1e-4 * float(np.linalg.norm(a))
    return c if explained and abs(c - 1) > 1e-3 else None


def _same_cost(one: float, other: float, rounding: float) -> bool:
    """Whether two costs are the same number computed in two ways."""
    return abs(one - other) <= 1e-9 * abs(other) + 1e3 * rounding


def _beside(
    problem: Problem,
    theta: Floats,
    analytic: Analytic,
    indices: Indices,
    limit: Floats,
    epsilon: float,
) -> Booleans:
    """Which entries of the gradient are right beside theta."""
    right = np.zeros(len(indices), int)
    random = np.random.Generator(np.random.Philox(key=[1, 0]))
    for _ in range(TRIES):
        moved = theta + random.uniform(-BESIDE, BESIDE, len(theta))
        _, exact = analytic(moved)
        number = numeric(problem.graph, problem.at(moved), problem.sizes)
        approx = Slopes(*number.slopes(indices, epsilon), epsilon).both
        rounding = rounding_error(problem.graph, problem.at(moved), problem.sizes)
        right += np.abs(exact[indices] - approx) <= tolerance(limit, rounding, epsilon)
    found: Booleans = right >= AGREEING
    return found
