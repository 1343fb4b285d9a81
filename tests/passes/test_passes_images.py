"""Networks on images: the memory plan, working memory included, and the maximum that goes first."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from allocations import BUFFER, allocated
from oracle import batch_for, compiled, program, run_graph, settle, spec, step_inputs
from replay import hold

from specc.checking import step_memory
from specc.driver import Compilation, make_plan
from specc.ir.graph import Graph
from specc.passes.flatten import flatten
from specc.passes.memory import plan_memory
from specc.passes.penalize import penalize
from specc.passes.pipeline import checking_graph, evaluation_graph, training_graph
from specc.passes.pool_first import pool_first

NETWORKS = {
    "lenet": (
        "input 10, 9, 1; conv 3, relu, kernel = 3; maxpool 2; conv 4, relu, kernel = 2; maxpool 2; "
        "flatten; dense 5, relu; dense 3, softmax"
    ),
    "strided": (
        "input 7, 8, 2; conv 4, relu, kernel = 3, stride = 2, pad = same; "
        "conv 4, tanh, dilation = 2, pad = 2, groups = 2; avgpool 2, pad = 1; flatten; "
        "dense 3, softmax"
    ),
    "dropout": (
        "input 6, 6, 1; conv 4, relu; dropout keep = 0.8; maxpool 2, stride = 1; "
        "upsample 2; conv 2, relu, kernel = 2; avgpool global; dropout keep = 0.9; "
        "dense 3, softmax"
    ),
    "residual": (
        "input 5, 5, 2; conv 2, relu, pad = same as a; residual {; conv 2, relu, pad = same; }; "
        "relu; maxpool global; dense 3, softmax"
    ),
}
by_name = pytest.mark.parametrize("name", NETWORKS)


def compilation_of(name: str) -> Compilation:
    return compiled(spec(NETWORKS[name], "cross_entropy", regularize="l2(0.5)", optimizer="adam"))


def trained(compilation: Compilation, batch: int, m: int) -> dict[str, bytes]:
    """Everything that five steps change, bit for bit, with plans for batches of up to `batch`."""
    made = program(make_plan(compilation, batch), compilation.model, seed=4)
    settle(made.theta, 3, 0.2)
    costs = []
    for t in range(1, 6):
        X, T = batch_for(compilation.model, m, "float32", seed=t)
        costs.append(made.step(m)(X, T, 0.05, t))
    assert np.isfinite(costs).all()
    found = {"theta": made.theta, "dtheta": made.dtheta, "costs": np.array(costs), **made.state}
    return {name: value.tobytes() for name, value in found.items()}


@by_name
def test_no_value_is_lost_while_it_is_needed(name: str) -> None:
    model = compilation_of(name).model
    for graph in (training_graph(model), checking_graph(model), evaluation_graph(model)):
        shared, apart = (plan_memory(graph, 5, 4, reuse=r) for r in (True, False))
        hold(shared)
        hold(apart)
        assert shared.arena < apart.arena


@by_name
def test_a_smaller_batch_in_a_larger_plan_changes_no_bit(name: str) -> None:
    compilation = compilation_of(name)
    assert trained(compilation, 6, 6) == trained(compilation, 17, 6)


@by_name
def test_garbage_in_the_arena_does_not_matter(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compilation = compilation_of(name)
    expected = trained(compilation, 6, 6)
    empty = np.empty

    def full_of_nan(*arguments: Any, **named: Any) -> Any:
        made = empty(*arguments, **named)
        made.view(np.uint8).reshape(-1)[...] = 0xFF
        return made

    monkeypatch.setattr(np, "empty", full_of_nan)
    assert trained(compilation, 6, 6) == expected


@by_name
def test_a_step_allocates_no_arrays(name: str) -> None:
    """The smallest image of this batch has 300,000 bytes; NumPy goes through three at a time."""
    m = 2048
    compilation = compilation_of(name)
    made = program(make_plan(compilation, m), compilation.model)
    X, T = batch_for(compilation.model, m, "float32")
    kept, most = allocated(made.step(m), X, T, steps=1)
    assert kept < 1024
    assert most < 3 * BUFFER + 4096


@by_name
def test_memory_of_a_step_is_known_before(name: str) -> None:
    """All arrays that are there after a step, against what `expect memory` is told."""
    compilation = compilation_of(name)
    planned = make_plan(compilation, 512)
    said = step_memory(compilation.model, planned.plan)
    X, T = batch_for(compilation.model, 512, "float32")
    tracemalloc.start()
    try:
        made = program(planned, compilation.model)
        made.step(512)(X, T, 0.01, 1)
        arrays = tracemalloc.take_snapshot().filter_traces(
            [tracemalloc.DomainFilter(True, np.lib.tracemalloc_domain)]
        )
    finally:
        tracemalloc.stop()
    used = sum(found.size for found in arrays.statistics("filename"))
    assert abs(used - said) <= 0.02 * said


# The maximum first


def costs(graph: Graph, compilation: Compilation) -> Any:
    X, T = batch_for(compilation.model, 7)
    theta = np.zeros(compilation.model.size)
    settle(theta, 5, 0.4)
    return run_graph(graph, {"m": 7}, step_inputs(compilation.model, X, T, theta))["cost"]


@pytest.mark.parametrize(
    ("between", "moved"),
    [
        ("conv 3, relu; maxpool 2", True),
        ("conv 3; relu; maxpool 2", True),
        ("conv 3; maxpool 3, stride = 2, pad = 1", True),
        ("conv 3, relu, bias = false; maxpool global; reshape 1, 1, 3", True),
        ("conv 3, tanh; maxpool 2", False),
        ("conv 3, relu; avgpool 2", False),
        ("conv 3, relu as a; maxpool 2; reshape 12; dense 48; reshape 4, 4, 3; add a", False),
        ("maxpool 2", False),
    ],
)
def test_the_maximum_comes_before_bias_and_rectifier(between: str, moved: bool) -> None:
    text = spec(f"input 6, 6, 2; {between}; flatten; dense 3, softmax", "cross_entropy")
    compilation = compiled(text)
    graph = penalize(flatten(compilation.model.train, compilation.model), compilation.model)
    other = pool_first(graph)
    assert (other != graph) is moved
    np.testing.assert_allclose(costs(other, compilation), costs(graph, compilation), rtol=1e-14)
    if moved:
        order = [n.op for n in other.nodes if n.op in ("conv", "maxpool", "relu", "add")]
        assert order[:2] == ["conv", "maxpool"]
        assert len(other.nodes) <= len(graph.nodes)
