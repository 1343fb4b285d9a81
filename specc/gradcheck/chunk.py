"""Many steps of many parameters, carried along a route side by side.

P steps are P rows while one row changes, and an axis before the examples after that:

    row    (P, m)       row i of each step, i differs from step to step
    whole  (n, P, m)    the whole array of each step, so that W2 @ A is one product for all steps

Only examples that some step moves go on from row to whole: what a rectifier cuts off has no part
in any difference. What is summed are the differences of each example's loss, not losses, which
keeps 3 digits more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.gradcheck.route import REDUCTIONS, ROW_WISE, Route
from specc.ir.graph import Graph, Node
from specc.ir.interpret import Values

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

ONE_THREAD = 1 << 18
"""Multiplications up to which OpenBLAS uses one thread. Waking a second one for products as narrow
as these gains nothing, and costs ten times the product where that core is busy.
"""


@dataclass
class Chunk:
    """One evaluation: 2 K steps, first all to the right, then all to the left.

    row: the row that changes, one for all or one per parameter. column: the entry of W in that row.
    """

    graph: Graph
    route: Route
    base: Values
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
        route, graph = self.route, self.graph
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
        base, view = self.base, self.route.view
        if self.route.product:
            x = base[node.inputs[1]][self.column]
            moved: Floats = self._base_row(node.id) + np.concatenate([x, x]) * self.steps[:, None]
            return moved
        at = np.broadcast_to(self.rows, self.steps.shape)
        w = base[view][at] + self.steps[:, None]
        rows: Floats = _apply(node, [w if i == view else self._base_row(i) for i in node.inputs])
        return rows

    def _row(self, node: Node) -> Floats:
        made = self.made
        operands = [made[i] if i in made else self._base_row(i) for i in node.inputs]
        rows: Floats = _apply(node, operands)
        return rows

    def _base_row(self, i: int) -> Any:
        """The rows of an unchanged operand that meet the changed ones."""
        x = self.base[i]
        if np.ndim(x) == 0:
            return x
        return x[0] if len(x) == 1 else x[self.rows]

    def _leave_out(self, forms: Mapping[int, str]) -> None:
        """Keep the examples that a step moves; the others contribute exactly 0."""
        nodes = self.graph.nodes
        ends = {
            i
            for later, form in forms.items()
            if form == "whole"
            for i in nodes[later].inputs
            if forms.get(i) == "row"
        }
        if not ends or any(i in self.made for i in nodes[self.route.term.node].inputs):
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
        x = self.base[i]
        shape = self.graph.nodes[i].type.shape
        if self.kept is not None and shape and shape[-1] == self.route.examples:
            return x[..., self.kept]
        return x

    def _whole(self, node: Node, forms: Mapping[int, str]) -> Floats:
        base = self.base
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
        whole: Floats = _apply(node, operands)
        return whole

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
    if node.op in ROW_WISE:
        attrs["axes"] = (-1,)
    return node.definition.evaluate({**attrs, "sizes": {}}, *operands)
