"""Averages are kept without their last factor: one pass over a state vector less.

    v = beta v + (1 - beta) g;  ... v ...   ->   v = beta v + g;  ... (1 - beta) v ...

The factor joins other numbers where v is used. Exact up to rounding, as the state starts at 0 and
is read by nothing but its own recurrence and the update. Only factors that never change may move.
"""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph, Node
from specc.ir.rewrite import rewrite

FIXED = ("const", "setting", "add", "subtract", "multiply", "divide", "power", "negative", "sqrt")


def rescale(graph: Graph) -> Graph:
    """The graph with every recurrence of the form s = a s + c x as s = a s + x."""
    found = {
        node.id: factor
        for name, i in graph.outputs
        if name in graph.inputs and (node := graph.nodes[i]).type.kind != "host"
        if (factor := _factor(graph, graph.inputs[name], node)) is not None
    }
    if not found:
        return graph

    def rule(b: Builder, node: Node, operands: tuple[Sym, ...]) -> Sym | None:
        if node.id in found:
            decayed, scaled = operands
            return decayed + _plain(scaled)
        inside = [i for i in node.inputs if i in found]
        if not inside:
            return None
        fixed = [
            made * _number(b, graph, found[i]) if i in found else made
            for i, made in zip(node.inputs, operands, strict=True)
        ]
        return b.apply(node.op, *fixed, **node.settings)

    return rewrite(graph, rule)


def _factor(graph: Graph, state: Node, new: Node) -> int | None:
    """The node of c in s' = a * s + c * x, where s has no other reader and a and c never change."""
    if new.op != "add":
        return None
    decayed, scaled = (graph.nodes[i] for i in new.inputs)
    if decayed.op != "multiply" or scaled.op != "multiply" or state.id not in decayed.inputs:
        return None
    if graph.uses()[state.id] != [decayed.id]:
        return None
    numbers = [i for i in scaled.inputs if graph.nodes[i].type.kind == "host"]
    decay = [i for i in decayed.inputs if i != state.id]
    if len(numbers) != 1 or not decay or not all(_is_fixed(graph, i) for i in (*numbers, *decay)):
        return None
    return numbers[0]


def _is_fixed(graph: Graph, i: int) -> bool:
    node = graph.nodes[i]
    host = node.type.kind == "host" and node.op in FIXED
    return host and all(_is_fixed(graph, j) for j in node.inputs)


def _plain(scaled: Sym) -> Sym:
    """x of c * x."""
    left, right = scaled.inputs
    return right if left.type.kind == "host" else left


def _number(b: Builder, graph: Graph, i: int) -> Sym:
    """A fixed number of the old graph in the new one; equal nodes are shared."""
    node = graph.nodes[i]
    return b.apply(node.op, *(_number(b, graph, j) for j in node.inputs), **node.settings)
