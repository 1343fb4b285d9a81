"""The cost as a weighted sum of terms, so that each can be differentiated in the way that suits it.

    total(L) * (1 / m) + inner(w, w) * (lambda / (2 * examples))
        ->   total(L) with the factor 1 / m, inner(w, w) with the factor lambda / (2 * examples)

The difference of a sum is the sum of the differences, and exactly so for the numbers that do not
depend on theta. Taken term by term, the difference of a small term keeps the digits that the large
one would swallow.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from specc.ir.graph import Graph


@dataclass(frozen=True, slots=True)
class Term:
    """A node and the factor with which it enters the cost."""

    node: int
    factor: float


def split(graph: Graph, cost: int, moving: Set[int], values: Mapping[int, Any]) -> tuple[Term, ...]:
    """The terms of the node `cost` that depend on theta.

    Args:
        moving: The nodes that depend on theta.
        values: The value of every node; only those of numbers that do not depend on theta are read.
    """
    found: dict[int, float] = {}
    stack = [(cost, 1.0)]
    while stack:
        i, factor = stack.pop()
        if i not in moving:
            continue
        node = graph.nodes[i]
        parts = [j in moving for j in node.inputs]
        if node.op in ("add", "subtract"):
            signs = (1.0, 1.0 if node.op == "add" else -1.0)
            stack += [(j, factor * sign) for j, sign in zip(node.inputs, signs, strict=True)]
        elif node.op == "negative":
            stack.append((node.inputs[0], -factor))
        elif node.op == "multiply" and parts.count(True) == 1:
            inside, outside = node.inputs if parts[0] else node.inputs[::-1]
            stack.append((inside, factor * float(values[outside])))
        elif node.op == "divide" and parts == [True, False]:
            stack.append((node.inputs[0], factor / float(values[node.inputs[1]])))
        else:
            found[i] = found.get(i, 0.0) + factor
    return tuple(Term(i, factor) for i, factor in found.items())
