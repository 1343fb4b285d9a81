"""What every word computes, held against formulas that are written down here once more.

A word that is missing from its table fails, so a new one must say what it is meant to be.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from endings import ending, evaluated, loss_kind, losses_and_outputs, with_strength
from numpy.typing import NDArray
from oracle import EXAMPLES, compiled, program, spec, update_rule

from specc.diag.diagnostic import SpecError
from specc.driver import make_plan
from specc.library.registry import Registry
from specc.library.words import Metric
from specc.run.data import Part

REGISTRY = Registry()
EVERY = REGISTRY.every()


def words(category: str) -> Any:
    return pytest.mark.parametrize("word", REGISTRY.words(category))


# Optimisers


@words("optimizers")
def test_optimizer_reaches_the_minimum_of_a_quadratic(word: str) -> None:
    """(p - c)^T A (p - c) / 2 with curvatures from 0.5 to 4, the rate falling as 1 / t at last.

    Two optimisers take smaller steps all by themselves.
    """
    first = {"adagrad": 4.0, "adadelta": 40.0}.get(word, 0.2)
    curvature, centre = np.array([0.5, 1, 2, 4]), np.array([1, -2, 0.5, 3])
    rule = update_rule(word, 4)
    rule.theta[...] = [4, 4, -4, -4]
    for t in range(1, 2501):
        rule.dtheta[...] = curvature * (rule.theta - centre)
        rule.step(first / (1 + t / 50), t)
    np.testing.assert_allclose(rule.theta, centre, atol=5e-3)


@words("optimizers")
def test_optimizer_does_nothing_without_gradient(word: str) -> None:
    rule = update_rule(word, 5)
    start = np.array([0.0, 1, -2, 1e-20, 1e20])
    rule.theta[...] = start
    for t in range(1, 200):
        rule.step(0.5, t)
    assert rule.theta.tobytes() == start.tobytes()
    assert not any(value.any() for value in rule.state.values())


@words("optimizers")
def test_first_step_goes_downhill_and_scales_with_the_rate(word: str) -> None:
    gradient = np.array([3.0, -0.1, 20, -1])
    moved = []
    for rate in (0.01, 0.02):
        rule = update_rule(word, 4)
        rule.dtheta[...] = gradient
        rule.step(rate, 1)
        assert (np.sign(rule.theta) == -np.sign(gradient)).all()
        moved.append(rule.theta.copy())
    np.testing.assert_allclose(2 * moved[0], moved[1], rtol=1e-12)


# Schedules


def rate_of(schedule: str, drops: int = 0) -> Callable[..., float]:
    text = spec(
        "input 2; dense 1", schedule=schedule, optimizer="sgd(lr = 0.3)", train="run 8 epochs"
    )
    compilation = compiled(text)
    rate = program(make_plan(compilation, 4), compilation.model).module.learning_rate
    results = ("drops" in inspect.signature(rate).parameters) * (drops,)
    return lambda step: float(rate(step, step // 5, 40, 8, 5, *results))


NEEDS = {"piecewise": "piecewise(2 epochs)", "plateau": "plateau(on = train.cost)"}
"""Schedules that no bare word makes here."""
RISING = ("warmup", "one_cycle")


@words("schedules")
def test_schedule_starts_at_the_rate_of_the_optimizer(word: str) -> None:
    """Or rises to it."""
    rates = [*map(rate_of(NEEDS.get(word, word)), range(40))]
    assert all(0 < rate <= 0.3 for rate in rates)
    assert rates[0] == 0.3 or word in RISING
    assert max(rates) == 0.3


def wave(x: float) -> float:
    """From 1 to 0 along half a wave."""
    return (1 + math.cos(math.pi * x)) / 2


FORMULAS: dict[str, Callable[[int, int], float]] = {
    # (step, epoch) of a run of 40 steps in 8 epochs -> k-th rate over the first
    "constant": lambda step, epoch: 1,
    "inverse_time(rate = 0.7)": lambda step, epoch: 1 / (1 + 0.7 * epoch),
    "inverse_time(rate = 0.7, per = step)": lambda step, epoch: 1 / (1 + 0.7 * step / 5),
    "inverse_time(rate = 0.7, every = 3 epochs)": lambda step, epoch: 1 / (1 + 0.7 * epoch / 3),
    "inverse_time(rate = 0.7, every = 7 steps)": lambda step, epoch: 1 / (1 + 0.7 * epoch * 5 / 7),
    "inverse_time(rate = 0.7, every = 7 steps, per = step)": lambda s, e: 1 / (1 + 0.7 * s / 7),
    "inverse_time(rate = 0.7, every = 25%, per = step)": lambda s, e: 1 / (1 + 0.7 * s / 10),
    "exponential(rate = 0.9)": lambda step, epoch: 0.9**epoch,
    "exponential(rate = 0.9, per = step)": lambda step, epoch: 0.9 ** (step / 5),
    "exponential(rate = 0.9, every = 2 epochs)": lambda step, epoch: 0.9 ** (epoch / 2),
    "exponential(rate = 0.9, every = 3 steps)": lambda step, epoch: 0.9 ** (epoch * 5 / 3),
    "exponential(rate = 0.9, every = 3 steps, per = step)": lambda s, e: 0.9 ** (s / 3),
    "exponential(rate = 0.9, every = 50%)": lambda step, epoch: 0.9 ** (epoch * 5 / 20),
    "exponential(rate = 0.9, delay = 2 epochs)": lambda step, epoch: 0.9 ** max(epoch - 2, 0),
    "exponential(rate = 0.9, delay = 7 steps, per = step)": lambda s, e: 0.9 ** (max(s - 7, 0) / 5),
    "exponential(rate = 0.9, over = 3 epochs)": lambda step, epoch: 0.9 ** min(epoch, 3),
    "exponential(rate = 0.9, delay = 1 epoch, over = 3 epochs)": lambda s, e: (
        0.9 ** min(max(e - 1, 0), 3)
    ),
    "inverse_time(rate = 0.7, delay = 1 epoch)": lambda s, e: 1 / (1 + 0.7 * max(e - 1, 0)),
    "inverse_sqrt": lambda step, epoch: 1 / math.sqrt(1 + epoch),
    "inverse_sqrt(every = 10 steps, per = step)": lambda s, e: 1 / math.sqrt(1 + s / 10),
    "staircase(rate = 0.5, every = 3 epochs)": lambda s, e: 1 / (1 + 0.5 * (e // 3)),
    "staircase(rate = 1, every = 7 steps, per = step)": lambda s, e: 1 / (1 + s // 7),
    "staircase(rate = 1, every = 30%, per = step)": lambda s, e: 1 / (1 + s // 12),
    "staircase(rate = 1, every = 2 epochs, delay = 1 epoch)": lambda s, e: (
        1 / (1 + max(e - 1, 0) // 2)
    ),
    "staircase(rate = 0.5, every = 3 epochs, decay = exponential)": lambda s, e: 0.5 ** (e // 3),
    "piecewise(2 epochs, 5 epochs, factor = 0.1)": lambda s, e: 0.1 ** ((e >= 2) + (e >= 5)),
    "piecewise(7 steps, 50%, 6 epochs, factor = (0.5, 0.1))": lambda s, e: (
        (0.5 if s >= 7 else 1) * (0.1 if s >= 20 else 1) * (0.1 if s >= 30 else 1)
    ),
    "cosine": lambda step, epoch: wave(step / 40),
    "cosine(to = 0.1)": lambda step, epoch: 0.1 + 0.9 * wave(step / 40),
    "cosine(to = 0.1, per = epoch)": lambda step, epoch: 0.1 + 0.9 * wave(epoch / 8),
    "cosine(over = 3 epochs, to = 0.2)": lambda s, e: 0.2 + 0.8 * wave(min(s / 15, 1)),
    "cosine(delay = 2 epochs)": lambda s, e: wave(max(s - 10, 0) / 30),
    "warmup": lambda step, epoch: min((step + 1) / 2, 1),
    "warmup(25%, start = 0.1)": lambda s, e: 0.1 + 0.9 * min((s + 1) / 10, 1),
    "warmup(4 epochs, per = epoch)": lambda step, epoch: min((epoch + 1) / 4, 1),
    "one_cycle": lambda s, e: (
        0.04 + 0.96 * (1 - wave(s / 12)) if s < 12 else 4e-6 + (1 - 4e-6) * wave((s - 12) / 28)
    ),
    "one_cycle(peak = 50%, start = 0.1, end = 0.01, over = 4 epochs)": lambda s, e: (
        0.1 + 0.9 * (1 - wave(s / 10)) if s < 10 else 0.01 + 0.99 * wave(min(s - 10, 10) / 10)
    ),
    "plateau(on = train.cost)": lambda step, epoch: 1,
    # Joined: each on its own time.
    "warmup(10%) then cosine(to = 0.05)": lambda s, e: (
        (s + 1) / 4 if s < 4 else 0.05 + 0.95 * wave((s - 4) / 36)
    ),
    "warmup(8 steps) then inverse_sqrt(every = 8 steps, per = step)": lambda s, e: (
        # Vaswani et al. 2017, eq. 3, over its largest value, with updates counted from 1 while it
        # rises and from 0 behind.
        (s + 1) / 8 if s < 8 else math.sqrt(8 / s)
    ),
    "constant(2 epochs) then exponential(rate = 0.5)": lambda s, e: 0.5 ** max(e - 2, 0),
    "constant(7 steps) then exponential(rate = 0.5)": lambda s, e: 0.5 ** (max(s - 7, 0) // 5),
    "cosine(over = 2 epochs) then cosine(over = 4 epochs) then constant": lambda s, e: (
        wave(s / 10) if s < 10 else wave((s - 10) / 20) if s < 30 else 1
    ),
    "exponential(rate = 0.5, delay = 1 epoch, over = 2 epochs) then "
    "staircase(rate = 1, every = 2 epochs)": lambda s, e: (
        0.5 ** max(e - 1, 0) if e < 3 else 1 / (1 + (e - 3) // 2)
    ),
}


@pytest.mark.proves("schedules.constant", "schedules.inverse_sqrt")
@pytest.mark.parametrize("schedule", FORMULAS)
def test_schedule_follows_its_formula(schedule: str) -> None:
    rate = rate_of(schedule)
    for step in range(40):
        expected = 0.3 * FORMULAS[schedule](step, step // 5)
        assert math.isclose(rate(step), expected, rel_tol=1e-12), step


def test_the_rate_falls_with_every_drop() -> None:
    for drops in range(5):
        rate = rate_of("plateau(factor = 0.5, on = train.cost, to = 0.1)", drops)(7)
        assert math.isclose(rate, 0.3 * max(0.5**drops, 0.1), rel_tol=1e-15)


@words("schedules")
def test_schedule_counts_no_minutes(word: str) -> None:
    """A time on the clock is no time of a schedule: the path of a run must not depend on speed."""
    kind = REGISTRY.find("schedules", word)
    assert kind is not None
    for a in kind.args:
        if a.kind == "duration":
            with pytest.raises(SpecError):
                compiled(spec("input 2; dense 1", schedule=f"{word}({a.label} = 10 min)"))


def test_every_schedule_has_a_formula() -> None:
    assert {s.partition("(")[0] for s in FORMULAS} == set(REGISTRY.words("schedules"))


@words("regularizers")
def test_regulariser_leaves_biases_alone(word: str) -> None:
    """With all weights 0, no penalty is left, whatever the biases are."""
    text = spec("input 3; dense 4, tanh; dense 2", regularize=with_strength(word, 5))
    made, X, T = evaluated(text)
    made.theta[...] = 0
    for name, value in made.parameters().items():
        if name.endswith(".b"):
            value[...] = 1
    found = made.evaluate(Part(X, T, len(X))).metrics
    assert found["cost"] == found["loss"]


# Initialisers

WIDTHS: dict[str, Callable[[int, int], tuple[float, float]]] = {
    # (n_in, n_out) -> mean and standard deviation
    "zeros": lambda n_in, n_out: (0, 0),
    "constant(0.3)": lambda n_in, n_out: (0.3, 0),
    "normal": lambda n_in, n_out: (0, 0.01),
    "normal(10)": lambda n_in, n_out: (0, 10),
    "he": lambda n_in, n_out: (0, math.sqrt(2 / n_in)),
    "he(scale = 3)": lambda n_in, n_out: (0, 3 * math.sqrt(2 / n_in)),
    "xavier": lambda n_in, n_out: (0, math.sqrt(1 / n_in)),
    "xavier(scale = 0.5)": lambda n_in, n_out: (0, 0.5 * math.sqrt(1 / n_in)),
    "xavier_avg": lambda n_in, n_out: (0, math.sqrt(2 / (n_in + n_out))),
    "lecun": lambda n_in, n_out: (0, math.sqrt(1 / n_in)),
    "orthogonal": lambda n_in, n_out: (0, 1 / math.sqrt(max(n_in, n_out))),
    "orthogonal(scale = 2)": lambda n_in, n_out: (0, 2 / math.sqrt(max(n_in, n_out))),
    "uniform": lambda n_in, n_out: (0, 0.01 / math.sqrt(3)),
    "uniform(0.6)": lambda n_in, n_out: (0, 0.6 / math.sqrt(3)),
    "he(uniform = true)": lambda n_in, n_out: (0, math.sqrt(2 / n_in)),
    "xavier(uniform = true)": lambda n_in, n_out: (0, math.sqrt(1 / n_in)),
    "xavier_avg(uniform = true, scale = 4)": lambda n, k: (0, 4 * math.sqrt(2 / (n + k))),
    "lecun(uniform = true)": lambda n_in, n_out: (0, math.sqrt(1 / n_in)),
}


@pytest.mark.parametrize("init", WIDTHS)
def test_initialiser_draws_as_stated(init: str) -> None:
    """Mean and standard deviation within five standard errors; biases 0; layers differ."""
    compilation = compiled(spec("input 90; dense 110, relu; dense 90, relu; dense 110", init=init))
    made = program(make_plan(compilation, 4, "float64"), compilation.model)
    seen = []
    for name, value in made.parameters().items():
        if name.endswith(".b"):
            assert not value.any()
            continue
        mean, width = WIDTHS[init](value.shape[1], value.shape[0])
        error = width / math.sqrt(value.size)
        assert abs(value.mean() - mean) <= 5 * error + 1e-15, name
        assert abs(value.std() - width) <= 5 * error / math.sqrt(2) + 1e-15, name
        if width:
            # Normal: 4.55 % of the draws are further out than two standard deviations; even: none
            # is further out than sqrt(3) of them.
            outside = (abs(value - mean) > 2 * width).mean()
            if "uniform" in init:
                assert abs(value).max() <= math.sqrt(3) * width, name
            else:
                assert abs(outside - 0.0455) <= 5 * math.sqrt(0.0455 / value.size), name
            seen.append(value.reshape(-1)[:50] / width)
    assert all((a != b).all() for i, a in enumerate(seen) for b in seen[:i])


def test_every_initialiser_has_a_stated_width() -> None:
    assert {s.partition("(")[0] for s in WIDTHS} == set(REGISTRY.words("inits"))


# Losses and metrics against NumPy


def forward(made: Any, X: NDArray[Any], end: Callable[[Any], Any]) -> NDArray[np.float64]:
    """The network `input 5; dense 4, tanh; dense k` with an end, in rows."""
    p = made.parameters()
    hidden = np.tanh(X @ p["dense1.W"].T + p["dense1.b"].T)
    return np.asarray(end(hidden @ p["dense2.W"].T + p["dense2.b"].T))


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


ENDS = {"": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}

LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    # (output, target) in rows -> the mean over the examples
    "binary_cross_entropy": lambda a, t: -(t * np.log(a) + (1 - t) * np.log(1 - a)).mean(),
    "cross_entropy": lambda a, t: -np.log(a[np.arange(len(t)), t]).mean(),
    "squared_error": lambda a, t: ((a - t) ** 2).sum(axis=1).mean() / 2,
    "mse": lambda a, t: ((a - t) ** 2).mean(),
    "mae": lambda a, t: abs(a - t).mean(),
    "huber": lambda a, t: np.where(abs(a - t) < 1, (a - t) ** 2 / 2, abs(a - t) - 0.5).mean(),
}


def of_classes(share: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The mean over the classes of `share(guessed, true)`, of truth values."""

    def measure(a: Any, t: Any) -> Any:
        guess = a.argmax(axis=1)
        return np.mean([share(guess == c, t == c) for c in range(a.shape[1])])

    return measure


