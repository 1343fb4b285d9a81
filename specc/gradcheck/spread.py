"""Many steps of many parameters, carried along a route side by side.

P steps are P rows while one row changes, and an axis before the examples after that:

    row    (P, m)       row i of each step, i differs from step to step
    whole  (n, P, m)    the whole array of each step, so that W2 @ A is one product for all steps

Only examples that some step moves go on from row to whole: what a rectifier cuts off has no part in any
difference. What is summed are the differences of each example's loss, not losses, which keeps 3 digits more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.gradcheck.route import REDUCTIONS, Route
from specc.ir.graph import Graph, Node
from specc.ir.interpret import Values
from specc.shapes import M, value

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

BUDGET = 1 << 16
"""Numbers in the largest array on the way: 512 KiB, which are still in the cache for the next node, and which the
allocator keeps for the next chunk instead of giving them back to the system."""
ONE_THREAD = 1 << 18
"""Multiplications up to which OpenBLAS uses one thread. Waking a second one for products as narrow as these gains
nothing, and costs ten times the product where that core is busy."""
SHORT = 8
"""Parameters per row below which a chunk takes several rows."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A term as a function of the parameters of one view, along a route."""

    graph: Graph
    route: Route
    start: int
    stop: int
    base: Values
    sizes: Mapping[str, int]

    def differences(self, indices: Indices, h: float) -> tuple[Floats, Floats]:
        """How the term grows over the step to the right, and over the step from the left, per parameter."""
        right, left = np.empty(len(indices)), np.empty(len(indices))
        width = self.base[self.route.view].shape[1]
        rows, columns = np.divmod(indices - self.start, width)
        for chunk in self._chunks(rows):
            i, j = rows[chunk], columns[chunk]
            grown = _Chunk(self, i if len(set(i.tolist())) > 1 else i[0], j, h).grown()
            count = len(j)
            right[chunk], left[chunk] = grown[:count], -grown[count:]
        return right, left

    def _chunks(self, rows: Indices) -> list[slice]:
        """Stretches of steps that are evaluated together."""
        examples = value(self.route.examples, self.sizes)
        most = max(1, BUDGET // (2 * self.route.rows * examples))
        edges = [0, *(np.flatnonzero(np.diff(rows)) + 1).tolist(), len(rows)]
        if len(rows) < SHORT * (len(edges) - 1):
            edges = [0, len(rows)]
        # One row at a time where rows are long: then examples that its unit cuts off are left out.
        return [
            slice(first, min(first + most, stop))
            for start, stop in zip(edges, edges[1:], strict=False)
            for first in range(start, stop, most)
        ]


@dataclass
class _Chunk:
    """One evaluation: 2 K steps, first all to the right, then all to the left.

    row: the row that changes, one for all or one per parameter. column: the entry of W in that row.
    """

    of: Spread
    row: Any
    column: Indices
    h: float
    made: dict[int, Floats] = field(default_factory=dict)
    kept: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        self.rows = self.row if np.ndim(self.row) == 0 else np.concatenate([self.row, self.row])
        self.steps = np.concatenate([np.full(len(self.column), s * self.h) for s in (1, -1)])

    def grown(self) -> Floats:
        """The difference of the term to its value at theta, for each step."""
        route, graph = self.of.route, self.of.graph
        forms = {stop.node: stop.form for stop in route.stops}
        for i, form in forms.items():
            node = graph.nodes[i]
            if form == "row":
                self.made[i] = self._entry(node) if i == route.stops[0].node else self._row(node)
        if route.independent:
            self._leave_out(forms)
        if self.kept is not None and not self.kept.any():
            return np.zeros(len(self.steps))
        for i, form in forms.items():
            if form == "whole":
                self.made[i] = self._whole(graph.nodes[i], forms)
        return route.term.factor * self._sum(graph.nodes[route.term.node], forms)

    def _entry(self, node: Node) -> Floats:
        """The changed rows of the node that reads the parameters."""
        base, view = self.of.base, self.of.route.view
        if self.of.route.product:
            x = base[node.inputs[1]][self.column]
            moved: Floats = self._base_row(node.id) + np.concatenate([x, x]) * self.steps[:, None]
            return moved
        at = np.broadcast_to(self.rows, self.steps.shape)
        w = base[view][at] + self.steps[:, None]
        return _apply(node, [w if i == view else self._base_row(i) for i in node.inputs])

    def _row(self, node: Node) -> Floats:
        made = self.made
        return _apply(node, [made[i] if i in made else self._base_row(i) for i in node.inputs])

    def _base_row(self, i: int) -> Any:
        """The rows of an unchanged operand that meet the changed ones."""
        x = self.of.base[i]
        if np.ndim(x) == 0:
            return x
        return x[0] if len(x) == 1 else x[self.rows]

    def _leave_out(self, forms: Mapping[int, str]) -> None:
        """Keep the examples that a step moves. Exact: the others contribute 0 to every difference."""
        nodes = self.of.graph.nodes
        ends = {
            i
            for later, form in forms.items()
            if form == "whole"
            for i in nodes[later].inputs
            if forms.get(i) == "row"
        }
        if not ends or any(i in self.made for i in nodes[self.of.route.term.node].inputs):
            return
        moved = np.zeros(self.made[min(ends)].shape[1], bool)
        for i in ends:
            moved |= (self.made[i] != self._base_row(i)).any(axis=0)
        if moved.all():
            return
        self.kept = moved
        for i in ends:
            # Indexing would give the transposed layout, and every later product a copy.
            self.made[i] = np.compress(moved, self.made[i], axis=1)

    def _cut(self, i: int) -> Any:
        """An unchanged array, of the examples that are left."""
        x = self.of.base[i]
        shape = self.of.graph.nodes[i].type.shape
        if self.kept is not None and shape and shape[-1] == self.of.route.examples:
            return x[..., self.kept]
        return x

    def _whole(self, node: Node, forms: Mapping[int, str]) -> Floats:
        nodes, base = self.of.graph.nodes, self.of.base
        if node.op == "matmul":
            left, right = node.inputs
            if forms[right] == "row":
                delta = self.made[right] - self._cut_row(right)
                column = base[left][:, self.rows]
                out: Floats = column.reshape(len(column), -1, 1) * delta
                out += self._cut(node.id)[:, None, :]
                return out
            x = self.made[right]
            return _product(base[left], x.reshape(len(x), -1)).reshape(-1, *x.shape[1:])
        operands = [self._spread(i, forms) for i in node.inputs]
        if node.op == "concat":
            # The only operation on several arrays that stretches none of them.
            steps = len(self.steps)
            operands = [np.broadcast_to(x, (len(x), steps, x.shape[2])) for x in operands]
        return _apply(node, operands)

    def _cut_row(self, i: int) -> Any:
        row = self._base_row(i)
        return row if self.kept is None else row[..., self.kept]

    def _spread(self, i: int, forms: Mapping[int, str]) -> Any:
        """An operand with the axis of steps; a changed row is put into the rest of its array."""
        form = forms.get(i)
        if form == "whole":
            return self.made[i]
        x = self._cut(i)
        if np.ndim(x) == 0:
            return x
        x = x[:, None, :]
        if form == "row":
            changed = self.made[i]
            x = np.repeat(x, len(self.steps), axis=1)
            x[self.rows, np.arange(len(self.steps))] = changed
        return x

    def _sum(self, node: Node, forms: Mapping[int, str]) -> Floats:
        """The sum of the differences of all elements."""
        rows = all(forms.get(i, "row") == "row" for i in node.inputs)
        now = [
            (self.made.get(i, self._cut_row(i)) if rows else self._spread(i, forms))
            for i in node.inputs
        ]
        before = [self._cut_row(i) if rows else self._cut(i)[:, None, :] for i in node.inputs]
        if node.op == "inner":
            difference = now[0] * now[1] - before[0] * before[1]
        else:
            difference = now[0] - before[0]
        axes = (-1,) if rows else (0, -1)
        total: Floats = difference.sum(axis=axes)
        return total


def _product(w: Floats, x: Floats) -> Floats:
    """W @ x, some columns at a time if those of a product on one thread are many."""
    columns = ONE_THREAD // w.size
    if columns < 256 or x.shape[1] <= columns:
        return w @ x
    out = np.empty((len(w), x.shape[1]))
    for start in range(0, x.shape[1], columns):
        np.matmul(w, x[:, start : start + columns], out=out[:, start : start + columns])
    return out


def _apply(node: Node, operands: list[Any]) -> Any:
    """An operation on arrays with the axis of steps; the examples stay the last axis."""
    attrs = node.settings
    if node.op in REDUCTIONS and attrs["axis"] == 1:
        attrs["axis"] = -1
    return node.definition.evaluate({**attrs, "sizes": {str(M): 0}}, *operands)
