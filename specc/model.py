"""An elaborated spec: typed graphs, parameters and the dimension table. Data only.

It stands between `elaborate`, which makes it, and the passes, which read it.
"""

from __future__ import annotations

from specc.ir.graph import Graph
from specc.library.tokens import Tokens
from specc.library.words import Clip, Init, Metric, Optimizer, Regularizer, Task
from specc.record import Record
from specc.shapes import Dim, Shape


class Parameter(Record):
    """One trained tensor. `name` is `dense1.W`, `symbol` is `W1`; it starts at `offset` in theta.
    `fan` is (n_in, n_out), what initialisers scale by. What is no weight starts at `start`.
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
    start: float = 0.0

    @property
    def size(self) -> int:
        return _count(self.shape)


class Running(Record):
    """One tensor of the vector `running`: stored with the parameters, kept up while training, never
    trained. `name` is `batchnorm1.mean`; it begins at `offset`, with the value `start` everywhere.
    """

    name: str
    symbol: str
    shape: tuple[int, ...]
    layer: str
    start: float
    offset: int = 0

    @property
    def size(self) -> int:
        return _count(self.shape)

    @property
    def key(self) -> str:
        """What it is called in graphs and checkpoints."""
        return f"running.{self.name}"


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for d in shape:
        count *= d
    return count


class ValueRow(Record):
    """One value of a layer, with the rule that gives its shape in words."""

    name: str
    shape: Shape
    rule: str


class LayerRow(Record):
    """One line of the dimension table. `label` is `dense1`, `text` the statement as written,
    `arrives` the name of the value that comes in, `activation` the word of the function at its end,
    `note` what the layer does not have and why.
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
    activation: str = ""
    note: str = ""


class Segment(Record):
    """A stretch of theta that one regulariser penalises."""

    regularizer: Regularizer
    offset: int
    size: int


class Model(Record):
    """Everything the passes need. The graphs read parameters as inputs of their own names.

    train: outputs `loss` (mean over the batch), and under its key the next value of every running
        tensor. evaluate: outputs `output`, `loss` (sum over the batch) and `METRIC.i` (sums).
        initial: one output per parameter that does not start at 0. rate: output `rate` from
        step, epoch, steps, epochs and steps_per_epoch. legacy: weights are drawn from one
        `RandomState`, in the order of the layers. static: results that are known without training.
        tokens: the inputs that are looked up, and so have to be whole numbers.
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
    clip: Clip | None
    metrics: tuple[Metric, ...]
    legacy: bool
    task: Task
    features: int
    outputs: int
    static: tuple[tuple[str, float | tuple[int, ...]], ...]
    running: tuple[Running, ...] = ()
    tokens: tuple[Tokens, ...] = ()

    @property
    def size(self) -> int:
        """The length of theta."""
        return sum(p.size for p in self.parameters)

    @property
    def running_size(self) -> int:
        """The length of the vector `running`."""
        return sum(r.size for r in self.running)
