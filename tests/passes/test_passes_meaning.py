"""Every pass keeps the meaning of the graph, and the generated program is what the graph means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from oracle import (
    EXAMPLES,
    batch_for,
    central_difference,
    compiled,
    program,
    relative,
    run_graph,
    settle,
    spec,
    step_inputs,
)
from strategies import SMOOTH, Drawn, networks

from specc.diag.diagnostic import SpecError
from specc.driver import make_plan
from specc.ir.graph import Graph
from specc.model import Model
from specc.passes.autodiff import autodiff
from specc.passes.flatten import flatten
from specc.passes.lower import lower
from specc.passes.memory import plan_memory
from specc.passes.penalize import penalize
from specc.passes.pipeline import (
    checking_graph,
    evaluation_graph,
    gradient_graph,
    training_graph,
)
from specc.passes.rescale import rescale
from specc.passes.simplify import simplify
from specc.passes.spread import spread
from specc.passes.update import update

quick = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
TOLERANCE = {"rtol": 1e-9, "atol": 1e-12}


def prepared(drawn: Drawn) -> tuple[Model, dict[str, int], dict[str, Any]]:
    """A model, its sizes, and values for all its inputs."""
    model = compiled(drawn.text).model
    theta = np.zeros(model.size)
    settle(theta, drawn.seed)
    X, T = batch_for(model, drawn.m, seed=drawn.seed)
    inputs = step_inputs(model, X, T, theta, t=3)
    for name in model.optimizer.slots:
        inputs[name] = np.abs(np.random.RandomState(drawn.seed).standard_normal(model.size))
    return model, {"m": drawn.m}, inputs


def by_name(model: Model, theta: Any) -> dict[str, Any]:
    return {p.name: theta[p.offset : p.offset + p.size].reshape(p.shape) for p in model.parameters}


def agree(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Every output that both have."""
    assert set(after) >= set(before)
    for name, expected in before.items():
        np.testing.assert_allclose(after[name], expected, err_msg=name, **TOLERANCE)


@quick
@given(networks())
def test_every_pass_of_training_keeps_the_meaning(drawn: Drawn) -> None:
    model, sizes, inputs = prepared(drawn)
    theta = inputs["theta"]

    def run(graph: Graph) -> dict[str, Any]:
        return run_graph(graph, sizes, inputs)

    loss = run_graph(model.train, sizes, inputs | by_name(model, theta))["loss"]
    flat = flatten(model.train, model)
    assert run(flat) == {"loss": loss}
    assert set(flat.inputs) <= {"X", "T", "t", "theta"}

    with_cost = penalize(flat, model)
    found = run(with_cost)
    assert found["loss"] == loss
    np.testing.assert_allclose(found["cost"], loss + penalties(model, theta), **TOLERANCE)

    with_gradient = autodiff(with_cost, model)
    agree(found, run(with_gradient))
    found = run(with_gradient)
    assert found["dtheta"].shape == (model.size,)

    with_update = update(with_gradient, model)
    after = run(with_update)
    assert after["cost"] == found["cost"]
    assert (after["dtheta"] == found["dtheta"]).all()
    assert set(after) == {"cost", "dtheta", "theta", *model.optimizer.slots}

    primitive = lower(with_update)
    assert all(n.definition.lower is None for n in primitive.nodes)
    agree(after, run(primitive))

    simple = simplify(primitive)
    agree(after, run(simple))
    assert simplify(simple) == simple
    assert lower(simple) == simple

    planned = plan_memory(simple, drawn.m, 8).graph
    exact = run(simple)
    for name, value in run(planned).items():
        np.testing.assert_array_equal(value, exact[name])


@quick
@given(networks())
def test_states_may_be_scaled_but_parameters_are_the_same(drawn: Drawn) -> None:
    """`rescale` keeps state vectors without a factor: four updates from state 0 are the same."""
    model, sizes, inputs = prepared(drawn)
    plain = lower(update(gradient_graph(model), model))
    scaled = rescale(plain)
    paths = []
    for graph in (plain, scaled, training_graph(model)):
        state = {name: np.zeros(model.size) for name in model.optimizer.slots}
        theta, path = inputs["theta"], []
        for t in range(1, 5):
            found = run_graph(graph, sizes, inputs | state | {"theta": theta, "t": t})
            theta, state = found["theta"], {name: found[name] for name in state}
            path.append((found["cost"], theta))
        paths.append(path)
    for path in paths[1:]:
        for (cost, theta), (expected_cost, expected) in zip(path, paths[0], strict=True):
            np.testing.assert_allclose(cost, expected_cost, rtol=1e-8)
            np.testing.assert_allclose(theta, expected, rtol=1e-8, atol=1e-10)


@quick
@given(networks(dropout=False))
def test_spread_biases_are_the_same_numbers(drawn: Drawn) -> None:
    """One copy of all biases in place of a column in every layer, for whole and smaller batches."""
    model, sizes, inputs = prepared(drawn)
    plain = training_graph(model)
    for batch in (drawn.m, drawn.m + 5, 10**6):
        found = run_graph(spread(plain, batch), sizes, inputs)
        for name, expected in run_graph(plain, sizes, inputs).items():
            np.testing.assert_array_equal(found[name], expected)


def penalties(model: Model, theta: Any) -> float:
    """The regularisation term from the definition: each weight matrix by its own penalties."""
    total = 0.0
    for p in model.parameters:
        W = theta[p.offset : p.offset + p.size]
        for r in p.regularize:
            size, square = STRENGTHS[r.word](r)
            total += (size * np.abs(W).sum() + square * (W**2).sum() / 2) / EXAMPLES
    return total


