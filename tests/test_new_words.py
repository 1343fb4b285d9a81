"""A new word is one new file: nothing of the package changes, and everything works with it.

Each word below is written to a folder of its own category, found through `Registry(extra = ...)`,
compiled, held against central differences through the generated module, and trained.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from new_word_texts import HEAD, WORDS
from oracle import batch_for, gradient_difference, program, spec, update_rule

from specc.diag.diagnostic import SpecError
from specc.diag.source import Source
from specc.driver import Compilation, compile_source, make_plan
from specc.gradcheck.check import check
from specc.library.registry import Registry
from specc.run.data import Part
from specc.run.events import Finished, Steps
from specc.training import prepare_job, run_job


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """The words of the package and those above."""
    for (category, word), text in WORDS.items():
        (tmp_path / category).mkdir(exist_ok=True)
        (tmp_path / category / f"{word}.py").write_text(HEAD.format(word=word) + text)
    return Registry(extra=(tmp_path,))


def compiled(text: str, registry: Registry) -> Compilation:
    return compile_source(Source("model.dl", text), registry=registry)


def trained(compilation: Compilation, folder: Path) -> tuple[Finished, list[float]]:
    """The end of a run and all its costs."""
    events = list(run_job(prepare_job(compilation, str(folder / "run"))))
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.status == "finished"
    return last, [cost for e in events if isinstance(e, Steps) for cost in e.costs]


def test_words_are_listed_beside_those_of_the_package(registry: Registry) -> None:
    for category, word in WORDS:
        assert word in registry.words(category)
        assert word not in Registry().words(category) or (category, word) in SHARED
        assert registry.find(category, word) is not None
    assert {"dense", "scale"} <= set(registry.words("layers"))


SHARED = {("optimizers", "nesterov"), ("optimizers", "lion"), ("schedules", "cosine")}
"""Words that the package may have too; those of the folder come first."""


@pytest.mark.parametrize(
    ("network", "loss", "regularize"),
    [
        ("input 3; dense 4, tanh; scale; dense 1, sigmoid", "binary_cross_entropy", ""),
        ("input 3; scale start = 0.7; dense 4, tanh; scale; dense 3", "mse", "l2(2), l1(1)"),
        ("input 3; dense 4, tanh; gate; dense 3, softmax", "cross_entropy", "l2(2)"),
        ("input 3; dense 6, hard_tanh; dense 4; hard_tanh limit = 0.5; dense 2", "mse", ""),
        ("input 3; dense 5, tanh; dense 2", "log_cosh", "smooth_l1(3)"),
        ("input 3; dense 5, tanh, regularize = smooth_l1(2); dense 2", "log_cosh", "smooth_l1(3)"),
    ],
)
def test_gradients_follow_from_the_definition(
    network: str, loss: str, regularize: str, registry: Registry
) -> None:
    text = spec(network, loss, regularize=regularize)
    assert gradient_difference(compiled(text, registry), m=11) <= 1e-7


def test_the_gradient_check_knows_new_words(registry: Registry) -> None:
    """`specc gradcheck` through the same door as for every other word."""
    text = spec("input 2; dense 4, tanh; gate; scale; dense 1, sigmoid", "binary_cross_entropy")
    report = check(compiled(text, registry))
    assert report.passed
    assert {p.name for p in report.parameters} >= {"gate1.W", "gate1.b", "scale1.s"}


def test_a_new_layer_trains(registry: Registry, tmp_path: Path) -> None:
    text = spec(
        "input 2; dense 12, hard_tanh; gate; scale; dense 1, sigmoid",
        "binary_cross_entropy",
        optimizer="adam(lr = 0.02)",
        train="run 60 epochs\n    batch 32",
        data="source circles(n = 200, noise = 0.03, factor = 0.5)",
    )
    compilation = compiled(text, registry)
    assert [p.name for p in compilation.model.parameters][2:5] == ["gate1.W", "gate1.b", "scale1.s"]
    last, costs = trained(compilation, tmp_path)
    assert costs[-1] < 0.1 * costs[0]
    assert last.train["accuracy"] > 0.95


@pytest.mark.parametrize(
    "optimizer", ["nesterov(lr = 0.05)", "lion(lr = 0.01)", "two_back(lr = 0.1)"]
)
@pytest.mark.parametrize("schedule", ["linear(to = 0.1)", "cosine", ""])
def test_new_optimisers_and_schedules_train(
    optimizer: str, schedule: str, registry: Registry, tmp_path: Path
) -> None:
    text = spec(
        "input 1; dense 1",
        "log_cosh",
        optimizer=optimizer,
        schedule=schedule,
        train="run 60 epochs\n    batch 10\n    metrics rmse, mae",
        data="source line(n = 50)",
    )
    last, costs = trained(compiled(text, registry), tmp_path)
    assert len(costs) == 300
    # A step of fixed size ends within its size of the minimum, no closer.
    assert costs[-1] < (0.2 if optimizer.startswith("lion") else 0.02) * costs[0]
    assert last.train["rmse"] >= last.train["mae"] > 0


def reference(word: str, lr: float, g: Any, n: int) -> Any:
    """The rules written down in NumPy."""
    p, v, a, b = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    for t in range(n):
        d = g(t)
        if word == "nesterov":
            v = 0.9 * v - lr * d
            p = p + 0.9 * v - lr * d
        elif word == "lion":
            p = p - lr * np.sign(0.9 * v + 0.1 * d)
            v = 0.99 * v + 0.01 * d
        else:
            p = p - lr * (d + a + b) / 3
            a, b = d, a
    return p


@pytest.mark.parametrize("word", ["nesterov", "lion", "two_back"])
def test_updates_are_the_rule(word: str, registry: Registry) -> None:
    rule = update_rule(word, 3, registry)
    random = np.random.RandomState(0)
    gradients = random.standard_normal((6, 3))
    for t, g in enumerate(gradients, 1):
        rule.dtheta[...] = g
        rule.step(0.05, t)
    expected = reference(word, 0.05, lambda t: gradients[t], 6)
    np.testing.assert_allclose(rule.theta, expected, rtol=1e-12)


def test_arguments_of_one_name_stay_apart(registry: Registry) -> None:
    """`eps` and `beta1` of an activation, twice, beside those of the optimiser."""
    text = spec(
        "input 3; dense 4, squash; dense 4, squash(eps = 2); dense 2",
        optimizer="adam(lr = 0.1, eps = 1e-3, beta1 = 0.5)",
    )
    compilation = compiled(text, registry)
    made = program(make_plan(compilation, 6, "float64"), compilation.model)
    X, T = batch_for(compilation.model, 6)
    p = {name: value.copy() for name, value in made.parameters().items()}
    before = made.theta.copy()
    A = X
    for number, eps in ((1, 0.5), (2, 2.0)):
        z = p[f"dense{number}.W"] @ A + p[f"dense{number}.b"]
        A = z / np.sqrt(z**2 + eps) + 0.25
    A = p["dense3.W"] @ A + p["dense3.b"]
    np.testing.assert_allclose(made.step(6)(X, T, 0.1, 1), ((A - T) ** 2).mean(), rtol=1e-12)
    # The first step of Adam is lr g / (|g| + eps), whatever the betas.
    g = made.dtheta
    np.testing.assert_allclose(before - made.theta, 0.1 * g / (np.abs(g) + 1e-3), rtol=1e-9)
    found = made.evaluate(
        Part(np.ascontiguousarray(X.T), np.ascontiguousarray(T.T), 6), output=True
    )
    again = program(make_plan(compilation, 6, "float64"), compilation.model)
    again.theta[...] = before
    measured = again.evaluate(Part(np.ascontiguousarray(X.T), np.ascontiguousarray(T.T), 6))
    np.testing.assert_allclose(measured.metrics["cost"], ((A - T) ** 2).mean(), rtol=1e-12)
    assert found.metrics["cost"] != measured.metrics["cost"]


def test_schedules_follow_their_formula(registry: Registry) -> None:
    for schedule, formula in (
        ("linear(to = 0.2)", lambda s: 1 - 0.8 * s / 40),
        ("cosine", lambda s: (1 + math.cos(math.pi * max(s / 40 - 0.25, 0) / 0.75)) / 2),
    ):
        text = spec("input 1; dense 1", schedule=schedule, optimizer="sgd(lr = 0.3)")
        compilation = compiled(text, registry)
        made = program(make_plan(compilation, 4), compilation.model)
        for step in range(40):
            found = made.module.learning_rate(step, step // 5, 40, 8, 5)
            assert math.isclose(found, 0.3 * formula(step), rel_tol=1e-12)


def test_initialisers_draw_what_they_say(registry: Registry) -> None:
    """The expression keeps its parentheses, and knows all functions of the algebra."""
    for init, mean, width in (("shifted(mean = 3)", 3, 0.5), ("truncated", 0, 0.959)):
        compilation = compiled(spec("input 80; dense 90, bias = false", init=init), registry)
        made = program(make_plan(compilation, 4, "float64"), compilation.model)
        n = 2 * 80 if init != "truncated" else math.sqrt(80)
        drawn = made.theta * n
        assert abs(drawn.mean() - mean) < 5 * width / math.sqrt(made.theta.size)
        assert abs(drawn.std() - width) < 0.02
        if init == "truncated":
            assert np.abs(drawn).max() <= 2 + 1e-12


def test_a_metric_is_measured_over_all_chunks(registry: Registry) -> None:
    text = spec("input 4; dense 3", train="run 1 epoch\n    metrics rmse")
    compilation = compiled(text, registry)
    made = program(make_plan(compilation, 8, "float64"), compilation.model)
    X, T = batch_for(compilation.model, 2500)
    found = made.evaluate(Part(np.ascontiguousarray(X.T), np.ascontiguousarray(T.T), 2500))
    p = made.parameters()
    expected = np.sqrt(((p["dense1.W"] @ X + p["dense1.b"] - T) ** 2).mean())
    assert math.isclose(found.metrics["rmse"], expected, rel_tol=1e-12)


def test_arguments_of_new_words_are_checked_like_all_others(registry: Registry) -> None:
    for network, code in (
        ("input 3; gate 2; dense 2", "E02"),
        ("input 3; dense 3, hard_tanh(limit = -1); dense 2", "E02"),
        ("input 3; scale start = fast; dense 2", "E02"),
        ("input 3; scael; dense 2", "E02"),
        ("input 3; dense 1; gate; dense 2", "E0306"),
    ):
        with pytest.raises(SpecError) as caught:
            compiled(spec(network), registry)
        found = [d.code for d in caught.value.diagnostics]
        assert all(c.startswith(code) for c in found), (network, found)
    with pytest.raises(SpecError):
        compiled(spec("input 3; scale; dense 2"), Registry())
