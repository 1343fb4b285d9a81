"""Words that the package does not have, each as the text of its one file."""

from __future__ import annotations

HEAD = '''"""`{word}`: a word of the tests."""

from __future__ import annotations

from typing import Any, ClassVar

from specc.ir.builder import Builder, Sym
from specc.library.activation import Activation
from specc.library.clock import Clock
from specc.library.define import arg
from specc.library.inits.constant import Constant
from specc.library.table import DataSource, Table
from specc.library.words import (
    Init, Layer, Loss, Metric, Optimizer, Place, Regularizer, Schedule, Task
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
WORDS["activations", "squash"] = '''
class Squash(Activation):
    """x / sqrt(x^2 + eps): an argument called like one of the optimisers."""

    eps: float = arg("float", 0.5, above=0, doc="how soon it bends")
    beta1: float = arg("float", 0.25, doc="added in the end")

    def apply(self, x: Sym) -> Sym:
        b = x.builder
        root = op.sqrt(op.square(x) + b.setting("eps", self.eps))
        return x / root + b.setting("beta1", self.beta1)
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

    def value(self, totals: tuple[Any, ...], targets: Any) -> float:
        return float((totals[0] / len(targets)) ** 0.5)
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
