"""Terms without a structure that helps: one walk per step, over the nodes that it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specc.gradcheck.held import held
from specc.gradcheck.terms import Term
from specc.ir.cost import node_flops
from specc.ir.graph import Graph
from specc.ir.interpret import Values, ancestors, dependents, resume
from specc.shapes import size, value

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Walk:
    """A term as a function of the part of theta from `start` to `stop`.

    order: the nodes that this part reaches, up to the term.
    """

    graph: Graph
    term: Term
    start: int
    stop: int
    theta: int
    order: tuple[int, ...]
    base: Values
    sizes: Mapping[str, int]

    def differences(
        self, indices: Indices, h: float, *, hold: bool = False
    ) -> tuple[Floats, Floats]:
        """Per parameter, the growth of the term over the step to the right and from the left; with
        `hold` on the piece on which theta lies.
        """
        here = float(self.base[self.term.node])
        theta: Floats = self.base[self.theta].copy()
        right, left = np.empty(len(indices)), np.empty(len(indices))
        for k, j in enumerate(indices):
            before = theta[j]
            for out, step in ((right, h), (left, -h)):
                theta[j] = before + step
                # before + h is rounded; the step that was really taken is the one to divide by.
                out[k] = (self._term(theta, hold) - here) * (h / (theta[j] - before))
            theta[j] = before
        return self.term.factor * right, self.term.factor * left

    @property
    def work(self) -> int:
        """Operations for one parameter."""
        nodes = [self.graph.nodes[i] for i in self.order]
        whole = sum(
            value(node_flops(self.graph, n), self.sizes) + value(size(n.type.shape), self.sizes)
            for n in nodes
        )
        return 2 * whole

    def _term(self, theta: Floats, hold: bool) -> float:
        found: Values = {self.theta: theta}
        if not hold:
            found = resume(self.graph, self.base, found, self.order, self.sizes)
            return float(found[self.term.node])
        for i in self.order:
            node = self.graph.nodes[i]
            operands = [found[j] if j in found else self.base[j] for j in node.inputs]
            before = [self.base[j] for j in node.inputs]
            found[i] = held(node, operands, before, {**node.settings, "sizes": self.sizes})
        return float(found[self.term.node])


def walk(
    graph: Graph,
    term: Term,
    theta: int,
    part: tuple[int, int, tuple[int, ...]],
    base: Values,
    sizes: Mapping[str, int],
) -> Walk:
    """The term as a function of a part of theta: begin, end, and the nodes that read from there."""
    start, stop, readers = part
    order = dependents(graph, readers) & ancestors(graph, [term.node])
    return Walk(graph, term, start, stop, theta, tuple(sorted(order)), base, sizes)
