"""Where numeric and analytic slope differ: is the gradient wrong, or is there a kink?

A rectifier has no slope at 0, `|w|` none at w = 0. A step over such a place, or from it, gives a difference that
is no slope of anything, though the gradient is right. Whatever differs is looked at again with shorter steps:

1. Beside a kink: the shorter step stays on one side, and its slope is the analytic one. That the slopes to the
   right and to the left differed by more than curvature explains shows that there was a kink; without that the
   first step was only too long for so much curvature, and the shorter one counts instead.
2. On a kink: the slopes to the right and to the left differ however short the step, and the analytic value is one
   of the two.
3. On several kinks at once (an example of zeros before biases of zeros) it may be neither, as each operation takes
   its own side. Then the check is repeated at places beside theta, where there is no kink; only a program that is
   right there is believed.

Everything else is a wrong gradient. On a smooth cost no step makes the slopes differ, so none of the three can
excuse one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specc.gradcheck.numeric import Numeric

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Booleans = NDArray[np.bool_]

SHORTER = (0.1, 0.01)
"""Steps of the second look, as shares of the first."""
ROUNDING = 3.0
"""Rounding errors of the cost that two numeric slopes may differ by: the difference of two costs has 1.4 of them,
its half 0.7, and of some thousand parameters one is at four times the usual."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Numeric slopes after the second look.

    approx: per parameter; where the first step was too long, that of a shorter one. step: the step behind each.
    kinks: the parameters that have no slope to compare.
    """

    approx: Floats
    step: Floats
    kinks: Booleans


@dataclass(frozen=True, slots=True)
class Slopes:
    """One look at some parameters with the step h."""

    right: Floats
    left: Floats
    h: float

    @property
    def both(self) -> Floats:
        """The two-sided slope."""
        return (self.right + self.left) / 2

    def only(self, chosen: Booleans) -> Slopes:
        return Slopes(self.right[chosen], self.left[chosen], self.h)


def tolerance(limit: Floats, rounding: float, h: float) -> Floats:
    """How far a two-sided slope with the step h may be from the exact one."""
    return np.maximum(limit, ROUNDING * rounding / h)


def settle(
    number: Numeric,
    exact: Floats,
    first: Slopes,
    limit: Floats,
    rounding: float,
    beside: Callable[[Indices], Booleans],
) -> Settled:
    """The second look at everything that differs.

    Args:
        number: Slopes around theta.
        exact: The analytic gradient.
        first: The first look, at all parameters.
        limit: Per parameter, a difference that does not matter.
        rounding: The rounding error of the cost.
        beside: Whether numeric and analytic slope of some parameters agree at a place beside theta.
    """
    approx, step = first.both, np.full(len(exact), first.h)
    kinks = np.zeros(len(exact), bool)
    gap = np.abs(exact - approx)
    at = np.flatnonzero(np.isfinite(gap) & (gap > tolerance(limit, rounding, first.h)))
    before = now = first.only(at)  # type: ignore[arg-type] - places choose like truth values
    for share in SHORTER:
        before, now = now, Slopes(*number.slopes(at, first.h * share), first.h * share)
        allowed = tolerance(limit[at], rounding, now.h)
        agrees = (np.abs(exact[at] - now.both) <= allowed) & (gap[at] > 2 * allowed)
        bend = (first.right - first.left)[at] - (now.right - now.left) / share
        kinks[at[agrees]] = np.abs(bend[agrees]) >= gap[at[agrees]]
        smooth = agrees & ~kinks[at]
        approx[at[smooth]], step[at[smooth]] = now.both[smooth], now.h
        at, before, now = at[~agrees], before.only(~agrees), now.only(~agrees)
    jump, earlier = np.abs(now.right - now.left), np.abs(before.right - before.left)
    noise = 4 * ROUNDING * rounding / now.h
    lasting = (jump > earlier / 2) & (jump > noise)
    at, now, jump = at[lasting], now.only(lasting), jump[lasting]
    side = np.minimum(np.abs(exact[at] - now.right), np.abs(exact[at] - now.left))
    one_sided = side <= noise + 1e-3 * jump
    kinks[at[one_sided]] = True
    rest = at[~one_sided]
    if len(rest):
        kinks[rest] = beside(rest)
    return Settled(approx, step, kinks)
