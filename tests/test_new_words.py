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
from oracle import batch_for, gradient_difference, program, spec, update_rule

from specc.diag.diagnostic import SpecError
from specc.diag.source import Source
from specc.driver import Compilation, compile_source, make_plan
from specc.library.registry import Registry
from specc.run.data import Part
from specc.run.events import Finished, Steps
from specc.training import prepare_job, run_job

HEAD = '''"""`{word}`: a word of the tests."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Sym
from specc.library.define import arg
from specc.library.inits.constant import Constant
from specc.library.table import DataSource, Table
from specc.library.words import (
    Activation, Clock, Init, Layer, Loss, Metric, Optimizer, Place, Regularizer, Schedule, Task
)
from specc.ops import algebra as op
from specc.shapes import Shape

'''

WORDS: dict[tuple[str, str], str] = {}
WORDS["layers", "scale"] = '''
class Scale(Layer):
    """Every feature is multiplied by a learned factor.

        Z = s A
    """

    axes: ClassVar[int | None] = 1
    weighted: ClassVar[bool] = True

    start: float = arg("float", 1.0, doc="what every factor starts at")

    def build(self, at: Place, x: Sym) -> Sym:
        s = at.parameter("s", (x.shape[0], 1), init=Constant(c=self.start))
        return (s * x).named("Z")

    def formula(self) -> str:
        return "Z = s A"
'''
WORDS["layers", "gate"] = '''
class Gate(Layer):
    """Features pass as far as a learned gate, which sees all of them, lets them.

        A = x * sigmoid(W x + b)
    """

    axes: ClassVar[int | None] = 1
    weighted: ClassVar[bool] = True

    def build(self, at: Place, x: Sym) -> Sym:
        n, _ = x.shape
        at.require(n > 1, "", "`gate` needs at least 2 features", "gets 1", "add a `dense` before")
        W = at.parameter("W", (n, n))
        b = at.parameter("b", (n, 1), weight=False)
        return (x * op.sigmoid(W @ x + b)).named("A")

    def formula(self) -> str:
        return "A = A * sigmoid(W A + b)"
'''
WORDS["activations", "hard_tanh"] = '''
class HardTanh(Activation):
    """The identity between -1 and 1."""

    limit: float = arg("float", 1.0, above=0, doc="where it ends")

    def apply(self, x: Sym) -> Sym:
        limit = x.builder.setting("limit", self.limit)
        return op.maximum(op.minimum(x, limit), -limit)
'''
WORDS["losses", "log_cosh"] = '''
class LogCosh(Loss):
    """log cosh of the difference: square near 0, absolute far out."""

    task: ClassVar[Task] = "real"

    def per_example(self, output: Sym, target: Sym) -> Sym:
        d = output - target
        return op.sum_features(d + op.softplus(d * -2) - 0.6931471805599453)
'''
WORDS["regularizers", "smooth_l1"] = '''
class SmoothL1(Regularizer):
    """Like l1, round at 0."""

    lambda_: float = arg("float", at_least=0, doc="strength")

    def penalty(self, w: Sym, examples: Sym) -> Sym:
        return op.total(op.sqrt(op.square(w) + 1e-4)) * (self.lambda_ / examples)
'''
WORDS["optimizers", "nesterov"] = '''
class Nesterov(Optimizer):
    """Momentum that looks ahead.

        v = beta v - lr g
        p = p + beta v - lr g
    """

    lr: float = arg("float", 0.01, above=0, doc="learning rate")
    beta: float = arg("float", 0.9, at_least=0, below=1, doc="share of the velocity that stays")

    slots: ClassVar[tuple[str, ...]] = ("v",)

    def step(self, p: Sym, g: Sym, lr: Sym, t: Sym, *slots: Sym) -> tuple[Sym, ...]:
        beta = p.builder.setting("beta", self.beta)
        v = beta * slots[0] - lr * g
        return p + beta * v - lr * g, v
'''
WORDS["optimizers", "lion"] = '''
class Lion(Optimizer):
    """A step of fixed size along the sign of an average.

        p = p - lr sign(beta1 v + (1 - beta1) g)
        v = beta2 v + (1 - beta2) g
    """

    lr: float = arg("float", 1e-3, above=0, doc="learning rate")
    beta1: float = arg("float", 0.9, at_least=0, below=1, doc="share of v in the step")
    beta2: float = arg("float", 0.99, at_least=0, below=1, doc="share of v that stays")

    slots: ClassVar[tuple[str, ...]] = ("v",)

    def step(self, p: Sym, g: Sym, lr: Sym, t: Sym, *slots: Sym) -> tuple[Sym, ...]:
        (v,) = slots
        b = p.builder
        beta1, beta2 = b.setting("beta1", self.beta1), b.setting("beta2", self.beta2)
        step = b.apply("sign", beta1 * v + (1 - beta1) * g)
        return p - lr * step, beta2 * v + (1 - beta2) * g
'''
WORDS["optimizers", "two_back"] = '''
class TwoBack(Optimizer):
    """Descent along the mean of the last three gradients.

        p = p - lr (g + a + b) / 3,  b = a,  a = g
    """

    lr: float = arg("float", 0.01, above=0, doc="learning rate")

    slots: ClassVar[tuple[str, ...]] = ("a", "b")

    def step(self, p: Sym, g: Sym, lr: Sym, t: Sym, *slots: Sym) -> tuple[Sym, ...]:
        a, b = slots
        return p - lr * (g + a + b) / 3, g, a
'''
WORDS["schedules", "linear"] = '''
class Linear(Schedule):
    """From the rate of the optimiser to a share of it, along a line."""

    to: float = arg("float", 0.0, at_least=0, at_most=1, doc="share at the end")

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        return lr * (1 - (1 - lr.builder.setting("to", self.to)) * clock.step / clock.steps)
'''
WORDS["schedules", "cosine"] = '''
class Cosine(Schedule):
    """From the rate of the optimiser to 0 along half a wave, after a while at full rate."""

    hold: float = arg("float", 0.25, at_least=0, below=1, doc="share of the run at full rate")

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        done = op.maximum(clock.step / clock.steps - self.hold, 0) / (1 - self.hold)
        return lr * (1 + op.cos(done * 3.141592653589793)) / 2
'''
WORDS["inits", "shifted"] = '''
class Shifted(Init):
    """Normal draws around a number."""

    mean: float = arg("float", 1.0, doc="of the draws")

    def draw(self, b: Builder, shape: Shape, n_in: int, n_out: int, purpose: int) -> Sym:
        draws = b.apply("normal", shape=shape, purpose=purpose)
        return (draws * 0.5 + self.mean) / (b.lift(2) * n_in)
'''
WORDS["inits", "truncated"] = '''
class Truncated(Init):
    """Normal draws, cut off at two standard deviations."""

    def draw(self, b: Builder, shape: Shape, n_in: int, n_out: int, purpose: int) -> Sym:
        draws = b.apply("normal", shape=shape, purpose=purpose)
        return op.maximum(op.minimum(draws, 2), -2) * op.sqrt(b.lift(1) / n_in)
'''
WORDS["metrics", "rmse"] = '''
class Rmse(Metric):
    """The root of the mean squared error."""

    tasks: ClassVar[tuple[Task, ...]] = ("real",)

    def totals(self, output: Sym, target: Sym, task: Task) -> tuple[Sym, ...]:
        return (op.sum_of_squares(output - target) / output.shape[0],)

    def value(self, totals: tuple[float, ...], examples: int) -> float:
        return (totals[0] / examples) ** 0.5
'''
WORDS["sources", "line"] = '''
class Line(DataSource):
    """Points on a line: y is 3 x - 1."""

    n: int = arg("dim", 100, at_least=2, doc="how many points")

    def load(self, folder: str) -> Table:
        import numpy as np

        x = np.linspace(-1, 1, self.n)[:, None]
        return Table(x, 3 * x - 1, ("x",), "y", lambda example, column: f"point {example}")
'''


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
    check = pytest.importorskip("specc.gradcheck.check")
    text = spec("input 2; dense 4, tanh; gate; scale; dense 1, sigmoid", "binary_cross_entropy")
    report = check.check(compiled(text, registry))
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


@pytest.mark.parametrize("optimizer", ["nesterov(lr = 0.05)", "lion(lr = 0.01)", "two_back(lr = 0.1)"])
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
    for init, mean, width in (("shifted(mean = 3)", 3, 0.5), ("truncated", 0, 0.88)):
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
