"""The kinds of words that carry maths, and what each must provide.

Every definition is written on symbolic values with ordinary operators. Shapes, gradients and NumPy
text follow from that; a definition knows none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from specc.ir.builder import Builder, Sym
from specc.library.define import Definition
from specc.shapes import Shape

Task = Literal["classes", "binary", "real"]
"""What a target is: one of k classes, one of two, or k real numbers."""

Unit = Literal["epochs", "steps", "share", "seconds"]


COUNTED = ("epochs", "steps", "share")
"""Units of a duration that the clock on the wall has no part in."""


@dataclass(frozen=True, slots=True)
class Duration:
    """`30 epochs`, `500 steps`, `5%` of the run."""

    amount: float
    unit: Unit

    def __str__(self) -> str:
        if self.unit == "share":
            return f"{self.amount * 100:g}%"
        one = self.amount == 1
        return f"{self.amount:g} {self.unit[:-1] if one else self.unit}"


@dataclass(frozen=True, slots=True)
class Seed:
    """A seed, of specc's streams or (`legacy(3)`) of NumPy's frozen `RandomState`, as the course
    uses it.
    """

    value: int
    legacy: bool = False

    def __str__(self) -> str:
        return f"legacy({self.value})" if self.legacy else str(self.value)


@dataclass(frozen=True, slots=True)
class Objective:
    """`min(dev.cost)`: a result and whether small or large is good."""

    direction: Literal["min", "max"]
    result: str

    def __str__(self) -> str:
        return f"{self.direction}({self.result})"


class Init(Definition):
    """How a weight matrix starts. Biases start at 0 whatever this says."""

    category: ClassVar[str] = "inits"

    def draw(self, b: Builder, shape: Shape, n_in: int, n_out: int, purpose: int) -> Sym:
        """The starting values; `purpose` numbers the parameter, so that each has a stream of its
        own.
        """
        raise NotImplementedError


class Regularizer(Definition):
    """A penalty that is added to the cost."""

    category: ClassVar[str] = "regularizers"

    def penalty(self, w: Sym, examples: Sym) -> Sym:
        """The penalty of a vector of weights, a number; `examples` is the size of the training
        set.
        """
        raise NotImplementedError


class Place(Protocol):
    """Where a layer stands while it is built: its builder, its parameters, whether this is
    training, and whether anything may be drawn at random: not in a gradient check.
    """

    b: Builder
    training: bool
    random: bool
    step: Sym

    def parameter(
        self,
        name: str,
        shape: Shape,
        *,
        init: Init | None = None,
        regularize: Regularizer | None = None,
        weight: bool = True,
        fan: tuple[int, int] | None = None,
    ) -> Sym:
        """A trained tensor. Weights are drawn by `init` and regularised; the others start at 0
        and are not. `fan` is how many inputs a unit has and how many units an input goes to, from
        the shape (n_out, n_in) unless given.
        """

    def purpose(self) -> int:
        """A number for a stream of random numbers that nothing else draws from."""

    def require(self, holds: bool, argument: str, message: str, label: str, fix: str = "") -> None:
        """End this layer with E0306 at one of its arguments unless `holds`."""


class Layer(Definition):
    """A statement of `network`: takes the value before it, gives the value after it."""

    category: ClassVar[str] = "layers"
    axes: ClassVar[int | None] = None
    """Axes per example that it takes; None for any."""
    weighted: ClassVar[bool] = False
    """Whether it has weights: such a layer starts a new number l in W[l], Z[l], A[l]."""
    takes: ClassVar[str] = ""
    """What it takes, in words, for E0302."""

    def build(self, at: Place, x: Sym) -> Sym:
        """The value after the layer."""
        raise NotImplementedError

    def formula(self) -> str:
        """The maths in one line, for the generated program; values are called as in the course."""
        return ""


class Activation(Definition):
    """A function of each element (or, for softmax, of each column)."""

    category: ClassVar[str] = "activations"

    def apply(self, x: Sym) -> Sym:
        """The function on a value."""
        raise NotImplementedError


class Loss(Definition):
    """The loss of each example, from the network's output and the target."""

    category: ClassVar[str] = "losses"
    task: ClassVar[Task] = "real"
    activation: ClassVar[str] = ""
    """The output activation that the loss needs, as the two are one operation; empty for any."""

    def per_example(self, output: Sym, target: Sym) -> Sym:
        """(k, m) and (k, m) to (1, m). With `activation` set, `output` is what goes into that
        activation.
        """
        raise NotImplementedError


class Optimizer(Definition):
    """The update rule, elementwise on the vector of all parameters."""

    category: ClassVar[str] = "optimizers"
    slots: ClassVar[tuple[str, ...]] = ()
    """State vectors, all starting at 0."""
    lr: float

    def step(self, p: Sym, g: Sym, lr: Sym, t: Sym, *slots: Sym) -> tuple[Sym, ...]:
        """(p, new slots ...) after update number t = 1, 2, ... with gradient g and learning rate
        lr.
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as a schedule sees it, as symbolic numbers."""

    step: Sym
    epoch: Sym
    steps: Sym
    epochs: Sym
    steps_per_epoch: Sym

    def passed(self, unit: Duration, per: str) -> Sym:
        """Time since the start in multiples of `unit`; whole epochs only, with `per = epoch`."""
        exact = self.step / self.steps_per_epoch
        epochs = self.epoch if per == "epoch" else exact
        if unit.unit == "epochs":
            return epochs if unit.amount == 1 else epochs / unit.amount
        done = epochs * self.steps_per_epoch if per == "epoch" else self.step
        if unit.unit == "steps":
            return done / unit.amount
        return done / (self.steps * unit.amount)


class Schedule(Definition):
    """The learning rate over time, starting from the optimiser's."""

    category: ClassVar[str] = "schedules"

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        """The learning rate of the next update."""
        raise NotImplementedError


class Metric(Definition):
    """A number that says how good the output is; summed over batches, so large sets fit."""

    category: ClassVar[str] = "metrics"
    tasks: ClassVar[tuple[Task, ...]] = ()

    def totals(self, output: Sym, target: Sym, task: Task) -> tuple[Sym, ...]:
        """Sums over the examples of a batch."""
        raise NotImplementedError

    def value(self, totals: tuple[float, ...], examples: int) -> float:
        """The metric from the sums over a whole set."""
        return totals[0] / examples


class Stop(Definition):
    """A rule that ends a run before its time."""

    category: ClassVar[str] = "stops"
