"""The statements of a file and of its blocks that hold settings, with their arguments.

They carry no maths, so they stand together; like all words they are nothing but their signature.
"""

from __future__ import annotations

from typing import ClassVar

from specc.library.define import Definition, Statement, arg
from specc.library.training import (
    BatchStatement,
    CheckpointStatement,
    ClipStatement,
    LogStatement,
    MetricsStatement,
    PrecisionStatement,
    RunStatement,
    SeedStatement,
    ShuffleStatement,
    StopStatement,
)
from specc.library.words import (
    Init,
    Loss,
    Objective,
    Optimizer,
    Regularizer,
    Schedule,
    Target,
)


class SpecVersion(Statement):
    """`spec 1`: the version of the language that the file is written in."""

    version: int = arg("int", at_least=1, at_most=1, doc="version of the language")


class InitStatement(Statement):
    """`init he`: how weight matrices start, unless a layer says otherwise."""

    init: Init = arg("word", category="inits", doc="how weights start")


class LossStatement(Statement):
    """`loss cross_entropy`: what is made small, averaged over the examples."""

    loss: Loss = arg("word", category="losses", doc="loss of each example")


class RegularizeStatement(Statement):
    """`regularize l2(0.01)`: penalties on the weights of all layers that do not set their own."""

    penalties: tuple[Regularizer, ...] = arg(
        "word", category="regularizers", many=True, doc="penalties, added up"
    )


class OptimizerStatement(Statement):
    """`optimizer adam(lr = 1e-3)`: how parameters follow the gradient."""

    optimizer: Optimizer = arg("word", category="optimizers", doc="update rule")


class ScheduleStatement(Statement):
    """`schedule warmup(5%) then cosine(to = 0)`: the learning rate over time.

    Schedules joined by `then` follow one another. Each lasts as long as its `over` says, the last
    one for the rest of the run, and counts time from its own start. Each begins from the rate of
    the optimiser, not from where the one before it has led.
    """

    schedule: tuple[Schedule, ...] = arg(
        "word",
        category="schedules",
        sequence=True,
        doc="learning rate over time, or several joined by `then`",
    )


class SourceStatement(Statement):
    """`source csv("digits.csv.gz", target = "label")`: all examples, to be split."""

    block: ClassVar[str] = "data"
    source: Definition = arg("word", category="sources", doc="where the examples come from")


class TrainSource(Statement):
    """`train npz("train.npz", ...)`: the training set, where the sets are given apart."""

    block: ClassVar[str] = "data"
    source: Definition = arg("word", category="sources", doc="the training set")


class DevSource(Statement):
    """`dev npz("dev.npz", ...)`: the dev set, where the sets are given apart."""

    block: ClassVar[str] = "data"
    source: Definition = arg("word", category="sources", doc="the dev set")


class TestSource(Statement):
    """`test npz("test.npz", ...)`: the test set, where the sets are given apart."""

    block: ClassVar[str] = "data"
    source: Definition = arg("word", category="sources", doc="the test set")


class SplitStatement(Statement):
    """`split train = 80%, dev = 10%, test = 10%`: shares of the examples, drawn at random."""

    block: ClassVar[str] = "data"
    train: float = arg("float", above=0, at_most=1, doc="share that is trained on")
    dev: float = arg("float", 0.0, at_least=0, below=1, doc="share that decisions are made on")
    test: float = arg("float", 0.0, at_least=0, below=1, doc="share that is looked at once")
    seed: int = arg("int", 1, at_least=0, keyword=True, doc="of the draw")
    stratify: bool = arg("bool", False, keyword=True, doc="keep the shares of the classes")
    shuffle: bool = arg(
        "bool",
        True,
        keyword=True,
        doc="draw at random; else train comes first in the file, test last",
    )

    @property
    def shares(self) -> tuple[float, float, float]:
        """Those of train, dev and test."""
        return self.train, self.dev, self.test


class NormalizeStatement(Statement):
    """`normalize standard`: inputs brought to one scale, measured on the training set alone."""

    block: ClassVar[str] = "data"
    normalizer: Definition = arg("word", category="normalizers", doc="how inputs are scaled")


class TrialsStatement(Statement):
    """`trials 60`: how many settings a search tries."""

    block: ClassVar[str] = "search"
    trials: int = arg("int", at_least=1, at_most=1_000_000, doc="settings to try")


class RoundsStatement(Statement):
    """`rounds 2`: coarse first, then again inside the best region."""

    block: ClassVar[str] = "search"
    rounds: int = arg("int", at_least=1, at_most=100, doc="rounds, each in a smaller region")


class ObjectiveStatement(Statement):
    """`objective min(dev.cost)`: what makes one setting better than another."""

    block: ClassVar[str] = "search"
    objective: Objective = arg("objective", doc="`min` or `max` of a result")


class TargetStatement(Statement):
    """`target input`: what the target is, where the loss does not settle it."""

    block: ClassVar[str] = "data"
    target: Target = arg("word", category="targets", doc="what is learnt")


class AugmentStatement(Statement):
    """`augment flip, shift(2), noise(0.1)`: changes of the inputs of every training batch."""

    block: ClassVar[str] = "data"
    changes: tuple[Definition, ...] = arg(
        "word", category="augmentations", many=True, doc="changes, one after the other"
    )


BLOCKS: dict[str, dict[str, type[Statement]]] = {
    "": {
        "spec": SpecVersion,
        "init": InitStatement,
        "loss": LossStatement,
        "regularize": RegularizeStatement,
        "optimizer": OptimizerStatement,
        "schedule": ScheduleStatement,
    },
    "data": {
        "source": SourceStatement,
        "train": TrainSource,
        "dev": DevSource,
        "test": TestSource,
        "split": SplitStatement,
        "normalize": NormalizeStatement,
        "target": TargetStatement,
        "augment": AugmentStatement,
    },
    "train": {
        "run": RunStatement,
        "batch": BatchStatement,
        "seed": SeedStatement,
        "shuffle": ShuffleStatement,
        "precision": PrecisionStatement,
        "clip": ClipStatement,
        "stop": StopStatement,
        "metrics": MetricsStatement,
        "log": LogStatement,
        "checkpoint": CheckpointStatement,
    },
    "search": {
        "trials": TrialsStatement,
        "rounds": RoundsStatement,
        "objective": ObjectiveStatement,
    },
}
"""Statements with plain arguments, by the block that they stand in."""

STRUCTURE = {
    "let": "`let width = 64`: a name for a value",
    "use": '`use "blocks.dl"`: the lets and blocks of another file of the project',
    "search": "which values a search tries, how many, and what it looks for",
    "data": "where the examples come from, how they are split and scaled",
    "network": "the layers, in order",
    "block": "`block unit(size, rate = 0.9) { ... }`: layers under a name, with parameters",
    "train": "how long, in which batches, with which seed",
    "expect": "claims that are checked: shapes, sizes, results",
    "variant": "a named set of statements that replace those of the file",
}
"""Statements of the top of the file that have a form of their own, with a line each."""
