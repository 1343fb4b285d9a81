"""Where numeric and analytic slope differ: is the gradient wrong, or is there a kink?

A rectifier has no slope at 0, `|w|` none at w = 0, and a maximum none where two values are the
largest. A step over such a place, or from it, gives a difference that is no slope of anything,
though the gradient is right. Where a way can do so, whatever differs is looked at again with every
rectifier and every maximum held on the side on which it is at theta (`held`): the slope of that
smooth piece is the gradient, and is compared like any other. All else is looked at with shorter
steps:

1. Beside a kink: the shorter step stays on one side, and its slope is the analytic one. If in
   between the slopes to the right and to the left came together faster than curvature lets them,
   there was a kink; if not, the first step was only too long for so much curvature, and the shorter
   one counts instead.
2. On a kink: the slopes to the right and to the left do not come together with the step, and the
   analytic value is one of the two.
3. On several kinks at once (an example of zeros before biases of zeros) it may be neither, as each
   operation takes its own side. And a gap can be too small to be seen with a shorter step, whose
   rounding is larger. Then the check is repeated at places beside theta; only a program that is
   right there is believed.

Everything else is a wrong gradient. On a smooth cost the slopes to both sides come together in
proportion to the step, and a gradient that is wrong is wrong on its piece and beside theta too, so
none of these can excuse one.
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
"""Rounding errors of the cost that two numeric slopes may differ by: the difference of two costs
has 1.4 of them, its half 0.7, and of some thousand parameters one is at four times the usual.
"""

SAME_SLOPE = 1e-5
"""How far the analytic value may be from a one-sided slope, as a share of the kink."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Numeric slopes after the second look.

    approx: per parameter; where the first step was too long, that of a shorter one.
    step: the step behind each.
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

    @property
    def bend(self) -> Floats:
        """The change of slope per step: without a kink the same for every h."""
        return (self.right - self.left) / self.h

    def only(self, chosen: Indices | Booleans) -> Slopes:
        """The look at some of them."""
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
    kinks, bent, seen = (np.zeros(len(exact), bool) for _ in range(3))
    gap = np.abs(exact - approx)
    at = np.flatnonzero(np.isfinite(gap) & (gap > tolerance(limit, rounding, first.h)))
    holding = at[number.holds(at)]
    piece = Slopes(*number.slopes(holding, first.h, hold=True), first.h)
    right = np.abs(exact[holding] - piece.both) <= tolerance(limit[holding], rounding, first.h)
    approx[holding[right]] = piece.both[right]
    at = np.setdiff1d(at, holding[right])
    now = first.only(at)
    for share in SHORTER:
        now = Slopes(*number.slopes(at, first.h * share), first.h * share)
        # A kink of the size of the gap, in slopes, and clear of rounding.
        change = first.h * np.abs(first.only(at).bend - now.bend)
        bent[at] |= change > np.maximum(gap[at], _one_sided(rounding, now.h) / share)
        allowed = tolerance(limit[at], rounding, now.h)
        seen[at] |= gap[at] > 2 * allowed
        agrees = (np.abs(exact[at] - now.both) <= allowed) & (gap[at] > 2 * allowed)
        kinks[at] = agrees & bent[at]
        smooth = agrees & ~bent[at]
        approx[at[smooth]], step[at[smooth]] = now.both[smooth], now.h
        at, now = at[~agrees], now.only(~agrees)
    noise = _one_sided(rounding, now.h)
    side = np.minimum(np.abs(exact[at] - now.right), np.abs(exact[at] - now.left))
    equal = (side <= noise + SAME_SLOPE * np.abs(now.right - now.left)) & (gap[at] > 2 * noise)
    kinks[at[bent[at] & equal]] = True
    rest = at[np.where(bent[at], ~equal, ~seen[at])]
    if len(rest):
        kinks[rest] = beside(rest)
    return Settled(approx, step, kinks)


def _one_sided(rounding: float, h: float) -> float:
    """What rounding may do to a one-sided slope, and to the difference of two."""
    return 2 * ROUNDING * rounding / h
