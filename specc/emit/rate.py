"""The learning rate as a Python function of the time: one line per case, shared numbers named.

    where(step < n, lr0 * step / n, lr0 * ...)   ->   if step < n:
                                                          return lr0 * step / n
                                                      return lr0 * ...

What a case alone needs is computed in that case alone, so that nothing is divided by a length that
another case does not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specc.emit.hostcode import expression
from specc.ir.graph import Graph, Node

TIMES = "step, epoch, steps, epochs, steps_per_epoch"
DROPS = "drops"


def arguments(graph: Graph) -> str:
    """The arguments of `learning_rate`; `drops` only where results count."""
    return f"{TIMES}, {DROPS}" if DROPS in graph.inputs else TIMES


def body(graph: Graph, names: Mapping[int, str], taken: frozenset[str]) -> list[str]:
    """The lines of the function, not indented.

    Args:
        graph: With the output `rate`, of numbers alone.
        names: Of its settings, where they differ from their own.
        taken: What other names of the module must not be hidden.
    """
    free = frozenset((*taken, *TIMES.split(", "), DROPS))
    return list(_case(graph, graph.output("rate"), dict(names), free))


def _case(graph: Graph, node: Node, names: dict[int, str], taken: frozenset[str]) -> Iterator[str]:
    def text(part: Node) -> str:
        return expression(graph, part, lambda n: names.get(n.id))

    roots = [graph.nodes[i] for i in node.inputs[:1]] if node.op == "where" else [node]
    for part in _worth_a_name(graph, roots, names):
        name = _free(part.name or part.op, taken | set(names.values()))
        yield f"{name} = {text(part)}"
        names[part.id] = name
    if node.op != "where":
        yield f"return {text(node)}"
        return
    yes, no = (graph.nodes[i] for i in node.inputs[1:])
    yield f"if {text(roots[0])}:"
    for line in _case(graph, yes, dict(names), taken):
        yield f"    {line}"
    yield from _case(graph, no, names, taken)


def _worth_a_name(graph: Graph, roots: list[Node], names: Mapping[int, str]) -> list[Node]:
    """Computed numbers below the roots that their definition names, or that are used more than
    once, in order.
    """
    uses: dict[int, int] = {}
    open_ = list(roots)
    while open_:
        node = open_.pop()
        if node.id in names:
            continue
        for i in node.inputs:
            uses[i] = uses.get(i, 0) + 1
            if uses[i] == 1:
                open_.append(graph.nodes[i])
    found = [graph.nodes[i] for i in sorted(uses) if i not in names]
    return [n for n in found if n.inputs and (n.name or uses[n.id] > 1)]


def _free(wanted: str, taken: frozenset[str]) -> str:
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}_{count}"
    return name
