"""Composites are taken apart into primitives; what value and gradient share becomes one node.

softmax(Z), softmax_cross_entropy(Z, T)   ->   one max, one exp, one sum, used by both
"""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph, Node
from specc.ir.rewrite import rewrite


def lower(graph: Graph) -> Graph:
    """The graph without composites. Repeats until none is left, as a composite may use another."""

    def rule(b: Builder, node: Node, operands: tuple[Sym, ...]) -> Sym | None:
        if node.definition.lower is None:
            return None
        return node.definition.lower(b.apply(node.op, *operands, **node.settings))

    while any(n.definition.lower is not None for n in graph.nodes):
        graph = rewrite(graph, rule)
    return graph
