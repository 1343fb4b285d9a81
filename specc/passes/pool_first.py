"""The largest of a window first, then bias and rectifier on what is left: a quarter of the numbers.

    maxpool(relu(Zw + b))   ->   relu(maxpool(Zw) + b)

Exact: neither the same addend for a whole window nor a rectifier changes which value is the
largest. Where nothing in a window is above 0, the first of its values and the largest both get the
gradient 0. Only values that nothing else reads may go.
"""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph, Node
from specc.ir.rewrite import rewrite

WHY = ", before bias and activation: the same result from fewer numbers"


def pool_first(graph: Graph) -> Graph:
    """The graph with every such maximum moved forward."""
    uses = graph.uses()
    outputs = {i for _, i in graph.outputs}

    def rule(b: Builder, node: Node, operands: tuple[Sym, ...]) -> Sym | None:
        if node.op != "maxpool":
            return None
        behind: list[tuple[Node, Sym]] = []
        old, new = graph.nodes[node.inputs[0]], operands[0]
        while _passes(graph, old) and len(uses[old.id]) == 1 and old.id not in outputs:
            behind.append((old, new))
            old, new = graph.nodes[old.inputs[0]], new.inputs[0]
        if not behind:
            return None
        sums = next((n.name for n, _ in behind if n.op == "add"), "")
        if sums.startswith("Z"):
            b.rename(new.id, f"Zw{sums[1:]}")
        pooled = b.apply("maxpool", new, **{**node.settings, "why": WHY})
        for passed, before in reversed(behind):
            pooled = b.apply(passed.op, pooled, *before.inputs[1:], **passed.settings)
        return pooled

    return rewrite(graph, rule)


def _passes(graph: Graph, node: Node) -> bool:
    """Whether a node keeps the order of the values of a window."""
    if node.op == "relu":
        return True
    if node.op != "add":
        return False
    addend = graph.nodes[node.inputs[1]].type.shape
    return len(addend) == 4 and addend[:2] == (1, 1)
