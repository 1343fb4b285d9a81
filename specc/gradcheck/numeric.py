"""Slopes of the cost by differences, each term in the fastest way that its structure allows.

sums over parameters (penalties)         `separable`: a few calls for all parameters
parameters of a row of Z                 `spread`: thousands of steps in one evaluation
parameters of a channel, of examples     `stack`: as many steps as fit, as more examples
everything else                          `walk`: two walks through the graph per parameter
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from specc.gradcheck.route import find_route
from specc.gradcheck.separable import separable
from specc.gradcheck.spread import Spread
from specc.gradcheck.stack import Stack, find_stack
from specc.gradcheck.terms import Term, split
from specc.gradcheck.walk import Walk, walk
from specc.ir.graph import Graph
from specc.ir.interpret import Values, ancestors, dependents, values
from specc.shapes import size, value

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


MOST = 50_000_000_000
"""Operations of all walks together: about a minute."""
FEWEST = 8
"""Parameters of a tensor that are looked at in any case."""


class Way(Protocol):
    """A term as a function of a part of theta."""

    @property
    def start(self) -> int: ...

    @property
    def stop(self) -> int: ...

    def differences(self, indices: Indices, h: float) -> tuple[Floats, Floats]:
        """Per parameter, the growth of the term over the step to the right and from the left."""


@dataclass(frozen=True, slots=True)
class Numeric:
    """The cost around one theta.

    cost: at theta itself. ways: every term that depends on theta, by parts of theta.
    """

    cost: float
    ways: tuple[Way, ...]

    def drawn(self, count: int) -> NDArray[np.bool_]:
        """Which of `count` parameters to look at: all, unless walks for all of them would take
        more than MOST operations. Then as many as do not, drawn once and for all.
        """
        chosen = np.ones(count, bool)
        walks = [way for way in self.ways if isinstance(way, Walk)]
        whole = sum(way.work * (way.stop - way.start) for way in walks)
        if whole <= MOST:
            return chosen
        for way in walks:
            length = way.stop - way.start
            few = max(min(length, FEWEST), length * MOST // whole)
            draws = np.random.Generator(np.random.Philox(key=[2, way.start]))
            chosen[way.start : way.stop] = False
            chosen[way.start + draws.choice(length, few, replace=False)] = True
        return chosen

    def holds(self, indices: Indices) -> NDArray[np.bool_]:
        """Which parameters have slopes on the smooth piece on which theta lies (see `held`)."""
        found = np.ones(len(indices), bool)
        for way in self.ways:
            if isinstance(way, Spread):
                found &= (indices < way.start) | (indices >= way.stop)
        return found

    def slopes(self, indices: Indices, h: float, *, hold: bool = False) -> tuple[Floats, Floats]:
        """One-sided slopes to the right and to the left; their mean is the two-sided one.

        Args:
            indices: Places in theta, in increasing order.
            h: The step.
            hold: Where a way can do so, on the smooth piece on which theta lies (see `held`).
        """
        right, left = np.zeros(len(indices)), np.zeros(len(indices))
        with np.errstate(all="ignore"):
            for way in self.ways:
                own = slice(*np.searchsorted(indices, (way.start, way.stop)))
                if own.start < own.stop:
                    if hold and isinstance(way, Stack | Walk):
                        above, below = way.differences(indices[own], h, hold=True)
                    else:
                        above, below = way.differences(indices[own], h)
                    right[own] += above
                    left[own] += below
        return right / h, left / h


def numeric(
    graph: Graph, inputs: Mapping[str, Any], sizes: Mapping[str, int], *, fast: bool = True
) -> Numeric:
    """Slopes around `inputs["theta"]` of the output `cost`.

    Args:
        graph: The forward pass on theta, with the penalty.
        inputs: Everything that the graph reads.
        sizes: The number behind every symbolic size.
        fast: Without it every term goes the slow way, which is what the others are held against.
    """
    cost, theta = graph.output("cost").id, graph.inputs["theta"].id
    with np.errstate(all="ignore"):
        base = values(graph, inputs, sizes, [cost])
    ways: list[Way] = []
    for term in split(graph, cost, dependents(graph, [theta]), base):
        way = separable(graph, term, theta, base, sizes) if fast else None
        ways += [way] if way is not None else _by_parts(graph, term, theta, base, sizes, fast)
    return Numeric(float(base[cost]), tuple(ways))


def _by_parts(
    graph: Graph, term: Term, theta: int, base: Values, sizes: Mapping[str, int], fast: bool
) -> list[Way]:
    """A term by the views of theta that it reads; views that overlap are one part."""
    found: list[Way] = []
    for start, stop, readers in _parts(graph, term, theta, sizes):
        only = graph.nodes[readers[0]]
        route = None
        if fast and len(readers) == 1 and only.op == "view":
            route = find_route(graph, term, only.id)
        if route is not None:
            found.append(Spread(graph, route, start, stop, base, sizes))
            continue
        part = (start, stop, readers)
        stacked = find_stack(graph, term, part, base, sizes) if fast else None
        found.append(stacked or walk(graph, term, theta, part, base, sizes))
    return found


def _parts(
    graph: Graph, term: Term, theta: int, sizes: Mapping[str, int]
) -> list[tuple[int, int, tuple[int, ...]]]:
    """Begin and end in theta, and the nodes that read from there."""
    length = value(size(graph.nodes[theta].type.shape), sizes)
    spans: list[tuple[int, int, int]] = []
    for i in sorted(ancestors(graph, [term.node])):
        node = graph.nodes[i]
        if theta in node.inputs and node.op == "view":
            start = node["offset"]
            spans.append((start, start + value(size(node.type.shape), sizes), i))
        elif theta in node.inputs:
            spans.append((0, length, i))
    merged: list[tuple[int, int, tuple[int, ...]]] = []
    for start, stop, i in sorted(spans):
        if merged and start < merged[-1][1]:
            first, last, readers = merged.pop()
            merged.append((first, max(last, stop), (*readers, i)))
        else:
            merged.append((start, stop, (i,)))
    return merged
