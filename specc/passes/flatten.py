"""Parameters become views of one vector, running tensors of another.

    input dense1.W (64, 64)                  ->   view(theta, offset = 0, shape = (64, 64))
    input running.batchnorm1.mean (64, 1)    ->   view(running, offset = 0, shape = (64, 1))

Invariant: every element of theta belongs to exactly one parameter, every element of `running` to
exactly one running tensor. Cost: one visit per node.
"""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph, Node
from specc.ir.rewrite import rewrite
from specc.model import Model


def flatten(graph: Graph, model: Model) -> Graph:
    """The graph on theta in place of single parameters, and on `running`."""
    parameters = {p.name: p for p in model.parameters}
    runnings = {r.key: r for r in model.running}
    size, running_size = (model.size,), (model.running_size,)

    def rule(b: Builder, node: Node, operands: tuple[Sym, ...]) -> Sym | None:
        if node.op != "input":
            return None
        parameter, running = parameters.get(node["name"]), runnings.get(node["name"])
        if parameter is not None:
            theta = b.input("theta", size)
            return b.apply("view", theta, offset=parameter.offset, shape=parameter.shape)
        if running is not None:
            vector = b.input("running", running_size)
            return b.apply("view", vector, offset=running.offset, shape=running.shape)
        return None

    return rewrite(graph, rule)
