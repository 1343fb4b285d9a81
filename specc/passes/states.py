"""Which nodes still read a state while its next value is computed over it."""

from __future__ import annotations

from collections.abc import Sequence

from specc.ir.builder import Builder, Sym
from specc.ir.graph import Node
from specc.shapes import size, value


def under_places(nodes: Sequence[Node], node: Node) -> Node:
    """The vector that stretches are placed on: they are computed in it, after it."""
    while node.op == "place":
        node = nodes[node.inputs[0]]
    return node


def lands(b: Builder, name: str, sym: Sym, part: tuple[int, int] | None = None) -> bool:
    """Whether a next state, or a part of it, can be computed over the old one."""
    if sym.op == "input" or not sym.node.definition.elementwise:
        return False
    return max(readers_of(b.nodes, name, part), default=-1) <= sym.id


def readers_of(nodes: Sequence[Node], name: str, part: tuple[int, int] | None = None) -> list[int]:
    """The nodes that read a state, or a part of it from one number to another, also by views."""
    found: list[int] = []
    seen: set[int] = set()
    for node in nodes:
        if node.op == "input" and node["name"] == name:
            seen.add(node.id)
        elif seen.intersection(node.inputs):
            if part is not None and node.op == "view" and _is_apart(node, part):
                continue
            found.append(node.id)
            if node.definition.alias and node.inputs[0] in seen:
                seen.add(node.id)
    return found


def is_read_after(nodes: Sequence[Node], state: Node, place: Node, part: Node) -> bool:
    """Whether the state without the part that `place` puts there is read after the part is made."""
    before = {state.id}
    for node in nodes:
        if node.id == place.id or not before.intersection(node.inputs):
            continue
        if node.op == "place" or (node.definition.alias and node.inputs[0] in before):
            before.add(node.id)
        elif node.id > part.id:
            return True
    return False


def _is_apart(view: Node, part: tuple[int, int]) -> bool:
    start = view["offset"]
    return bool(start >= part[1] or start + value(size(view.type.shape), {}) <= part[0])
