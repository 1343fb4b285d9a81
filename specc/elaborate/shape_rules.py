"""Why each value of a layer has its shape, in words: a column of the dimension table."""

from __future__ import annotations

from collections.abc import Sequence

from specc.ir.graph import Node
from specc.model import ValueRow
from specc.shapes import Shape, show


def named_values(nodes: Sequence[Node], made: slice, label: str) -> tuple[ValueRow, ...]:
    """The values of a layer that have names.

    Args:
        nodes: Those of the whole network.
        made: Where the layer's own may be among them.
        label: The name of the layer.
    """
    return tuple(
        ValueRow(node.name, node.type.shape, _rule(nodes, node))
        for node in nodes[made]
        if node.layer == label and node.name and node.type.kind != "host" and node.op != "input"
    )


def _rule(nodes: Sequence[Node], node: Node) -> str:
    """Why a value has its shape: `W1 (64, 64) times X (64, m), plus b1 (64, 1)`."""
    operands = [nodes[i] for i in node.inputs]

    def call(i: int) -> str:
        operand = operands[i]
        while operand.op in ("expand", "reshape") and not operand.name:
            operand = nodes[operand.inputs[0]]
        name = operand.name or operand.op
        return f"{name} {show(operand.type.shape)}"

    if node.op == "matmul":
        return f"{call(0)} times {call(1)}"
    if node.op == "steps_product":
        return f"{call(0)} times each step of {call(1)}"
    if node.op == "add" and operands[0].op in ("matmul", "steps_product"):
        return f"{_rule(nodes, operands[0])}, plus {call(1)}"
    if node.op in ("concat", "join_bands", "join_channels"):
        return ", then ".join(call(i) for i in range(len(operands)))
    if node.op == "rows":
        return f"rows {node['start']} to {node['stop']} of {call(0)}"
    if node.op in ("reshape", "flat", "image"):
        before = call(0) if operands[0].name else _rule(nodes, operands[0])
        return f"{before} in other axes, {_factors(operands[0].type.shape, node.type.shape)}"
    made = node.definition.rule
    if made is not None:
        return made(tuple(o.type for o in operands), node.type, node.settings)
    if node.op == "add" and operands[0].definition.rule is not None:
        return f"{_rule(nodes, operands[0])}, plus {call(1)}"
    named = next((o for o in operands if o.name and o.type.kind != "host"), None)
    return f"elementwise, like {named.name}" if named else "elementwise"


def _factors(before: Shape, after: Shape) -> str:
    """`4 * 4 * 16 = 256`: as many values of an example in one form as in the other."""
    sides = sorted((before[:-1], after[:-1]), key=len, reverse=True)
    return " = ".join(" * ".join(str(d) for d in side) for side in sides)
