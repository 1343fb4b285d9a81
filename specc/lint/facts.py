"""What rules look at: the spec in all its stages, the flow of its network, and its length in
updates.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from specc.elaborate.proof import Proof
from specc.ir.builder import Builder
from specc.lang.bound import Bound
from specc.lang.memo import Memo
from specc.lang.spec import Spec, Statement
from specc.library.clock import Duration
from specc.library.registry import Registry
from specc.library.shares import empty_part, part_sizes
from specc.library.training import FEW
from specc.library.words import Regularizer
from specc.lint.flow import Flow, Node, trace
from specc.lint.scalars import Draw, drawn
from specc.model import Parameter

SHARED = 8
"""Layers whose nodes here are as large as one layer: most of what they hold others hold too."""
Start = tuple[Node, Parameter, Draw]


class Facts:
    """One spec that compiles, for one variant.

    file: the statements of the file, variants among them. spec: those of the variant at hand.
    examples: the size of the training set where the spec says it. some: whether `batch auto` is
    known to take some of them only. batch: examples per update, None where that is so, or where all
    are taken and their number is not known. per_epoch, planned: updates, where known.
    """

    def __init__(
        self,
        file: Spec,
        spec: Spec,
        proof: Proof,
        registry: Registry,
        memo: Memo | None = None,
    ) -> None:
        self.file = file
        self.spec = spec
        self.proof = proof
        self.bound = bound = proof.bound
        self.registry = registry
        self.memo = memo = memo or Memo()
        flow: Flow = memo.get(proof.built, Facts) or trace(bound, proof.forward.rows)
        memo.put(flow, proof.built, Facts, layers=len(flow.nodes) // SHARED)
        self.flow = flow
        self.examples = examples = _examples(bound)
        auto = bound.train.auto
        self.some = auto and examples is not None and examples > FEW
        self.batch = batch = None if self.some else _batch(bound.train.batch, examples)
        self.per_epoch: int | None = None
        if bound.train.batch is None and not self.some:
            self.per_epoch = None if auto and examples is None else 1
        elif examples is not None and batch is not None:
            self.per_epoch = -(-examples // batch)
        self.planned = self.updates(bound.train.run)

    @property
    def starts(self) -> tuple[Start, ...]:
        """The weights of layers that sum, once or at every step, with how they are drawn; those
        about which that is known.
        """
        parts = (drawn, self.proof.built, self.bound.init)
        found: tuple[Start, ...] | None = self.memo.get(*parts)
        if found is None:
            found = tuple(_starts(self.flow, self.proof, self.memo))
            self.memo.put(found, *parts, layers=len(found) // SHARED)
        return found

    @property
    def penalties(self) -> tuple[tuple[Regularizer, ...], ...]:
        """What penalises weights: each set of words that some of them have, once."""
        return self.proof.built.penalties(self.bound)

    def statement(self, *path: str) -> Statement | None:
        """The statement `batch` of the block `train`, for example."""
        inside: tuple[Statement, ...] = self.spec.statements
        found: Statement | None = None
        for word in path:
            for found in inside:
                if found.word == word and found.claim is None:
                    break
            else:
                return None
            inside = found.block or ()
        return found

    def updates(self, duration: Duration) -> int | None:
        """A duration in updates, None where that depends on the data or on the clock."""
        if duration.unit == "steps":
            return max(1, round(duration.amount))
        if duration.unit == "epochs" and self.per_epoch is not None:
            return updates_of(duration.amount, self.per_epoch)
        if duration.unit == "share" and self.planned is not None:
            return max(1, round(duration.amount * self.planned))
        return None


def _starts(flow: Flow, proof: Proof, memo: Memo) -> Iterator[Start]:
    known: dict[object, Draw | None] = {}
    weights: dict[str, list[Parameter]] = {}
    for p in proof.parameters:
        if p.weight:
            weights.setdefault(p.layer, []).append(p)
    for node in flow.nodes:
        if not (node.sums or node.recurs):
            continue
        for weight in weights.get(node.label, ()):
            # Deep networks repeat a few sizes.
            key = (weight.init, weight.shape, weight.fan)
            if key not in known:
                known[key] = _draw(weight, proof, memo)
            draw = known[key]
            if draw is not None:
                yield node, weight, draw


def _draw(weight: Parameter, proof: Proof, memo: Memo) -> Draw | None:
    at = (weight.shape, weight.fan)
    found: tuple[Draw | None] | None = memo.get(drawn, weight.init, at=at)
    if found is None:
        b = Builder()
        found = (drawn(b.graph(W=proof.draw(b, weight))),)
        memo.put(found, drawn, weight.init, at=at)
    return found[0]


def _batch(wanted: int | None, examples: int | None) -> int | None:
    if examples is None or wanted is None:
        return wanted if wanted is not None else examples
    return min(wanted, examples)


def updates_of(epochs: float, per_epoch: int) -> int:
    """Updates of so many epochs, as the trainer counts them."""
    return max(1, math.ceil(epochs * per_epoch - 1e-9))


def _examples(bound: Bound) -> int | None:
    """The size of the training set, which has some: a generator says how many points it makes."""
    source = bound.data.source or bound.data.train
    count = getattr(source, "n", None)
    if not isinstance(count, int):
        return None
    split = bound.data.split
    if split is None:
        return count
    empty = empty_part(count, split.shares, None)
    return None if empty is not None else part_sizes(count, split.shares)[0]
