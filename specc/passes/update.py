"""The optimiser's update rule on theta, appended to the graph.

    dtheta   ->   theta = theta - lr * v,  v = beta v + (1 - beta) dtheta

The outputs `theta` and `state.v` carry the names of inputs: they are their next values. So does
`running`, in which the next values of all running tensors lie.
"""

from __future__ import annotations

import math

from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph
from specc.ir.rewrite import copy_into
from specc.library.words import Optimizer, Regularizer
from specc.model import Model


def update(graph: Graph, model: Model) -> Graph:
    """The graph with the update as outputs; `loss` alone is no longer one, as `cost` contains
    it.
    """
    b = Builder()
    made = copy_into(b, graph)
    outputs = {name: made[i] for name, i in graph.outputs if name != "loss"}
    rule = model.optimizer
    theta = b.input("theta", (model.size,))
    lr = b.input("lr", (), "host")
    t = b.input("t", (), "host")
    slots = [b.input(name, (model.size,)) for name in rule.slots]
    gradient = outputs["dtheta"]
    if model.clip is not None:
        with b.layer("gradient within its bounds"):
            gradient = model.clip.apply(gradient)
    with b.layer("weights shrink"):
        theta = _shrink(b, theta, lr, model)
    with b.layer("update"):
        new = rule.step(theta, gradient, lr, t, *slots)
    with b.layer("weights back within their bounds"):
        outputs["theta"] = _project(b, new[0], model)
    outputs |= dict(zip(rule.slots, new[1:], strict=True))
    if model.running:
        parts = [outputs.pop(r.key) for r in model.running]
        outputs["running"] = b.apply("pack", *parts, into="running")
    return b.graph(**outputs)


def _shrink(b: Builder, theta: Sym, lr: Sym, model: Model) -> Sym:
    """theta with the weights that the optimiser or a regulariser shrinks before the update."""
    weights = sum(p.size for p in model.parameters if p.weight)
    stretches: list[tuple[Optimizer | Regularizer, int, int]] = [(model.optimizer, 0, weights)]
    stretches += [(s.regularizer, s.offset, s.size) for s in model.segments]
    for rule, offset, size in stretches:
        w = b.apply("view", theta, offset=offset, shape=(size,)).named("weights")
        smaller = rule.shrink(w, lr)
        if smaller is not None:
            theta = b.apply("place", theta, smaller, offset=offset)
    return theta


def _project(b: Builder, theta: Sym, model: Model) -> Sym:
    """theta with the weights that a regulariser holds within bounds put back into them.

    Weights are seen as matrices: of two axes the first counts the units, of more the last.
    """
    for p in model.parameters:
        units = 0 if len(p.shape) <= 2 else 1
        last = p.shape[-1]
        for regularizer in p.regularize:
            shape = (math.prod(p.shape[:-1]), last)
            w = b.apply("view", theta, offset=p.offset, shape=shape).named(p.symbol)
            held = regularizer.project(w, units)
            if held is not None:
                theta = b.apply("place", theta, held, offset=p.offset)
    return theta
