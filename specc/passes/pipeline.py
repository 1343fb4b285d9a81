"""The order of the passes, and nothing else."""

from __future__ import annotations

from specc.ir.builder import Builder
from specc.ir.graph import Graph
from specc.ir.rewrite import copy_into
from specc.model import Model
from specc.passes.autodiff import autodiff
from specc.passes.flatten import flatten
from specc.passes.lower import lower
from specc.passes.penalize import penalize, penalty
from specc.passes.pool_first import pool_first
from specc.passes.rescale import rescale
from specc.passes.simplify import simplify
from specc.passes.spread import spread
from specc.passes.update import update
from specc.record import replace


def gradient_graph(model: Model) -> Graph:
    """Cost and dtheta, not yet taken apart: what the gradient check differentiates."""
    return autodiff(pool_first(penalize(flatten(model.train, model), model)), model)


def training_graph(model: Model, batch: int | None = None) -> Graph:
    """One step: cost, gradient and update in primitives; with `batch`, in the form that is fastest
    for batches of that size."""
    graph = simplify(rescale(lower(update(gradient_graph(model), model))))
    return graph if batch is None else spread(graph, batch)


def checking_graph(model: Model) -> Graph:
    """Cost and gradient in primitives, without an update of anything."""
    graph = gradient_graph(model)
    kept = tuple(output for output in graph.outputs if not output[0].startswith("running."))
    return simplify(lower(replace(graph, outputs=kept)))


def evaluation_graph(model: Model) -> Graph:
    """Output, sums of loss and metrics, and the penalty, in primitives."""
    graph = pool_first(flatten(model.evaluate, model))
    b = Builder()
    made = copy_into(b, graph)
    outputs = {name.replace(".", "__"): made[i] for name, i in graph.outputs}
    extra = penalty(b, model) if model.segments else None
    if extra is not None:
        outputs["penalty"] = extra
    return simplify(lower(b.graph(**outputs)))
