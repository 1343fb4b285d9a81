"""Terms that are sums of one function per parameter, as penalties are.

    total(|w|)     each |w_j| is a function of w_j alone, so one call on w + h and one on w - h
    inner(w, w)    give what two evaluations per parameter would

Recognised by structure, never by the name of a regulariser: elementwise operations between a
stretch of theta and the sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from specc.gradcheck.terms import Term
from specc.ir.graph import Graph, Node
from specc.ir.interpret import Values, ancestors, dependents, resume
from specc.shapes import size, value

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Separable:
    """A term that is a sum over the stretch of theta from `start` to `stop`.

    views: the nodes that are this stretch. order: the elementwise nodes up to the sum.
    """

    graph: Graph
    term: Term
    start: int
    stop: int
    views: tuple[int, ...]
    order: tuple[int, ...]
    base: Values
    sizes: Mapping[str, int]

    def differences(self, indices: Indices, h: float) -> tuple[Floats, Floats]:
        """Per parameter, the growth of the term over the step to the right and from the left."""
        w = self.base[self.views[0]].reshape(-1)
        above, here, below = self._each(w + h), self._each(w), self._each(w - h)
        at = indices - self.start
        w = w[at]
        # w + h is rounded; the step that was really taken is the one to divide by.
        right = (above - here)[at] * (h / ((w + h) - w))
        left = (here - below)[at] * (h / (w - (w - h)))
        return self.term.factor * right, self.term.factor * left

    def _each(self, w: Floats) -> Floats:
        """The summands for these parameters."""
        nodes = self.graph.nodes
        changed: Values = {i: w.reshape(self.base[i].shape) for i in self.views}
        found = resume(self.graph, self.base, changed, self.order, self.sizes)
        last = nodes[self.term.node]
        operands = [found[j] if j in found else self.base[j] for j in last.inputs]
        each = operands[0] if last.op == "total" else operands[0] * operands[1]
        flat: Floats = each.reshape(-1)
        return flat


def separable(
    graph: Graph, term: Term, theta: int, base: Values, sizes: Mapping[str, int]
) -> Separable | None:
    """The term as a sum over a stretch of theta, None where its structure is another one."""
    moving = dependents(graph, [theta]) & ancestors(graph, [term.node])
    inside = sorted(moving - {theta, term.node})
    views = [i for i in inside if graph.nodes[i].op == "view"]
    order = [i for i in inside if graph.nodes[i].op != "view"]
    if graph.nodes[term.node].op not in ("total", "inner") or not views:
        return None
    if any(theta in graph.nodes[i].inputs for i in order):
        return None
    stretches = {(graph.nodes[i]["offset"], size(graph.nodes[i].type.shape)) for i in views}
    if len(stretches) != 1 or not all(_by_element(graph, graph.nodes[i]) for i in order):
        return None
    start, length = stretches.pop()
    stop = start + value(length, sizes)
    return Separable(graph, term, start, stop, tuple(views), tuple(order), base, sizes)


def _by_element(graph: Graph, node: Node) -> bool:
    """Whether element i of the result is a function of element i of each operand."""
    types = [graph.nodes[i].type for i in node.inputs]
    same = all(t.kind == "host" or t.shape == node.type.shape for t in types)
    return node.definition.elementwise and node.type.kind != "host" and same
