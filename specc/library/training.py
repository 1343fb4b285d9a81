"""The statements of `train`: how long, in which batches, what is measured and kept."""

from __future__ import annotations

from typing import ClassVar

from specc.library.clock import COUNTED, Duration
from specc.library.define import Statement, arg
from specc.library.words import Clip, Metric, Seed, Stop

FEW = 2_000
"""Training examples up to which `batch auto` takes all of them for every update."""


class RunStatement(Statement):
    """`run 30 epochs`: how long to train."""

    block: ClassVar[str] = "train"
    run: Duration = arg("duration", doc="epochs, steps, or time")


class BatchStatement(Statement):
    """`batch 64`: examples per update; `full` takes all of them, `auto` chooses.

    `auto` is `full` for up to 2,000 training examples. For more it is the largest of 512, 256, 128
    and 64 for which a step has no more than 8 MiB of buffers, so that they stay in the cache of
    the processor, and 64 where none has. This depends on the network, `precision` and the number
    of examples alone, so it is the same on every machine; `specc expand` says what was chosen and
    why.

    Source      DeepLearning.AI, "Improving Deep Neural Networks", week 2: "Understanding
                mini-batch gradient descent" (2,000 examples; 64, 128, 256, 512)
    """

    block: ClassVar[str] = "train"
    batch: int | str = arg("int", at_least=1, one_of=("full", "auto"), doc="examples per update")


class SeedStatement(Statement):
    """`seed 1`: of everything that is drawn while training: weights, order of examples, dropout.

    `seed legacy(3)` draws the weights as the course does, from one stream `RandomState(3)`, layer
    by layer: published costs then come out to their printed digits.
    """

    block: ClassVar[str] = "train"
    seed: Seed = arg("seed", at_least=0, at_most=2**32 - 1, doc="the seed, or `legacy(3)`")


class ShuffleStatement(Statement):
    """`shuffle false`: whether the examples get a new order in every epoch.

    `shuffle legacy(10)` orders epoch e = 0, 1, ... by `RandomState(10 + 1 + e)`, as the course
    does.
    """

    block: ClassVar[str] = "train"
    shuffle: bool | Seed = arg(
        "shuffle",
        at_least=0,
        at_most=2**32 - 1,
        doc="a new order in every epoch: `true`, `false`, or the course's `legacy(10)`",
    )


class PrecisionStatement(Statement):
    """`precision float64`: the numbers that training computes with."""

    block: ClassVar[str] = "train"
    precision: str = arg("name", one_of=("float32", "float64"), doc="kind of numbers")


class ClipStatement(Statement):
    """`clip norm(1)`: a bound on the gradient before each update."""

    block: ClassVar[str] = "train"
    clip: Clip = arg("word", category="clips", doc="how the gradient is bounded")


class StopStatement(Statement):
    """`stop early(on = dev.cost, patience = 5 epochs)`: when to end before `run` does."""

    block: ClassVar[str] = "train"
    stop: Stop = arg("word", category="stops", doc="rule that ends the run")


class MetricsStatement(Statement):
    """`metrics accuracy`: what is measured beside the cost; `accuracy` or `mae` unless given."""

    block: ClassVar[str] = "train"
    metrics: tuple[Metric, ...] = arg("word", category="metrics", many=True, doc="what is measured")


class LogStatement(Statement):
    """`log every = 1 epoch`: how often train and dev sets are measured."""

    block: ClassVar[str] = "train"
    every: Duration = arg("duration", units=COUNTED, doc="epochs or steps between two measurements")


class CheckpointStatement(Statement):
    """`checkpoint every = 5 epochs, keep = 3`: how often the state is written, and how many stay.

    `checkpoints/last.safetensors` is what `--resume` goes on from, so a kill loses the updates
    since it was written. Without `every` it is written at the first measurement that is 10 seconds
    of training after the last one; with `every` after so many epochs, steps, seconds or minutes of
    training, or such a share of the run. It is also written at the end, and whenever it is,
    `best.safetensors` is too if there is a better state.

    `keep = 3` keeps numbered ones besides, `step-000200.safetensors` for the state after 200
    updates, and of these the 3 newest. `specc evaluate RUN --checkpoint step-200` uses one. What
    is written, and when, changes nothing of what is trained.
    """

    block: ClassVar[str] = "train"
    every: Duration | None = arg("duration", None, doc="time between two checkpoints")
    keep: int = arg("int", 0, at_least=0, at_most=100_000, doc="numbered checkpoints that stay")
