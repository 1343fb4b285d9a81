"""Many steps side by side as more examples: the way for networks on images and over time.

    Z = W * A        a step of W[i, j, c, f] adds h A[., ., c] to Z[., ., f], shifted by (i, j)
    Z = Zw + b       a step of b[f] adds h to Z[., ., f]

What follows treats each example for itself, so the values of P steps stand side by side along the
axis of examples, P m of them, and go through the rest of the graph once. Where a node mixes
examples, as batch norm does, there is no such way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.gradcheck.held import held
from specc.gradcheck.terms import Term
from specc.ir.graph import Graph, Node
from specc.ir.interpret import Values, ancestors, dependents
from specc.shapes import M, size, value

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

BUDGET = 1 << 20
"""Numbers in the largest array on the way, 8 MiB."""
FIRST = frozenset(
    "conv maxpool sumpool unsumpool image flat reshape arranged channels rows copy softmax".split()
)
"""Operations that treat every example of their first operand for itself, the others being fixed."""
EVERY = frozenset(
    "concat join_bands join_channels softmax_cross_entropy sigmoid_cross_entropy".split()
)
"""Operations that do so with all their operands."""
REDUCTIONS = frozenset(("sum", "sum_rows", "max_rows"))
SUMS = frozenset(("total", "inner"))


@dataclass(frozen=True, slots=True)
class Stack:
    """A term as a function of the parameters of one view.

    entry: the node that reads them. order: the nodes behind it, without the term.
    """

    graph: Graph
    term: Term
    start: int
    stop: int
    view: int
    entry: int
    order: tuple[int, ...]
    base: Values
    sizes: Mapping[str, int]

    def differences(
        self, indices: Indices, h: float, *, hold: bool = False
    ) -> tuple[Floats, Floats]:
        """Per parameter, the growth of the term over the step to the right and from the left; with
        `hold` on the piece on which theta lies.
        """
        nodes = self.graph.nodes
        largest = max(
            value(size(nodes[i].type.shape), self.sizes) for i in (self.entry, *self.order)
        )
        most = max(1, BUDGET // (2 * largest))
        right, left = np.empty(len(indices)), np.empty(len(indices))
        for first in range(0, len(indices), most):
            chunk = slice(first, first + most)
            places = indices[chunk] - self.start
            both = np.concatenate([places, places])
            steps = np.concatenate([np.full(len(places), h), np.full(len(places), -h)])
            grown = self._grown(both, steps, hold)
            right[chunk], left[chunk] = grown[: len(places)], -grown[len(places) :]
        return right, left

    def _grown(self, places: Indices, steps: Floats, hold: bool) -> Floats:
        """The difference of the term to its value at theta, for each step."""
        count = len(steps)
        nodes = self.graph.nodes
        made: Values = {self.entry: self._entry(nodes[self.entry], places, steps)}
        sizes = {**self.sizes, "m": self.sizes["m"] * count}
        for i in self.order:
            node = nodes[i]
            operands = [made[j] if j in made else self._beside(j, count) for j in node.inputs]
            attrs = {**node.settings, "sizes": sizes}
            if hold:
                before = [self._beside(j, count) for j in node.inputs]
                made[i] = held(node, operands, before, attrs)
            else:
                made[i] = node.definition.evaluate(attrs, *operands)
        last = nodes[self.term.node]
        now = [made[j] if j in made else self._beside(j, count) for j in last.inputs]
        before = [self._beside(j, count) for j in last.inputs]
        if last.op == "inner":
            difference = now[0] * now[1] - before[0] * before[1]
        else:
            difference = now[0] - before[0]
        total: Floats = difference.reshape(-1, count, self.sizes["m"]).sum(axis=(0, 2))
        return self.term.factor * total

    def _beside(self, i: int, count: int) -> Any:
        """An unchanged value, as often as there are steps where it has examples."""
        x = self.base[i]
        shape = self.graph.nodes[i].type.shape
        if not shape or shape[-1] != M:
            return x
        return np.tile(x, (1,) * (np.ndim(x) - 1) + (count,))

    def _entry(self, node: Node, places: Indices, steps: Floats) -> Floats:
        """The values of the node that reads the parameters, of all steps side by side."""
        m = self.sizes["m"]
        out: Floats = self._beside(node.id, len(steps)).astype(float)
        each = out.reshape(*out.shape[:-1], len(steps), m)
        at = np.unravel_index(places, self.base[self.view].shape)
        if node.op == "matmul":
            for p, (row, column) in enumerate(zip(*at, strict=True)):
                each[row, p] += steps[p] * self.base[node.inputs[1]][column]
        elif node.op == "conv":
            x = np.pad(self.base[node.inputs[0]], (*node["pad"], (0, 0), (0, 0)))
            (sh, sw), (dh, dw) = node["stride"], node["dilation"]
            height, width, units = out.shape[:3]
            channels = x.shape[2] // node["groups"]
            for p, (i, j, c, f) in enumerate(zip(*at, strict=True)):
                rows = slice(i * dh, i * dh + (height - 1) * sh + 1, sh)
                columns = slice(j * dw, j * dw + (width - 1) * sw + 1, sw)
                group = f // (units // node["groups"])
                each[:, :, f, p] += steps[p] * x[rows, columns, group * channels + c]
        else:
            w = np.repeat(self.base[self.view], len(steps), axis=-1)
            w[(*at[:-1], np.arange(len(steps)))] += steps
            moved = np.repeat(w, m, axis=-1)
            operands = [
                moved if i == self.view else self._beside(i, len(steps)) for i in node.inputs
            ]
            out = node.definition.evaluate({**node.settings, "sizes": {}}, *operands)
        return out


def find_stack(
    graph: Graph,
    term: Term,
    part: tuple[int, int, tuple[int, ...]],
    base: Values,
    sizes: Mapping[str, int],
) -> Stack | None:
    """The term as a function of one view of theta, None where the structure does not allow it."""
    start, stop, readers = part
    view = readers[0]
    needed = ancestors(graph, [term.node])
    users = [graph.nodes[i] for i in sorted(needed) if view in graph.nodes[i].inputs]
    if len(readers) != 1 or len(users) != 1 or graph.nodes[term.node].op not in SUMS:
        return None
    entry = users[0]
    behind = sorted(dependents(graph, [entry.id]) & needed - {term.node, entry.id})
    if graph.nodes[view].op != "view" or entry.id == term.node or not _enters(graph, entry, view):
        return None
    moving = {entry.id, *behind}
    ends = [graph.nodes[i] for i in graph.nodes[term.node].inputs if i in moving]
    if not all(_alone(graph, graph.nodes[i], moving) for i in behind):
        return None
    if any(not n.type.shape or n.type.shape[-1] != M for n in ends):
        return None
    return Stack(graph, term, start, stop, view, entry.id, tuple(behind), base, sizes)


def _enters(graph: Graph, entry: Node, view: int) -> bool:
    """Whether the values behind a step can be made at once."""
    if entry.type.shape[-1:] != (M,) or entry.inputs.count(view) != 1:
        return False
    if entry.op in ("matmul", "conv"):
        return view == entry.inputs[0 if entry.op == "matmul" else 1]
    shape = graph.nodes[view].type.shape
    return entry.definition.elementwise and shape[-1:] == (1,) and len(shape) > 1


def _alone(graph: Graph, node: Node, moving: set[int]) -> bool:
    """Whether an example of the result depends on the same example of the operands alone."""
    inside = [i for i in node.inputs if i in moving]
    if not node.type.shape or node.type.shape[-1] != M:
        return False
    if any(graph.nodes[i].type.shape[-1:] != (M,) for i in inside):
        return False
    if node.op == "matmul":
        return inside == [node.inputs[1]]
    if node.op in FIRST:
        return inside == [node.inputs[0]]
    if node.op in REDUCTIONS:
        return bool(node["axis"] not in (-1, len(node.type.shape) - 1))
    return node.op in EVERY or node.definition.elementwise
