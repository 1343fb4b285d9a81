"""Biases of small layers are spread over the batch in one go.

    add(Z1, b1), add(Z2, b2)   ->   B = expand(b);  add(Z1, B[0:64]), add(Z2, B[64:96])

A column added to a matrix costs NumPy three times what two matrices of the same shape cost, and in
small layers the calls are all that counts. The numbers are the same. Needs the biases side by side
in theta, where the layout puts them.
"""

from __future__ import annotations

from typing import cast

from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph, Node
from specc.ir.rewrite import rewrite
from specc.shapes import M

LARGEST = 16_384
"""Numbers of the spread biases beyond which copying them costs more than the calls."""


def spread(graph: Graph, batch: int) -> Graph:
    """The graph with the columns of theta that are added to matrices as full matrices."""
    columns = _columns(graph)
    ends = [node["offset"] + cast(int, node.type.shape[0]) for node in columns]
    together = all(end == node["offset"] for end, node in zip(ends, columns[1:], strict=False))
    if len(columns) < 2 or not together:
        return graph
    start, rows = columns[0]["offset"], ends[-1] - columns[0]["offset"]
    if rows * batch > LARGEST:
        return graph
    found = {node.id for node in columns}
    spread_out: list[Sym] = []

    def rule(b: Builder, node: Node, operands: tuple[Sym, ...]) -> Sym | None:
        if node.op == "input" and node["name"] == "theta":
            # Here, so that it comes before the first layer.
            theta = b.apply("input", **node.settings)
            with b.layer("biases"):
                whole = b.apply("view", theta, offset=start, shape=(rows, 1)).named("b")
                spread_out.append(b.apply("expand", whole, shape=(rows, M)).named("B"))
            return theta
        if node.op != "add" or node.inputs[1] not in found:
            return None
        column = operands[1]
        first = column.node["offset"] - start
        stop = first + cast(int, column.shape[0])
        part = b.apply("rows", spread_out[0], start=first, stop=stop)
        return operands[0] + part.named(column.node.name.replace("b", "B", 1) or "B")

    return rewrite(graph, rule)


def _columns(graph: Graph) -> list[Node]:
    """Views of theta of shape (n, 1) that are added to an (n, m), in the order of theta."""
    found: dict[int, Node] = {}
    for node in graph.nodes:
        if node.op != "add" or len(node.inputs) != 2:
            continue
        left, right = (graph.nodes[i] for i in node.inputs)
        column = right.op == "view" and len(right.type.shape) == 2 and right.type.shape[1] == 1
        matrix = len(left.type.shape) == 2 and left.type.shape[1] == M
        if column and matrix and left.type.shape == node.type.shape:
            found[right.id] = right
    return sorted(found.values(), key=lambda n: cast(int, n["offset"]))
