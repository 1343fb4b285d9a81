"""The order of the work: one instruction after the other, but elementwise ones that follow each
other, on long vectors of one length, in one loop that takes a block at a time.
"""

from __future__ import annotations

from specc.ir.graph import Graph, Node

Loops = dict[int, tuple[int, ...]]
"""For each node that is worked on in a loop all nodes of that loop, in order."""


def find_loops(graph: Graph, longest: int) -> Loops:
    """Runs of elementwise work on vectors of one length, which is above `longest`."""
    loops: Loops = {}
    run: list[int] = []

    def close() -> None:
        if len(run) > 1:
            loops.update(dict.fromkeys(run, tuple(run)))
        run.clear()

    for node in graph.nodes:
        shape = node.type.shape
        long = len(shape) == 1 and isinstance(shape[0], int) and shape[0] > longest
        if node.definition.elementwise and node.type.kind != "host" and long:
            if run and graph.nodes[run[0]].type.shape != shape:
                close()
            run.append(node.id)
        elif _emits(node):
            close()
    close()
    return loops


def in_order(graph: Graph, loops: Loops) -> tuple[tuple[int, ...], ...]:
    """The steps of a plan."""
    steps: list[tuple[int, ...]] = []
    done: set[int] = set()
    for node in graph.nodes:
        if not _emits(node) or node.id in done:
            continue
        members = loops.get(node.id, (node.id,))
        done.update(members)
        steps.append(members)
    return tuple(steps)


def _emits(node: Node) -> bool:
    """Whether a node is an instruction: arrays that are computed, and numbers taken from arrays."""
    return needs_room(node) or (node.type.kind == "host" and node.op in ("total", "inner"))


def needs_room(node: Node) -> bool:
    """Whether a node is an array that is computed."""
    return (
        node.type.kind != "host"
        and node.op not in ("input", "filled")
        and not node.definition.alias
    )