def of_yes(share: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, t: share(a > 0.5, t > 0.5)


def precision_of(guessed: Any, true: Any) -> Any:
    return (guessed & true).sum() / max(guessed.sum(), 1)


def recall_of(guessed: Any, true: Any) -> Any:
    return (guessed & true).sum() / max(true.sum(), 1)


def f1_of(guessed: Any, true: Any) -> Any:
    return 2 * (guessed & true).sum() / max(guessed.sum() + true.sum(), 1)


METRICS: dict[tuple[str, str], Callable[[Any, Any], Any]] = {
    ("accuracy", "classes"): lambda a, t: (a.argmax(axis=1) == t).mean(),
    ("accuracy", "binary"): lambda a, t: ((a > 0.5) == (t > 0.5)).mean(),
    ("top_k(1)", "classes"): lambda a, t: (a.argmax(axis=1) == t).mean(),
    ("precision", "classes"): of_classes(precision_of),
    ("precision", "binary"): of_yes(precision_of),
    ("recall", "classes"): of_classes(recall_of),
    ("recall", "binary"): of_yes(recall_of),
    ("f1", "classes"): of_classes(f1_of),
    ("f1", "binary"): of_yes(f1_of),
    ("mae", "real"): lambda a, t: abs(a - t).mean(),
    ("r2", "real"): lambda a, t: (
        1 - (((a - t) ** 2).sum(axis=0) / ((t - t.mean(axis=0)) ** 2).sum(axis=0)).mean()
    ),
}


@losses_and_outputs
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_loss_and_its_metrics_are_those_of_numpy(word: str, outputs: int, precision: str) -> None:
    kind = loss_kind(word)
    measures = [m for m, task in METRICS if task == kind.task]
    train = f"run 1 epoch\n    metrics {', '.join(measures)}"
    made, X, T = evaluated(spec(ending(word, outputs), word, train=train), precision=precision)
    output = forward(made, X.astype(float), ENDS[kind.activation])
    found = made.evaluate(Part(X, T, len(X)), output=True)
    rtol = 1e-12 if precision == "float64" else 1e-5
    np.testing.assert_allclose(found.output.T, output, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(found.metrics["loss"], LOSSES[word](output, T), rtol=rtol)
    assert found.metrics["cost"] == found.metrics["loss"]
    for metric in measures:
        expected = METRICS[metric, kind.task](output, T)
        measured = found.metrics[metric.partition("(")[0]]
        np.testing.assert_allclose(measured, expected, rtol=max(rtol, 1e-12))


def test_every_loss_and_metric_has_its_numpy_form() -> None:
    assert set(LOSSES) == set(REGISTRY.words("losses"))
    kinds = {w: k for c, w, k in EVERY if c == "metrics" if issubclass(k, Metric)}
    measured = {(metric.partition("(")[0], task) for metric, task in METRICS}
    numbers = {(w, task) for w, kind in kinds.items() if kind.number for task in kind.tasks}
    assert measured == numbers


@losses_and_outputs
def test_cost_of_a_step_is_the_cost_of_an_evaluation(word: str, outputs: int) -> None:
    """The training cost and the one measured beside it are the same number."""
    text = spec(ending(word, outputs), word, regularize="l2(0.5), l1(0.7)")
    made, X, T = evaluated(text, n=8)
    assert made.examples == EXAMPLES
    measured = made.evaluate(Part(X, T, 8)).metrics
    step = made.step(8)(X.T, T.T, 0.1, 1)
    np.testing.assert_allclose(step, measured["cost"], rtol=1e-12)
    assert measured["cost"] > measured["loss"]
