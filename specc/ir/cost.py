"""What a step costs, counted from its plan: exact numbers, independent of any clock."""

from __future__ import annotations

from typing import cast

from specc.ir.graph import Graph, Node
from specc.ir.plan import Plan
from specc.record import Record
from specc.shapes import Dim, size, times, value


class Cost(Record):
    """Per step: NumPy calls (a loop over blocks counts each block), floating-point operations,
    and bytes that the calls read and write.
    """

    calls: int
    flops: int
    bytes: int


def step_cost(plan: Plan) -> Cost:
    """The cost of one step on a full batch."""
    sizes = {"m": plan.batch}
    calls = flops = moved = 0
    for step in plan.steps:
        first = plan.graph.nodes[step[0]]
        blocks = -(-value(size(first.type.shape), sizes) // plan.block) if len(step) > 1 else 1
        for i in step:
            node = plan.graph.nodes[i]
            calls += blocks * node_calls(plan.graph, node)
            flops += value(node_flops(plan.graph, node), sizes)
            moved += sum(
                value(size(plan.graph.nodes[j].type.shape), sizes)
                * _width(plan, plan.graph.nodes[j])
                for j in (*node.inputs, i)
                if plan.graph.nodes[j].type.kind != "host"
            )
    return Cost(calls, flops, moved)


def node_calls(graph: Graph, node: Node) -> int:
    """NumPy calls of one node, which do not depend on the batch."""
    calls = node.definition.calls
    if callable(calls):
        types = tuple(graph.nodes[i].type for i in node.inputs)
        return value(calls(types, node.type, node.settings), {})
    return calls


def node_flops(graph: Graph, node: Node) -> Dim:
    """Floating-point operations of one node."""
    flops = node.definition.flops
    if callable(flops):
        return cast(Dim, flops(tuple(graph.nodes[i].type for i in node.inputs), node.type))
    if node.type.kind == "host":
        return 0
    return times(size(node.type.shape), flops)


def _width(plan: Plan, node: Node) -> int:
    return {"real": plan.itemsize, "int": 8, "bool": 1, "host": 0}[node.type.kind]
