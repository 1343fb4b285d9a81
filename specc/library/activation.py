"""What an activation is: a function of each element, with what rules may know about it."""

from __future__ import annotations

from math import inf
from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.define import Definition


class Activation(Definition):
    """A function of each element (or, for softmax, of each column)."""

    category: ClassVar[str] = "activations"
    axes: ClassVar[int | None] = None
    """Axes per example that it takes; None for any."""
    ends: ClassVar[tuple[float, float]] = (-inf, inf)
    """What its values lie between, where that is said."""
    steepest: ClassVar[float] = 1.0
    """Its largest slope, where it is well below 1: a gradient shrinks by it at every layer."""
    wanted: ClassVar[float | None] = None
    """The variance of weights, times the number of inputs, that keeps signals alike from layer to
    layer, where that is known: `he` draws 2, `xavier` 1.
    """

    def apply(self, x: Sym) -> Sym:
        """The function on a value."""
        raise NotImplementedError
