"""The typed graph: frozen nodes in an order in which operands come before their uses."""

from __future__ import annotations

from typing import Any

from specc.ir.op import Attrs, Op, lookup
from specc.record import Record
from specc.shapes import TensorType


class Node(Record):
    """One value and how it comes about.

    `name` is what the spec calls it (`Z1`), `layer` the statement it belongs to; both are for
    readers and do not change the meaning, so two nodes that differ in them alone are shared.
    """

    id: int
    op: str
    inputs: tuple[int, ...]
    attrs: tuple[tuple[str, Any], ...]
    type: TensorType
    name: str = ""
    layer: str = ""

    @property
    def definition(self) -> Op:
        return lookup(self.op)

    @property
    def settings(self) -> Attrs:
        return dict(self.attrs)

    def __getitem__(self, key: str) -> Any:
        return dict(self.attrs)[key]


class Graph(Record):
    """Nodes in order and the named results. An output called like an input is that input's next
    state.
    """

    nodes: tuple[Node, ...]
    outputs: tuple[tuple[str, int], ...]

    def output(self, name: str) -> Node:
        return self.nodes[dict(self.outputs)[name]]

    @property
    def inputs(self) -> dict[str, Node]:
        return {n["name"]: n for n in self.nodes if n.op == "input"}

    def uses(self) -> dict[int, list[int]]:
        """For each node the nodes that read it."""
        users: dict[int, list[int]] = {n.id: [] for n in self.nodes}
        for node in self.nodes:
            for operand in node.inputs:
                users[operand].append(node.id)
        return users
