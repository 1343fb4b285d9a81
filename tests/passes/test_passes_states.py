"""Update rules in the memory plan: next states are computed from old ones, in place where safe."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from oracle import compiled, program, spec
from replay import hold

from specc.driver import Planned
from specc.emit.numpy import Program, emit
from specc.ir.builder import Builder
from specc.ir.graph import Graph
from specc.ir.plan import Plan
from specc.passes.lower import lower
from specc.passes.memory import plan_memory
from specc.passes.pipeline import evaluation_graph, training_graph
from specc.passes.simplify import simplify


def rule_plan(outputs: Any) -> tuple[Plan, Graph]:
    """The plan of an update rule of two state vectors: (p, g, a, b) -> next (p, a, b)."""
    b = Builder()
    p, g, s, r = (b.input(name, (9,)) for name in ("theta", "dtheta", "a", "b"))
    new = outputs(p, g, s, r)
    graph = simplify(lower(b.graph(cost=b.lift(0.0), **new)))
    return plan_memory(graph, 1, 8), graph


RULES = {
    "swap": lambda p, g, a, b: {"theta": p - g * a, "a": b, "b": a},
    "old value read later": lambda p, g, a, b: {"a": a * 2 + g, "b": b + a, "theta": p - a},
    "next of one from next of other": lambda p, g, a, b: {
        "a": a + g,
        "b": b * (a + g),
        "theta": p - b * (a + g) / (a + 1),
    },
    "unchanged": lambda p, g, a, b: {"theta": p, "a": a, "b": b + g},
    "same next": lambda p, g, a, b: {"theta": p - a * b, "a": a + g, "b": a + g},
    "history of gradients": lambda p, g, a, b: {"theta": p - g - a - b, "a": g, "b": a},
    "next is the gradient": lambda p, g, a, b: {"theta": p - a, "a": g, "b": b + a},
    "theta from both": lambda p, g, a, b: {"a": b + g, "b": a - g, "theta": p * a + b},
    "nested": lambda p, g, a, b: {"theta": (p + (p + g) * (p - g)) * p, "a": a, "b": b},
}


@pytest.mark.parametrize("name", RULES)
def test_next_states_are_computed_from_old_ones(name: str) -> None:
    """In place where that is safe, through a copy where it is not."""
    plan, _ = rule_plan(RULES[name])
    hold(plan)
    compilation = compiled(spec("input 9; dense 1, bias = false"))
    random = np.random.RandomState(2)
    start = {n: random.standard_normal(9) for n in ("theta", "dtheta", "a", "b")}
    expected = RULES[name](*(start[n] for n in ("theta", "dtheta", "a", "b")))
    optimizer = type("Rule", (type(compilation.model.optimizer),), {"slots": ("a", "b")})()
    model = replace(compilation.model, optimizer=optimizer)
    evaluation = plan_memory(evaluation_graph(compilation.model), 1, 8)
    text = emit(model, plan, evaluation, "float64", "test").text
    made = program(Planned(plan.graph, plan, evaluation, Program(text, 0)), model)
    made.theta[...], made.dtheta[...] = start["theta"], start["dtheta"]
    for slot, vector in made.state.items():
        vector[...] = start[slot]
    made.step(1)(np.zeros((9, 1)), np.zeros((1, 1)), 0.0, 1)
    np.testing.assert_allclose(made.theta, expected["theta"], rtol=1e-14)
    np.testing.assert_allclose(made.state["a"], expected["a"], rtol=1e-14)
    np.testing.assert_allclose(made.state["b"], expected["b"], rtol=1e-14)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "rmsprop", "adam"])
def test_update_rules_of_the_library_copy_nothing(optimizer: str) -> None:
    """One scratch vector at a time, and the state is written where it is."""
    model = compiled(spec("input 30; dense 40, relu; dense 3", optimizer=optimizer)).model
    plan = plan_memory(training_graph(model), 8, 4)
    assert not any(node.op == "copy" for node in plan.graph.nodes)
    for name in ("theta", *model.optimizer.slots):
        assert plan.places[dict(plan.graph.outputs)[name]].storage == name
    scratch = [t for t in plan.lifetimes if t.place.size == model.size * plan.itemsize]
    assert all(a.last <= b.first for a, b in pairwise(scratch)), "two scratch vectors at a time"
