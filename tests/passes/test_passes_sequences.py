"""Sequences: the generated loops mean what the graph means, in memory that was bound before."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from allocations import BUFFER, allocated
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import batch_for, compiled, program, run_graph, settle, spec, step_inputs, trainer

from specc.driver import make_gradient_plan, make_plan
from specc.gradcheck.check import analytic, problem
from specc.gradcheck.compare import compare
from specc.ir.cost import node_calls, step_cost
from specc.passes.pipeline import gradient_graph

CELLS = ("rnn 3", "rnn 4, relu", "lstm 3", "lstm 2, bias = false", "gru 3", "gru 4", "relu", "tanh")
BUILTINS = {"float", "int", "max", "min", "abs", "range"}
"""All that a module uses of Python's own functions, as in tests/emit."""


@st.composite
def stacks(draw: st.DrawFn) -> str:
    """Up to three layers over time, then `last` or `flatten`."""
    steps, n = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    lines = [f"input {steps}, {n}"]
    if draw(st.integers(0, 3)) == 0:
        lines = [f"input {steps}", f"embedding 3, {n}"]
    for cell in draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=3)):
        units = cell.split()[1].rstrip(",") if " " in cell else ""
        if units and draw(st.integers(0, 4)) == 0:
            lines += [f"{cell.split()[0]} {units}", "residual {", cell, "}"]
        elif units and len(lines) > 1 and draw(st.integers(0, 3)) == 0:
            name = f"before{len(lines)}"
            lines += [f"linear as {name}", cell, f"concat {name}"]
        else:
            lines.append(cell)
    return "; ".join([*lines, draw(st.sampled_from(("last", "flatten"))), "dense 3, softmax"])


@settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(stacks(), st.integers(1, 6))
def test_a_step_is_what_its_graph_means(network: str, m: int) -> None:
    """Cost and gradient, on arenas that hold NaN before and other values the second time."""
    model = compiled(spec(network, "cross_entropy")).model
    made = program(make_gradient_plan(model, m), model)
    for seed in (1, 2):
        settle(made.theta, seed)
        X, T = batch_for(model, m, seed=seed)
        cost = made.step(m)(np.abs(X), T, 0.0, 1)
        inputs = step_inputs(model, np.abs(X), T, made.theta)
        expected = run_graph(gradient_graph(model), {"m": m}, inputs)
        np.testing.assert_allclose(cost, expected["cost"], rtol=1e-12)
        np.testing.assert_allclose(made.dtheta, expected["dtheta"], rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("cell", ["rnn 4", "rnn 4, relu", "lstm 4", "gru 4"])
@pytest.mark.parametrize("end", ["last", "flatten"])
def test_the_gradient_is_that_of_differences_of_the_definition(cell: str, end: str) -> None:
    """Through `specc gradcheck`, whose differences know neither kernels nor gradients."""
    joined = f"linear as a; {cell} as b; concat b, a, b"
    network = f"input 5, 2; {cell}; {joined}; {cell}; {end}; dense 3, softmax"
    model = compiled(spec(network, "cross_entropy")).model
    made = program(make_gradient_plan(model, 6), model)
    settle(made.theta, 4)
    X, T = batch_for(model, 6)
    theta = made.theta.copy()
    report = compare(problem(model, X, T, 6), theta, analytic(made, X, T))
    assert report.passed
    assert report.difference <= 1e-7


def test_gradients_vanish_over_many_steps_and_lstm_keeps_them() -> None:
    """The reason for gates: how much the first step still matters to the last state."""
    share = {}
    for cell in ("rnn", "lstm"):
        made = trainer(spec(f"input 60, 1; {cell} 8; last; dense 1"), 4)
        random = np.random.RandomState(0)
        places = made.parameters()
        places[f"{cell}1.W"][...] = random.standard_normal(places[f"{cell}1.W"].shape)
        places[f"{cell}1.U"][...] = 0.5 * np.eye(8)[np.arange(len(places[f"{cell}1.U"])) % 8]
        if cell == "lstm":
            places["lstm1.b"][8:16] = 6  # a forget gate that keeps
        places["dense1.W"][...] = 1
        outputs = []
        for first in (0.0, 1.0):
            X = np.random.RandomState(1).standard_normal((60, 4)) * 0.1
            X[0] = first
            T = np.zeros((1, 4))
            outputs.append(made.step(4)(X, T, 0.0, 1))
        share[cell] = abs(outputs[1] - outputs[0])
    assert share["rnn"] < 1e-9
    assert share["lstm"] > 1e-3


# What a step is made of


NETWORKS = {
    "rnn": "input 6, 5; rnn 4; last; dense 3, softmax",
    "relu": "input 6, 5; rnn 4, relu; flatten; dense 3, softmax",
    "lstm": "input 6, 5; lstm 4; lstm 3; last; dense 3, softmax",
    "gru": "input 6, 5; gru 4; gru 3; last; dense 3, softmax",
    "joined": "input 6, 5; gru 4 as a; lstm 3; concat a; last; dense 3, softmax",
    "embedding": "input 6; embedding 9, 5; lstm 4; last; dense 3, softmax",
}
by_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=list(NETWORKS))


@by_network
def test_a_step_allocates_no_array(network: str) -> None:
    """The smallest array of this batch has 24,000 bytes."""
    m = 2000
    compilation = compiled(spec(network, "cross_entropy", optimizer="adam"))
    made = program(make_plan(compilation, m), compilation.model)
    X, T = batch_for(compilation.model, m, "float32")
    kept, most = allocated(made.step(m), np.abs(X), T, steps=20)
    assert kept < 1024
    assert most < BUFFER + 2048


@by_network
def test_the_module_uses_little_of_python(network: str) -> None:
    text = make_plan(compiled(spec(network, "cross_entropy")), 8).program.text
    tree = ast.parse(text)
    defined = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    defined |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    defined |= {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name)]
    defined |= {n.id for n in names if isinstance(n.ctx, ast.Store)}
    assert {n.id for n in names} - defined <= BUILTINS


@by_network
def test_calls_of_a_plan_are_those_of_its_operations(network: str) -> None:
    """A loop over the steps counts as what it does, not as one call."""
    planned = make_plan(compiled(spec(network, "cross_entropy")), 8)
    plan = planned.plan
    nodes = [plan.graph.nodes[i] for step in plan.steps for i in step]
    counted = sum(node_calls(plan.graph, node) for node in nodes)
    assert step_cost(plan).calls == planned.program.calls == counted
    assert counted > len(nodes) + 6 * 3
