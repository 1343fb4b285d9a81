"""The optimiser's update rule on theta, appended to the graph.

    dtheta   ->   theta = theta - lr * v,  v = beta v + (1 - beta) dtheta

The outputs `theta` and `state.v` carry the names of inputs: they are their next values.
"""

from __future__ import annotations

from specc.ir.builder import Builder
from specc.ir.graph import Graph
from specc.ir.rewrite import copy_into
from specc.model import Model


def update(graph: Graph, model: Model) -> Graph:
    """The graph with the update as outputs; `loss` alone is no longer one, as `cost` contains
    it.
    """
    b = Builder()
    made = copy_into(b, graph)
    outputs = {name: made[i] for name, i in graph.outputs if name != "loss"}
    rule = model.optimizer
    with b.layer("update"):
        theta = b.input("theta", (model.size,))
        lr = b.input("lr", (), "host")
        t = b.input("t", (), "host")
        slots = [b.input(name, (model.size,)) for name in rule.slots]
        new = rule.step(theta, outputs["dtheta"], lr, t, *slots)
    outputs["theta"] = new[0]
    outputs |= dict(zip(rule.slots, new[1:], strict=True))
    return b.graph(**outputs)
