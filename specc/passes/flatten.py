"""Parameters become views of one vector.

    input dense1.W (64, 64)   ->   view(theta, offset = 0, shape = (64, 64))

Invariant: every element of theta belongs to exactly one parameter. Cost: one visit per node.
"""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph, Node
from specc.ir.rewrite import rewrite
from specc.model import Model


def flatten(graph: Graph, model: Model) -> Graph:
    """The graph on theta in place of single parameters."""
    places = {p.name: p for p in model.parameters}

    def rule(b: Builder, node: Node, operands: tuple[Sym, ...]) -> Sym | None:
        if node.op != "input" or node["name"] not in places:
            return None
        parameter = places[node["name"]]
        theta = b.input("theta", (model.size,))
        return b.apply("view", theta, offset=parameter.offset, shape=parameter.shape)

    return rewrite(graph, rule)
