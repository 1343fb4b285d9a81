"""Where values must be computed that are not free to lie anywhere: pieces of dtheta and of other
vectors that are packed, and the next value of a state in the state's own vector.
"""

from __future__ import annotations

from specc.diag.diagnostic import CompilerBug
from specc.ir.graph import Graph, Node
from specc.ir.plan import Place
from specc.passes.states import is_read_after, readers_of, under_places
from specc.shapes import size, value

Destinations = dict[int, Place]


def destinations(graph: Graph, batch: int, itemsize: int) -> Destinations:
    """Values that must be computed at a fixed place: pieces of dtheta and next states."""
    found: Destinations = {}
    inputs = graph.inputs
    for name, i in graph.outputs:
        whole = under_places(graph.nodes, graph.nodes[i])
        if name in inputs and whole.type.kind != "host" and whole.op not in ("input", "pack"):
            count = value(size(whole.type.shape), {}) * itemsize
            _land(graph, whole, Place(name, 0, count), found)
    for node in graph.nodes:
        if node.op == "pack":
            offset = 0
            for operand in node.inputs:
                piece = graph.nodes[operand]
                count = value(size(piece.type.shape), {"m": batch})
                found[operand] = Place(node["into"], offset, count * itemsize)
                if node["into"] in inputs:
                    _land(graph, piece, found[operand], found, (offset, offset + count))
                offset += count
        elif node.op == "place":
            part = graph.nodes[node.inputs[1]]
            count = value(size(part.type.shape), {"m": batch})
            whole = under_places(graph.nodes, node)
            storage = found[whole.id].storage if whole.id in found else "dtheta"
            if whole.op == "input":
                # A stretch of a state changes where it lies, before the next state is computed.
                storage = whole["name"]
                if is_read_after(graph.nodes, whole, node, part):
                    raise CompilerBug(f"a part of {storage} changes while it is still read")
            found[part.id] = Place(storage, node["offset"], count * itemsize)
    return found


def _land(
    graph: Graph,
    node: Node,
    place: Place,
    found: Destinations,
    part: tuple[int, int] | None = None,
) -> None:
    """The next value of a state or of a part of it, and the chain of single-use values that
    leads to it, in its vector.
    """
    readers = readers_of(graph.nodes, place.storage, part)
    if max(readers, default=-1) > node.id or not node.definition.elementwise:
        name = place.storage
        raise CompilerBug(f"the next {name} would overwrite a value that is still read")
    uses = graph.uses()
    current: Node | None = node
    while current is not None:
        found[current.id] = place
        following = None
        for operand in current.inputs:
            candidate = graph.nodes[operand]
            if (
                candidate.definition.elementwise
                and candidate.type == node.type
                and uses[operand] == [current.id]
                and operand not in found
                and max(readers, default=-1) <= operand
                and operand in readers
            ):
                following = candidate
        current = following
