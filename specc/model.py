"""An elaborated spec: typed graphs, parameters and the dimension table. Data only.

It stands between `elaborate`, which makes it, and the passes, which read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from specc.ir.graph import Graph
from specc.library.words import Init, Metric, Optimizer, Regularizer, Task
from specc.shapes import Dim, Shape


@dataclass(frozen=True, slots=True)
class Parameter:
    """One trained tensor. `name` is `dense1.W`, `symbol` is `W1`; it starts at `offset` in theta.
    `fan` is (n_in, n_out), what initialisers scale by.
    """

    name: str
    symbol: str
    shape: tuple[int, ...]
    layer: str
    weight: bool
    init: Init
    regularize: tuple[Regularizer, ...]
    purpose: int
    fan: tuple[int, int]
    offset: int = 0

    @property
    def size(self) -> int:
        count = 1
        for d in self.shape:
            count *= d
        return count


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One value of a layer, with the rule that gives its shape in words."""

    name: str
    shape: Shape
    rule: str


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One line of the dimension table. `label` is `dense1`, `text` the statement as written,
    `arrives` the name of the value that comes in.
    """

    label: str
    text: str
    line: int
    number: str
    formula: str
    input: Shape
    output: Shape
    arrives: str
    parameters: tuple[str, ...]
    values: tuple[ValueRow, ...]
    flops: Dim


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of theta that one regulariser penalises."""

    regularizer: Regularizer
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Model:
    """Everything the passes need. The graphs read parameters as inputs of their own names.

    train: outputs `loss` (mean over the batch). evaluate: outputs `output`, `loss` (sum over the
        batch) and `METRIC.i` (sums). initial: one output per parameter. rate: output `rate` from
        step, epoch, steps, epochs and steps_per_epoch. legacy: weights are drawn from one
        `RandomState`, in the order of the layers. static: results that are known without training.
    """

    name: str
    path: str
    layers: tuple[LayerRow, ...]
    parameters: tuple[Parameter, ...]
    segments: tuple[Segment, ...]
    train: Graph
    evaluate: Graph
    initial: Graph
    rate: Graph
    optimizer: Optimizer
    metrics: tuple[Metric, ...]
    legacy: bool
    task: Task
    features: int
    outputs: int
    static: tuple[tuple[str, float | tuple[int, ...]], ...]

    @property
    def size(self) -> int:
        """The length of theta."""
        return sum(p.size for p in self.parameters)
