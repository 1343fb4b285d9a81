"""The interpreter: agrees with the generated program, and notices what does not fit."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import EXAMPLES, batch_for, compiled, program, relative, settle, spec, step_inputs

from specc.diag.diagnostic import CompilerBug
from specc.driver import make_gradient_plan, make_plan
from specc.ir import op
from specc.ir.builder import Builder
from specc.ir.graph import Graph, Node
from specc.ir.interpret import ancestors, dependents, evaluate, resume, run, values
from specc.passes.pipeline import checking_graph, gradient_graph, training_graph
from specc.record import replace
from specc.shapes import M

NETWORKS = [
    ("input 3; dense 5, relu; dense 4, gelu; dense 3, softmax", "cross_entropy", "l2(0.3)"),
    ("input 3; dense 5, elu; dense 1, sigmoid", "binary_cross_entropy", "l1(0.3)"),
    ("input 3; dense 4, tanh as a; dense 2, selu; concat a; dense 2", "mse", ""),
    ("input 3; dense 3, softmax; dense 2, softplus", "squared_error", "l2(0.3)"),
]


@pytest.mark.parametrize("make", [gradient_graph, checking_graph])
@pytest.mark.parametrize(("network", "loss", "penalty"), NETWORKS)
def test_cost_and_gradient_are_those_of_the_generated_program(
    network: str, loss: str, penalty: str, make: Any
) -> None:
    model = compiled(spec(network, loss, regularize=penalty)).model
    made = program(make_gradient_plan(model, 7), model)
    settle(made.theta)
    X, T = batch_for(model, 7)
    cost = made.step(7)(X, T, 0.0, 1)
    given_ = {"X": X, "T": T, "theta": made.theta, "examples": EXAMPLES}
    found = run(make(model), given_, {"m": 7}, ["cost", "dtheta"])
    assert found["cost"] == pytest.approx(cost, rel=1e-13)
    assert relative(found["dtheta"], made.dtheta) <= 1e-14


def test_an_update_is_that_of_the_generated_program() -> None:
    text = spec("input 3; dense 4, tanh; dense 2", optimizer="adam(lr = 0.01)")
    compilation = compiled(text)
    model = compilation.model
    made = program(make_plan(compilation, 5, "float64"), model)
    settle(made.theta)
    X, T = batch_for(model, 5)
    found = run(training_graph(model), step_inputs(model, X, T, made.theta.copy()), {"m": 5})
    made.step(5)(X, T, 0.1, 1)
    assert relative(found["theta"], made.theta) <= 1e-14
    assert relative(found["s"], made.state["s"]) <= 1e-14


def _small() -> Graph:
    b = Builder()
    x, y = b.input("x", (3, M)), b.input("y", (3, 1))
    double = x * 2
    return b.graph(first=double, second=double + y)


def test_only_what_is_wanted_is_computed() -> None:
    found = run(_small(), {"x": np.ones((3, 4))}, {"m": 4}, ["first"])
    assert list(found) == ["first"]
    assert (found["first"] == 2).all()


def test_missing_and_unknown_names() -> None:
    with pytest.raises(KeyError, match="the input y was not given"):
        run(_small(), {"x": np.ones((3, 4))}, {"m": 4})
    with pytest.raises(KeyError, match="third"):
        run(_small(), {"x": np.ones((3, 4))}, {"m": 4}, ["third"])


@pytest.mark.parametrize("shape", [(4, 3), (3,), (3, 4, 1)])
def test_an_input_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="the input x is"):
        run(_small(), {"x": np.ones(shape), "y": np.ones((3, 1))}, {"m": 4})


def test_a_value_of_another_shape_than_inferred_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(op.lookup("multiply"), evaluate=lambda attrs, x, y: (x * y)[:1])
    monkeypatch.setitem(op._TABLE, "multiply", wrong)
    with pytest.raises(CompilerBug, match="multiply"):
        run(_small(), {"x": np.ones((3, 4))}, {"m": 4}, ["first"])


def test_inputs_become_64_bit_floats_and_labels_stay_whole() -> None:
    b = Builder()
    x, t = b.input("x", (2, M)), b.input("t", (M,), "int")
    graph = b.graph(x=x, t=t)
    found = run(graph, {"x": np.ones((2, 3), "f4"), "t": np.arange(3, dtype="i4")}, {"m": 3})
    assert found["x"].dtype == np.float64
    assert found["t"].dtype == np.int32


def test_each_value_can_be_looked_at_and_replaced() -> None:
    seen: list[str] = []

    def after(node: Node, x: Any) -> Any:
        seen.append(node.op)
        return x + 1 if node.op == "multiply" else x

    graph = _small()
    given_ = {"x": np.ones((3, 4)), "y": np.ones((3, 1))}
    found = values(graph, given_, {"m": 4}, after=after)
    assert found[graph.output("second").id][0, 0] == 4
    assert sorted(seen) == ["add", "const", "input", "input", "multiply"]


def test_ancestors_and_dependents() -> None:
    graph = _small()
    names = {node.op if node.op != "input" else node["name"]: node.id for node in graph.nodes}
    assert ancestors(graph, [names["multiply"]]) == {names[n] for n in ("x", "const", "multiply")}
    assert dependents(graph, [names["y"]]) == {names["y"], names["add"]}
    assert dependents(graph, [names["x"]]) == {names[n] for n in ("x", "multiply", "add")}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(NETWORKS))
def test_resuming_with_another_theta_is_a_run_with_it(
    seed: int, network: tuple[str, str, str]
) -> None:
    model = compiled(spec(network[0], network[1], regularize=network[2])).model
    graph = gradient_graph(model)
    X, T = batch_for(model, 5, seed=seed)
    theta, moved = np.random.RandomState(seed).standard_normal((2, model.size))
    given_ = {"X": X, "T": T, "theta": theta, "examples": EXAMPLES}
    base = values(graph, given_, {"m": 5})
    start = graph.inputs["theta"].id
    order = sorted(dependents(graph, [start]) - {start})
    found = resume(graph, base, {start: moved}, order, {"m": 5})
    again = values(graph, {**given_, "theta": moved}, {"m": 5})
    for i in order:
        assert np.array_equal(found[i], again[i])


def test_seed_reaches_the_random_operations() -> None:
    b = Builder()
    graph = b.graph(w=b.apply("normal", shape=(2, 3), purpose=1))
    one, same, other = (run(graph, {}, {}, seed=s)["w"] for s in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_one_node() -> None:
    graph = _small()
    node = next(n for n in graph.nodes if n.op == "multiply")
    assert (evaluate(node, [np.ones((3, 2)), 2.0], {"m": 2}) == 2).all()


def test_reading_the_module_needs_no_numpy() -> None:
    code = "import sys, specc.ir.interpret; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
