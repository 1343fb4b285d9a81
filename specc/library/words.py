"""The kinds of words that carry maths, and what each must provide.

Every definition is written on symbolic values with ordinary operators. Shapes, gradients and NumPy
text follow from that; a definition knows none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from specc.ir.builder import Builder, Sym
from specc.library.activation import Activation
from specc.library.clock import Clock
from specc.library.define import Definition
from specc.library.misfit import Misfit
from specc.record import Record
from specc.shapes import Shape

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Task = Literal["classes", "binary", "real", "input"]
"""What a target is: one of k classes, one of two, k real numbers, or the input itself."""


class Seed(Record):
    """A seed, of specc's streams or (`legacy(3)`) of NumPy's frozen `RandomState`, as the course
    uses it.
    """

    value: int
    legacy: bool = False

    def __str__(self) -> str:
        return f"legacy({self.value})" if self.legacy else str(self.value)


class Objective(Record):
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
    """A penalty that is added to the cost, or what else keeps weights small. None: it does not."""

    category: ClassVar[str] = "regularizers"

    def penalty(self, w: Sym, examples: Sym) -> Sym | None:
        """The penalty of a vector of weights; `examples` is the size of the training set."""
        return None

    def shrink(self, w: Sym, lr: Sym) -> Sym | None:
        """A vector of weights as an update with learning rate `lr` is to find it."""
        return None

    def project(self, w: Sym, units: int) -> Sym | None:
        """The weights (rows, columns) of a layer after an update, from what the update gave; the
        units that they lead to are counted by axis `units`.
        """
        return None


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
        start: float = 0.0,
    ) -> Sym:
        """A trained tensor. Weights are drawn by `init` and regularised; the others start at
        `start` and are not. `fan` is how many inputs a unit has and how many units an input goes
        to, from the shape (n_out, n_in) unless given.
        """

    def running(self, name: str, shape: Shape, start: float) -> Sym:
        """A tensor that is stored with the parameters and not trained, such as an average that is
        kept while training and used at test time: its value before this batch.
        """

    def keep(self, name: str, new: Sym) -> None:
        """The value of a running tensor after this batch; counts while training only."""

    def purpose(self) -> int:
        """A number for a stream of random numbers that nothing else draws from."""

    def drawn(self, seed: int, shape: Shape) -> int:
        """How many rows of the frozen stream of `seed` layers before this one have drawn; this one
        draws the next, as many as `shape` has elements per example.
        """

    def require(
        self,
        holds: bool,
        argument: str,
        message: str,
        label: str,
        fix: str = "",
        *,
        note: str = "",
        arrives: bool = False,
    ) -> None:
        """End this layer with E0306 at one of its arguments unless `holds`. With `arrives` the
        message tells where the value that comes in got its shape.
        """


class Layer(Definition):
    """A statement of `network`: takes the value before it, gives the value after it."""

    category: ClassVar[str] = "layers"
    axes: ClassVar[int | None] = None
    """Axes per example that it takes; None for any."""
    weighted: ClassVar[bool] = False
    """Whether it has weights: such a layer starts a new number l in W[l], Z[l], A[l]."""
    sequential: ClassVar[bool] = False
    """Whether it gives a value for every step over time."""
    takes: ClassVar[str] = ""
    """What it takes, in words, for E0302."""
    biased: ClassVar[bool] = False
    """Whether its argument `bias` adds one number per feature as the last thing before its argument
    `activation`: such a bias is left out directly before a layer that `centres`.
    """
    affine: ClassVar[bool] = False
    """Whether, without weights that mix features, it gives sums of what arrives with factors that
    are the same for every example: it bends nothing.
    """
    centres: ClassVar[bool] = False
    """Whether it takes the mean of each feature out of what arrives, and with it any bias."""

    def build(self, at: Place, x: Sym) -> Sym:
        """The value after the layer."""
        raise NotImplementedError

    def formula(self) -> str:
        """The maths in one line, for the generated program; values are called as in the course."""
        return ""

    def reason(self, x: Shape) -> str:
        """The arithmetic behind a size that is not written anywhere: `28 - 5 + 1 = 24`."""
        return ""

    def ending(self) -> str:
        """The word of the activation that the values come out of; empty where there is none."""
        activation = getattr(self, "activation", None)
        return activation.word if isinstance(activation, Activation) else ""


class Mask(Definition):
    """Which values a layer such as `dropout` keeps, where it is not drawn anew at every step."""

    category: ClassVar[str] = "masks"

    def kept(self, at: Place, keep: Sym, shape: Shape) -> Sym:
        """Truth values (..., m), each true with probability `keep`."""
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

    def misfit(self, outputs: int) -> Misfit | None:
        """The argument that does not go with so many outputs."""
        return None


class Target(Definition):
    """A word of the statement `target` of `data`: what the target is, where the loss does not say
    so or shall be held to it.
    """

    category: ClassVar[str] = "targets"
    task: ClassVar[Task]

    @property
    def outputs(self) -> int | None:
        """How many outputs of the network it is compared with; None for as many as inputs."""
        return None


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

    def shrink(self, w: Sym, lr: Sym) -> Sym | None:
        """The vector of all weights, biases apart, as the update is to find it. None where they
        stay as they are.
        """
        return None


class Clip(Definition):
    """A bound on the gradient before the update."""

    category: ClassVar[str] = "clips"

    def apply(self, g: Sym) -> Sym:
        """The gradient of all parameters within the bound."""
        raise NotImplementedError


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
    better: ClassVar[Literal["min", "max"]] = "max"
    """Whether small or large is good."""
    number: ClassVar[bool] = True
    """False for what is looked at at the end and cannot be compared."""

    def totals(self, output: Sym, target: Sym, task: Task) -> tuple[Sym, ...]:
        """Sums over the examples of a batch: numbers, or arrays without a batch axis."""
        raise NotImplementedError

    def value(self, totals: tuple[Floats, ...], targets: NDArray[Any]) -> float:
        """The metric from the sums over a whole set and its targets, a row per example."""
        return float(totals[0]) / len(targets)

    def misfit(self, outputs: int) -> Misfit | None:
        """The argument that does not go with so many outputs."""
        return None


class Stop(Definition):
    """A rule that ends a run before its time."""

    category: ClassVar[str] = "stops"
