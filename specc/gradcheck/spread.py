"""Many steps of many parameters along one route, cut into evaluations of a size that is fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from specc.gradcheck.chunk import Chunk
from specc.gradcheck.route import Route
from specc.ir.graph import Graph
from specc.ir.interpret import Values
from specc.shapes import value

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

BUDGET = 1 << 16
"""Numbers in the largest array on the way: 512 KiB, which are still in the cache for the next node,
and which the allocator keeps for the next chunk instead of giving them back to the system.
"""
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
        """Per parameter, the growth of the term over the step to the right and from the left."""
        right, left = np.empty(len(indices)), np.empty(len(indices))
        width = self.base[self.route.view].shape[1]
        rows, columns = np.divmod(indices - self.start, width)
        for chunk in self._chunks(rows):
            i, j = rows[chunk], columns[chunk]
            row = i if (i != i[0]).any() else i[0]
            grown = Chunk(self.graph, self.route, self.base, row, j, h).grown()
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
            for start, stop in pairwise(edges)
            for first in range(start, stop, most)
        ]
