"""Composites are taken apart into primitives; what value and gradient share becomes one node.

softmax(Z), softmax_cross_entropy(Z, T)   ->   one max, one exp, one sum, used by both

A value that is now a part of a larger one does not lie together in memory; where it is seen in
other axes it becomes a copy, as no view of it has them.
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
    return rewrite(graph, _gathered) if any(n.op == "band" for n in graph.nodes) else graph


def _gathered(b: Builder, node: Node, operands: tuple[Sym, ...]) -> Sym | None:
    if node.op != "reshape" or not _apart(operands[0]):
        return None
    return b.apply("reshape", b.apply("copy", operands[0]), **node.settings)


def _apart(x: Sym) -> bool:
    """Whether a value is features of every step out of more of them, or steps of such a value."""
    return x.op == "band" or (x.op == "rows" and _apart(x.inputs[0]))