STRENGTHS: dict[str, Callable[[Any], tuple[float, float]]] = {
    "l1": lambda r: (r.lambda_, 0),
    "l2": lambda r: (0, r.lambda_),
    "elastic": lambda r: (r.l1, r.l2),
    "max_norm": lambda r: (0, 0),
    "weight_decay": lambda r: (0, 0),
}
"""Of the size of the weights and of their squares; nothing where the cost stays as it is."""


@quick
@given(networks())
def test_the_other_graphs_agree_with_training(drawn: Drawn) -> None:
    model, sizes, inputs = prepared(drawn)
    gradient = run_graph(gradient_graph(model), sizes, inputs)
    checking = checking_graph(model)
    agree({name: gradient[name] for name in ("cost", "dtheta")}, run_graph(checking, sizes, inputs))
    assert not {"lr", *model.optimizer.slots} & set(checking.inputs)


@quick
@given(networks(dropout=False))
def test_evaluation_measures_what_training_minimises(drawn: Drawn) -> None:
    model, sizes, inputs = prepared(drawn)
    cost = run_graph(training_graph(model), sizes, inputs)["cost"]
    found = run_graph(evaluation_graph(model), sizes, inputs)
    np.testing.assert_allclose(found["loss"] / drawn.m + found.get("penalty", 0), cost, **TOLERANCE)
    assert found["output"].shape == (model.outputs, drawn.m)


@quick
@given(networks(dropout=False))
def test_generated_program_is_what_the_graph_means(drawn: Drawn) -> None:
    """One step in 64 bits: cost, gradient, next parameters and state, output and sums."""
    compilation = compiled(drawn.text)
    model, sizes, inputs = prepared(drawn)
    expected = run_graph(training_graph(model), sizes, inputs)
    made = program(make_plan(compilation, drawn.m, "float64"), model)
    made.theta[...] = inputs["theta"]
    arena = np.empty(made.module.EVALUATION_ARENA, np.uint8)
    evaluate = made.module.evaluation(made.theta, drawn.m, made.examples, arena)
    forward = evaluate(inputs["X"], inputs["T"])
    for name, vector in made.state.items():
        vector[...] = inputs[name]
    cost = made.step(drawn.m)(inputs["X"], inputs["T"], inputs["lr"], inputs["t"])
    found = {"cost": cost, "dtheta": made.dtheta, "theta": made.theta, **made.state}
    agree(expected, found)
    measured = run_graph(evaluation_graph(model), sizes, inputs)
    np.testing.assert_allclose(forward[0], measured["output"], **TOLERANCE)
    sums = [v for k, v in measured.items() if k not in ("output", "penalty")]
    np.testing.assert_allclose(forward[1], sums, **TOLERANCE)
    np.testing.assert_allclose(forward[2], measured.get("penalty", 0.0), **TOLERANCE)


@quick
@given(networks(activations=SMOOTH))
def test_gradient_is_that_of_central_differences(drawn: Drawn) -> None:
    """Of the graph before anything is simplified, against the cost of the graph before autodiff."""
    model, sizes, inputs = prepared(drawn)
    theta = inputs["theta"]
    before = penalize(flatten(model.train, model), model)

    def cost() -> float:
        return float(run_graph(before, sizes, inputs)["cost"])

    exact = run_graph(gradient_graph(model), sizes, inputs)["dtheta"]
    v = np.random.RandomState(drawn.seed + 1).standard_normal(model.size)
    v /= np.linalg.norm(v)
    slope = central_difference(cost, theta, v, 1e-5)
    assert abs(slope - exact @ v) <= 1e-7 * (1 + np.linalg.norm(exact))


@pytest.mark.parametrize("network", ["input 2", "input 2; relu", "input 3; dropout keep = 0.5"])
def test_a_network_with_nothing_to_train_is_refused_in_words(network: str) -> None:
    with pytest.raises(SpecError):
        make_plan(compiled(spec(network)), 4)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_dropout_of_the_program_is_dropout_of_the_graph(precision: str) -> None:
    """The mask of step t, in both precisions: what is kept, and that gradients pass there alone."""
    text = spec("input 6; dropout keep = 0.6; dense 1, bias = false")
    model = compiled(text).model
    made = program(make_plan(compiled(text), 40, precision), model, seed=5)
    X, T = np.ones((6, 40), precision), np.zeros((1, 40), precision)
    masks = []
    for t in (1, 2, 2):
        made.theta[...] = 1
        cost = made.step(40)(X, T, 0.0, t)
        # The output is the number of kept inputs over 0.6, the cost its mean square.
        masks.append(made.dtheta.copy())
        shares = made.dtheta / 2 * 0.6
        assert 0 < cost < (6 / 0.6) ** 2
        assert (shares > 0).all()
    assert (masks[0] != masks[1]).any()
    assert (masks[1] == masks[2]).all()


def test_dropout_keeps_its_share_and_the_mean() -> None:
    text = spec("input 50; dropout keep = 0.8; dense 1, bias = false")
    made = program(make_plan(compiled(text), 2000, "float64"), compiled(text).model)
    made.theta[...] = np.eye(1, 50)
    X, T = np.ones((50, 2000)), np.zeros((1, 2000))
    # With one weight of 1 the cost is the mean of (D / keep)^2: 1 / keep on average.
    costs = [made.step(2000)(X, T, 0.0, t) for t in range(1, 11)]
    error = np.sqrt(0.8 * 0.2 / 20_000) / 0.8**2
    assert abs(np.mean(costs) - 1 / 0.8) <= 5 * error
    assert relative(costs[0], costs[1]) > 0
