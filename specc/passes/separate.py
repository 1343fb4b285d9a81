"""Copies of what cannot be computed where it must end up.

    pack(A, A, into = dtheta)     ->   pack(A, copy(A), into = dtheta)
    a, b = b, a                   ->   a, b = copy(copy(b)), copy(copy(a))

Invariant: every piece of a vector is a result of its own, and what is computed over a state is
computed after the last node that reads it. Cost: linear in the nodes, for each piece and state.
"""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph, Node
from specc.ir.rewrite import copy_into
from specc.passes.states import lands, under_places
from specc.shapes import size, value


def separate(graph: Graph) -> Graph:
    """Copies where a value cannot be computed in the place that it must end up in: pieces of
    dtheta that are no result of their own, next states whose old value is still read after them.
    """
    b = Builder()
    taken: set[int] = set()
    states = set(graph.inputs)

    def distinct(b: Builder, node: Node, operands: tuple[Sym, ...]) -> Sym | None:
        if node.op not in ("pack", "place"):
            return None
        fixed = []
        offset = 0
        state = node.op == "pack" and node["into"] in states
        for i, operand in enumerate(operands):
            # What is an old value of the state is put aside before any is overwritten.
            if state and operand.node.definition.alias:
                operands = (*operands[:i], b.apply("copy", operand), *operands[i + 1 :])
        for i, operand in enumerate(operands):
            if node.op == "place" and i == 0:
                fixed.append(operand)
                continue
            early = False
            if state:
                # Its old value lies there, and must not be overwritten before it was read.
                start, offset = offset, offset + value(size(operand.shape), {})
                early = not lands(b, node["into"], operand, (start, offset))
            plain = operand.op in ("input", "filled") or operand.node.definition.alias
            if plain or early or operand.id in taken:
                operand = b.apply("copy", operand, instance=(node.id, i))
            taken.add(operand.id)
            fixed.append(operand)
        return b.apply(node.op, *fixed, **node.settings)

    made = copy_into(b, graph, distinct)
    outputs = {name: made[i] for name, i in graph.outputs}
    _land_states(b, outputs, {n for n in outputs if n in graph.inputs and n != "output"})
    return b.graph(**{name.replace(".", "__"): sym for name, sym in outputs.items()})


def _land_states(b: Builder, outputs: dict[str, Sym], states: set[str]) -> None:
    """Next states that cannot be computed in their own vector are copied there at the end.

    Old values that become the next value of another state are put aside before anything is
    overwritten: `a = b, b = a` swaps.
    """
    read = {s.node["name"] for n, s in outputs.items() if s.op == "input" and s.node["name"] != n}
    taken: set[int] = set()
    late: list[str] = []
    for name in sorted(states):
        sym = outputs[name]
        if sym.op == "input" and sym.node["name"] == name:
            continue
        whole = under_places(b.nodes, sym.node)
        if whole.op == "pack" and whole["into"] == name:
            continue  # whose pieces are computed there
        if name in read or whole.id in taken or not lands(b, name, Sym(b, whole.id)):
            late.append(name)
        taken.add(whole.id)
    aside = {
        name: b.apply("copy", outputs[name], instance=("aside", name))
        if outputs[name].op == "input"
        else outputs[name]
        for name in late
    }
    for name in late:
        outputs[name] = b.apply("copy", aside[name], instance=name)
