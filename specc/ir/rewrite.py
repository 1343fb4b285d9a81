"""The one driver that makes a graph from a graph, node by node, and the copying of graphs into
builders.
"""

from __future__ import annotations

from collections.abc import Callable

from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph, Node

Rule = Callable[[Builder, Node, tuple[Sym, ...]], Sym | None]


def copy_into(b: Builder, graph: Graph, rule: Rule | None = None) -> list[Sym]:
    """All nodes of `graph` in `b`, in order; where `rule` returns a value, that one in place of
    the node.
    """
    made: list[Sym] = []
    for node in graph.nodes:
        operands = tuple(made[i] for i in node.inputs)
        with b.layer(node.layer):
            new = rule(b, node, operands) if rule is not None else None
            if new is None:
                new = b.apply(node.op, *operands, **node.settings)
        if node.name:
            b.rename(new.id, node.name)
        made.append(new)
    return made


def rewrite(graph: Graph, rule: Rule) -> Graph:
    """The graph with `rule` applied to every node; nodes that nothing needs any more are gone."""
    b = Builder()
    made = copy_into(b, graph, rule)
    return b.graph(**{name.replace(".", "__"): made[i] for name, i in graph.outputs})
