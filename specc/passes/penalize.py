"""The cost: the mean loss plus the penalty of every regulariser on its stretch of theta.

loss   ->   cost = loss + lambda / (2 examples) * sum(theta[0:6464]^2)
"""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph
from specc.ir.rewrite import copy_into
from specc.model import Model


def penalty(b: Builder, model: Model) -> Sym | None:
    """The sum of all penalties as a number, None where nothing is penalised."""
    total: Sym | None = None
    with b.layer("regularize"):
        theta = b.input("theta", (model.size,))
        examples = b.input("examples", (), "host")
        for segment in model.segments:
            w = b.apply("view", theta, offset=segment.offset, shape=(segment.size,)).named(
                "weights"
            )
            term = segment.regularizer.penalty(w, examples)
            if term is not None:
                total = term if total is None else total + term
    return total


def penalize(graph: Graph, model: Model) -> Graph:
    """The graph with the output `cost` beside `loss` and all others."""
    b = Builder()
    made = copy_into(b, graph)
    outputs = {name: made[i] for name, i in graph.outputs}
    loss = outputs["loss"]
    extra = penalty(b, model) if model.segments else None
    with b.layer("regularize"):
        cost = loss if extra is None else loss + extra
    return b.graph(**outputs, cost=cost)
