"""Batch normalisation: the numbers of a layer, and averages that are kept beside the parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from oracle import batch_for, compiled, emitted, program, run_graph, settle, spec, starting, trainer

from specc.driver import make_gradient_plan, make_plan
from specc.emit.load import load
from specc.ir.builder import Builder, Sym
from specc.ops import algebra as op
from specc.passes.lower import lower
from specc.passes.simplify import simplify
from specc.run.data import Part
from specc.shapes import M

FIRST = "input 4; batchnorm {}; dense 2"
"""What arrives at the layer is what a test gives."""


def alone(f: Callable[[Sym], Sym], X: NDArray[Any], precision: str) -> NDArray[Any]:
    """What the generated program makes of a function on rows of examples."""
    b = Builder()
    graph = b.graph(output=f(b.input("X", (4, M))), loss=b.lift(0.0))
    model = compiled(spec("input 4; dense 6")).model
    prepared = simplify(lower(graph))
    text = emitted(model, evaluation=prepared, batch=len(X), precision=precision)
    module = load(text)
    arena = np.empty(module.EVALUATION_ARENA, np.uint8)
    evaluate = module.evaluation(np.zeros(30, precision), len(X), 1.0, arena)
    found: NDArray[Any] = evaluate(X.T, None)[0]
    return found


def normalised(eps: float) -> Callable[[Sym], Sym]:
    """With gamma 1 and beta 0."""

    def f(x: Sym) -> Sym:
        one, zero = (x.builder.apply("filled", shape=(4, 1), value=v) for v in (1.0, 0.0))
        return op.batch_norm(x, one, zero, eps)

    return f


@pytest.mark.proves("layers.batchnorm")
def test_unit_case_of_the_course() -> None:
    """U13: seed 1; Z, gamma, beta and the gradient of the output drawn in this order."""
    random = np.random.RandomState(1)
    Z, gamma, beta, dOut = (random.randn(*s) for s in ((3, 4), (3, 1), (3, 1), (3, 4)))
    b = Builder()
    x, d = b.input("X", (3, 4)), b.input("T", (3, 4))
    g, h = b.input("g", (3, 1)), b.input("h", (3, 1))
    y = op.batch_norm(x, g, h, 1e-8)
    vjp = y.node.definition.vjp
    assert vjp is not None
    parts = [part for part in vjp(y, d) if part is not None]
    gradients = dict(zip(("dZ", "dgamma", "dbeta"), parts, strict=True))
    mean, variance = b.apply("batch_mean", x), b.apply("batch_variance", x)
    graph = b.graph(out=y, **gradients, mean=mean, variance=variance)
    inputs = {"X": Z, "g": gamma, "h": beta, "T": dOut}
    found = run_graph(simplify(lower(graph)), {}, inputs)
    for name, expected in U13.items():
        value = found[name]
        np.testing.assert_allclose(np.squeeze(value), expected, rtol=0, atol=6e-9, err_msg=name)


U13: dict[str, Any] = {
    "mean": [-0.14713786, -0.11313155, -0.13209101],
    "variance": [1.08909316, 2.40465495, 1.61902969],
    "out": [
        [-1.64718785, -0.95634819, -0.98217153, -0.8138575],
        [-0.41477905, 0.36956574, -0.63257751, -0.01192201],
        [-0.47588332, -0.98235905, 0.54263707, -2.59582837],
    ],
    "dgamma": [-0.80151018, 1.22488698, -1.0965888],
    "dbeta": [0.66913349, 1.62121315, -0.79619227],
    "dZ": [
        [-0.06644461, -0.10081658, 0.41431922, -0.24705803],
        [-0.07505554, -0.13110056, -0.03186406, 0.23802016],
        [0.15446722, -0.67896359, 0.24471351, 0.27978286],
    ],
}


FAR = [(1e4, 1e-2), (-3e3, 1e-3), (0.0, 1e-6), (1.0, 1e4)]


@pytest.mark.parametrize(("mean", "deviation"), FAR)
@pytest.mark.parametrize("m", [128, 1000])
def test_single_precision_loses_no_digits_to_the_mean(
    mean: float, deviation: float, m: int
) -> None:
    """Against 64 bits, on the numbers that 32 bits can hold."""
    random = np.random.RandomState(0)
    X = (mean + deviation * random.standard_normal((m, 4))).astype("f4")
    exact = X.astype(float).T
    average, variance = exact.mean(axis=1, keepdims=True), exact.var(axis=1, keepdims=True)
    expected = (exact - average) / np.sqrt(variance + 1e-12)
    found = alone(normalised(1e-12), X, "float32")
    np.testing.assert_allclose(found, expected, rtol=0, atol=3e-6)
    small = 1e-7 * deviation
    np.testing.assert_allclose(alone(op.batch_mean, X, "float32"), average, rtol=2e-7, atol=small)
    np.testing.assert_allclose(alone(op.batch_variance, X, "float32"), variance, rtol=2e-6)


@pytest.mark.parametrize("value", [0.0, 1e-30, 7.3, 1e6, -3e18])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_a_feature_that_never_changes_gives_beta(value: float, precision: str) -> None:
    """Its variance is 0 and nothing less, however the mean of its values is rounded."""
    X = np.full((37, 4), value, precision)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = alone(normalised(1e-5), X, precision)
        variance = alone(op.batch_variance, X, precision)
    np.testing.assert_allclose(found, 0, atol=1e-6)
    assert (variance >= 0).all()


def test_averages_are_kept_over_batches_of_any_size() -> None:
    """average * old + (1 - average) * new for mean and variance, whatever m is."""
    made = trainer(spec(FIRST.format("average = 0.7"), optimizer="sgd(lr = 0.5)"), 20)
    random = np.random.RandomState(3)
    mean, variance = np.zeros(4), np.ones(4)
    for t, m in enumerate((20, 20, 7, 2, 20), 1):
        X = random.standard_normal((m, 4)) * 3 + 1
        made.step(m)(X.T, random.standard_normal((m, 2)).T, 0.5, t)
        mean = 0.7 * mean + 0.3 * X.mean(axis=0)
        variance = 0.7 * variance + 0.3 * X.var(axis=0)
        np.testing.assert_allclose(made.running, [*mean, *variance], rtol=1e-13)


def test_a_batch_of_one_example_leaves_the_averages_alone() -> None:
    """It says nothing about a variance: the output is beta, and the layers before learn nothing."""
    made = trainer(spec("input 4; dense 3; batchnorm; dense 2"), 8)
    settle(made.theta)
    random = np.random.RandomState(3)
    made.step(8)(random.standard_normal((8, 4)).T, random.standard_normal((8, 2)).T, 0.1, 1)
    before = made.running.copy()
    cost = made.step(1)(random.standard_normal((1, 4)).T, random.standard_normal((1, 2)).T, 0.1, 2)
    assert np.isfinite(cost)
    np.testing.assert_array_equal(made.running, before)
    gradient = made.dtheta[: made.parameters()["dense1.W"].size]
    np.testing.assert_allclose(gradient, 0, atol=1e-12)


def test_a_single_example_that_is_an_image_has_many_values() -> None:
    made = trainer(spec("input 3, 3, 2; batchnorm; flatten; dense 2"), 4)
    X = np.random.RandomState(3).standard_normal((1, 18))
    made.step(1)(X.T, np.zeros((1, 2)).T, 0.1, 1)
    pixels = X.reshape(9, 2)
    expected = [*(0.1 * pixels.mean(axis=0)), *(0.9 + 0.1 * pixels.var(axis=0))]
    np.testing.assert_allclose(made.running, expected, rtol=1e-13)


def test_training_looks_at_the_batch_and_evaluation_at_the_averages() -> None:
    compilation = compiled(spec(FIRST.format("")))
    model = compilation.model
    made = program(make_plan(compilation, 16, "float64"), model)
    settle(made.theta)
    X, T = batch_for(model, 16)
    part = Part(np.ascontiguousarray(X.T), np.ascontiguousarray(T.T), 16)
    step = made.step(16)
    before = made.evaluate(part, output=True)
    theta, running = made.theta.copy(), made.running.copy()
    first = step(X, T, 0.0, 1)
    gradient = made.dtheta.copy()
    assert (made.running != running).all()
    made.theta[...], made.running[...] = theta, 123.0
    assert step(X, T, 0.0, 1) == first
    np.testing.assert_array_equal(made.dtheta, gradient)

    made.running[...] = running
    again = made.evaluate(part, output=True)
    np.testing.assert_array_equal(again.output, before.output)
    made.running[:4], made.running[4:] = 2.0, 9.0
    W, b = made.parameters()["dense1.W"], made.parameters()["dense1.b"]
    gamma, beta = made.parameters()["batchnorm1.gamma"], made.parameters()["batchnorm1.beta"]
    expected = W @ (gamma * (X - 2.0) / np.sqrt(9.0 + 1e-5) + beta) + b
    np.testing.assert_allclose(made.evaluate(part, output=True).output, expected, rtol=1e-13)


def test_the_first_averages_are_0_and_1() -> None:
    """Then test time differs from no normalisation by the root of 1 + eps alone."""
    compilation = compiled(spec(FIRST.format("")))
    made = program(make_plan(compilation, 4, "float64"), compilation.model)
    np.testing.assert_array_equal(made.running, starting(compilation.model))
    np.testing.assert_array_equal(made.running, [0, 0, 0, 0, 1, 1, 1, 1])
    assert (made.parameters()["batchnorm1.gamma"] == 1).all()
    assert (made.parameters()["batchnorm1.beta"] == 0).all()


def test_averages_are_no_parameters() -> None:
    """Neither counted, nor trained, nor penalised, nor part of the gradient check."""
    text = spec("input 4; dense 5; batchnorm; relu; dense 2", regularize="l2(3)")
    model = compiled(text).model
    assert model.size == 5 * 4 + 5 + 5 + 2 * 5 + 2
    assert {r.name: r.shape for r in model.running} == {
        "batchnorm1.mean": (5, 1),
        "batchnorm1.var": (5, 1),
    }
    assert sum(s.size for s in model.segments) == 5 * 4 + 2 * 5
    checking = program(make_gradient_plan(model, 4), model)
    before = checking.running.copy()
    X, T = batch_for(model, 4)
    checking.step(4)(X, T, 0.0, 1)
    np.testing.assert_array_equal(checking.running, before)


def test_another_module_of_the_network_sees_the_same_averages() -> None:
    """As the one that keeps every value for a look inside while training."""
    made = trainer(spec(FIRST.format("")), 8)
    other = made.over(made.module)
    X, T = np.ones((8, 4)), np.zeros((8, 2))
    made.step(8)(X.T, T.T, 0.1, 1)
    assert other.running is made.running
    part = Part(X, T, 8)
    np.testing.assert_array_equal(other.output(part), made.output(part))
