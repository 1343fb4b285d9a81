"""A spec whose every word is found and every argument is checked: what elaboration starts from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from specc.diag.diagnostic import CompilerBug
from specc.diag.source import Source, Span
from specc.lang.spec import Binary, Call, Choices, Item, Name, Value
from specc.library.clock import Duration
from specc.library.define import Definition
from specc.library.statements import SplitStatement
from specc.library.training import CheckpointStatement
from specc.library.words import (
    Clip,
    Init,
    Layer,
    Loss,
    Metric,
    Objective,
    Optimizer,
    Regularizer,
    Schedule,
    Seed,
    Stop,
    Target,
)
from specc.record import Record, field


class Step(Record):
    """What all statements of `network` have in common.

    text: the statement as written, on one line. chain: the uses of blocks that led here, outermost
    first. claim: the sizes after `->`. alias: the name after `as`. items, names: the values as
    written, and what the names in them stand for, so that a message can say how a size came about.
    """

    text: str
    span: Span
    head: Span
    chain: tuple[Span, ...] = ()
    claim: tuple[int, ...] | None = None
    claim_span: Span | None = None
    alias: str | None = None
    items: tuple[Item, ...] = ()
    names: Mapping[str, Value | None] = field(default_factory=dict)


class LayerUse(Record):
    """A layer with its arguments."""

    step: Step
    layer: Layer


class Body(Record):
    """A block that was used, or a `repeat`: its steps run `count` times, names inside stay
    inside.
    """

    step: Step
    count: int
    body: tuple[NetworkStep, ...]


class Residual(Record):
    """What arrives is added to what the body makes of it."""

    step: Step
    body: tuple[NetworkStep, ...]


class From(Record):
    """The network goes on from a named value."""

    step: Step
    name: str
    name_span: Span


class Join(Record):
    """`add` or `concat`: one name joins what arrives, several names join each other."""

    step: Step
    kind: Literal["add", "concat"]
    names: tuple[tuple[str, Span], ...]


NetworkStep = LayerUse | Body | Residual | From | Join


class DataUse(Record):
    """The `data` block. `source` holds all examples, or `train` (and `dev`, `test`) are given
    apart.
    """

    span: Span
    source: Definition | None
    train: Definition | None
    dev: Definition | None
    test: Definition | None
    split: SplitStatement | None
    normalize: Definition | None
    target: Target | None = None
    augment: tuple[Definition, ...] = ()

    @property
    def gives_input(self) -> bool:
        """Whether the input is its own target."""
        return self.target is not None and self.target.task == "input"

    @property
    def has_dev(self) -> bool:
        return self.dev is not None or (self.split is not None and self.split.dev > 0)

    @property
    def has_test(self) -> bool:
        return self.test is not None or (self.split is not None and self.split.test > 0)


class TrainUse(Record):
    """The `train` block, with its defaults filled in.

    batch: None where the data decide: all examples, or with `auto` as many as `specc.batching`
    chooses for so many.
    """

    span: Span
    run: Duration
    batch: int | None
    seed: Seed
    shuffle: bool | Seed
    precision: str
    clip: Clip | None
    stop: Stop | None
    metrics: tuple[Metric, ...] | None
    log: Duration | None
    checkpoint: CheckpointStatement | None = None
    auto: bool = False


Known = float | tuple[int, ...]
"""What a claim is about: a number, or the sizes of a value."""


class Claim(Record):
    """One line of `expect`: `dev.accuracy >= 95%`, `train.accuracy - dev.accuracy <= 5%`,
    `output.shape == 10`, `memory <= 10 MB`.

    left: names of results, joined by + and -: the `subjects`. bound: what they are held against.
    """

    text: str
    left: Value
    operator: str
    bound: Known
    span: Span
    subjects: tuple[Name, ...]

    def value(self, result: Callable[[str], Known]) -> Known:
        """The left side, when every result has a value."""
        return _value(self.left, result)

    def holds(self, value: Known) -> bool:
        """Whether the claim is true of a value."""
        if isinstance(value, tuple) or isinstance(self.bound, tuple):
            return (value == self.bound) == (self.operator == "==")
        return {
            "<=": value <= self.bound,
            "<": value < self.bound,
            ">=": value >= self.bound,
            ">": value > self.bound,
            "==": value == self.bound,
            "!=": value != self.bound,
        }[self.operator]


def subjects(value: Value) -> Iterator[Name]:
    """The results that the left side of a claim is about."""
    if isinstance(value, Name):
        yield value
    elif isinstance(value, Binary):
        yield from subjects(value.left)
        yield from subjects(value.right)


def _value(value: Value, result: Callable[[str], Known]) -> Known:
    if isinstance(value, Name):
        return result(value.text)
    if not isinstance(value, Binary):
        raise CompilerBug("a claim is about names")
    left, right = _value(value.left, result), _value(value.right, result)
    if isinstance(left, tuple) or isinstance(right, tuple):
        raise CompilerBug("shapes were added")
    return left + right if value.operator == "+" else left - right


class SearchRange(Record):
    """A value that a search may change: where it stands and what it may become.

    path: `width` of a `let`, `network.dense.units`, `optimizer.optimizer.lr`, `network.unit.size`
    of a block. nominal: what stands before the range, a number or what a word came to.
    """

    path: str
    nominal: object
    domain: Call | Choices
    span: Span


class SearchUse(Record):
    """The `search` block, with its defaults filled in. `objective_span` is None where its default
    holds.
    """

    span: Span
    trials: int
    rounds: int
    objective: Objective
    objective_span: Span | None


class Bound(Record):
    """A whole spec, for one variant."""

    source: Source
    variant: str | None
    data: DataUse
    network: tuple[NetworkStep, ...]
    init: Init
    loss: Loss
    regularize: tuple[Regularizer, ...]
    optimizer: Optimizer
    schedule: tuple[Schedule, ...]
    train: TrainUse
    expect: tuple[Claim, ...]
    searches: tuple[SearchRange, ...]
    search: SearchUse | None = None

    def claims(self, result: str) -> bool:
        """Whether `expect` says something about a result."""
        return any(name.text == result for claim in self.expect for name in claim.subjects)
