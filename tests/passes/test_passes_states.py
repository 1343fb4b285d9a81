"""Update rules in the memory plan: next states are computed from old ones, in place where safe."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from oracle import (
    batch_for,
    compiled,
    program,
    run_graph,
    settle,
    spec,
    step_inputs,
)
from replay import hold

from specc.driver import Planned, make_plan
from specc.emit.numpy import Program, emit
from specc.ir.builder import Builder
from specc.ir.graph import Graph
from specc.ir.plan import Plan
from specc.library.registry import Registry
from specc.passes.lower import lower
from specc.passes.memory import plan_memory
from specc.passes.pipeline import evaluation_graph, training_graph
from specc.passes.simplify import simplify
from specc.record import replace


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


@pytest.mark.parametrize("optimizer", Registry().words("optimizers"))
def test_update_rules_of_the_library_copy_nothing(optimizer: str) -> None:
    """Scratch vectors one at a time, two where the step adds up two products, and the state is
    written where it is.
    """
    model = compiled(spec("input 30; dense 40, relu; dense 3", optimizer=optimizer)).model
    plan = plan_memory(training_graph(model), 8, 4)
    assert not any(node.op == "copy" for node in plan.graph.nodes)
    for name in ("theta", *model.optimizer.slots):
        assert plan.places[dict(plan.graph.outputs)[name]].storage == name
    scratch = [t for t in plan.lifetimes if t.place.size == model.size * plan.itemsize]
    most = 2 if optimizer in ("adadelta", "lion", "nadam", "nesterov") else 1
    together = [sum(a.first <= b.first < a.last for a in scratch) for b in scratch]
    assert max(together, default=0) <= most


@pytest.mark.parametrize("batch", [8, 300])
def test_shrinking_and_clipping_on_long_vectors(batch: int) -> None:
    """Stretches of their own within a theta that is worked on in blocks: one update in 64 bits is
    what the graph says, and no value is lost.
    """
    text = spec(
        "input 200; dense 260, tanh; dense 70, tanh, regularize = weight_decay(0.7); dense 10",
        regularize="l2(0.5), weight_decay(0.3)",
        optimizer="adamw(decay = 0.2)",
        train="run 1 epoch\n    clip norm(0.01)",
    )
    compilation = compiled(text)
    model = compilation.model
    graph = training_graph(model, batch)
    made = program(make_plan(compilation, batch, "float64"), model)
    settle(made.theta, 2, 0.1)
    X, T = batch_for(model, batch)
    expected = run_graph(graph, {"m": batch}, step_inputs(model, X, T, made.theta.copy()))
    hold(plan_memory(graph, batch, 8))
    before = made.theta.copy()
    made.step(batch)(X, T, 0.1, 1)
    for name, value in {"theta": made.theta, **made.state}.items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-9, atol=1e-12)
    # By hand: what shrinks, and by how much, once the step of Adam is taken off.
    g = made.dtheta * 0.01 / np.linalg.norm(made.dtheta)
    moved = made.theta + 0.1 * g / (np.abs(g) + 1e-8)
    for p in model.parameters:
        place = slice(p.offset, p.offset + p.size)
        own = 0.7 if p.name == "dense2.W" else 0.3
        kept = (1 - 0.1 * 0.2) * (1 - 0.1 * own) if p.weight else 1.0
        np.testing.assert_allclose(moved[place], kept * before[place], rtol=1e-7, atol=1e-9)


PARTS = {
    "each by itself": lambda g, a, b: (a * 0.5 + g, b - g),
    "swap": lambda g, a, b: (b, a),
    "old value read later": lambda g, a, b: (a * 2 + g, b + a),
    "next of one from next of other": lambda g, a, b: (a + g, b * (a + g)),
    "unchanged": lambda g, a, b: (a, b + g),
    "same next": lambda g, a, b: (a + b, a + b),
    "one becomes the other": lambda g, a, b: (g * 2, a),
    "a product": lambda g, a, b: (a + g, g * 3),
}


@pytest.mark.parametrize("name", PARTS)
def test_parts_of_a_state_are_computed_from_old_ones(name: str) -> None:
    """Each over its own stretch where that is safe, through a copy where it is not."""
    model = compiled(spec("input 4; batchnorm; dense 1, bias = false")).model
    b = Builder()
    theta, vector = b.input("theta", (model.size,)), b.input("running", (8,))
    column = b.apply("view", theta, offset=0, shape=(4, 1))
    old = [b.apply("view", vector, offset=i, shape=(4, 1)) for i in (0, 4)]
    packed = b.apply("pack", *PARTS[name](column, *old), into="running")
    graph = simplify(lower(b.graph(cost=b.lift(0.0), theta=theta, running=packed)))
    plan = plan_memory(graph, 1, 8)
    hold(plan)
    copies = sum(node.op == "copy" for node in plan.graph.nodes)
    assert copies == {"each by itself": 0, "next of one from next of other": 0}.get(name, copies)
    random = np.random.RandomState(2)
    start, gradient = random.standard_normal((2, 4, 1)), random.standard_normal((4, 1))
    expected = np.concatenate(PARTS[name](gradient, *start)).reshape(-1)
    evaluation = plan_memory(evaluation_graph(model), 1, 8)
    written = emit(model, plan, evaluation, "float64", "test")
    made = program(Planned(plan.graph, plan, evaluation, written), model)
    made.theta[:4] = gradient[:, 0]
    made.running[...] = start.reshape(-1)
    made.step(1)(np.zeros((4, 1)), np.zeros((1, 1)), 0.0, 1)
    np.testing.assert_allclose(made.running, expected, rtol=1e-14)
