"""What rules look at: the spec in all its stages, the flow of its network, and its length in
updates.
"""

from __future__ import annotations

import math

from specc.elaborate.proof import Proof
from specc.lang.bound import Bound
from specc.lang.memo import Memo
from specc.lang.spec import Spec, Statement
from specc.library.clock import Duration
from specc.library.registry import Registry
from specc.library.statements import SplitStatement
from specc.lint.flow import Flow, trace
from specc.lint.scalars import Draw


class Facts:
    """One spec that compiles, for one variant.

    file: the statements of the file, variants among them. spec: those of the variant at hand.
    examples: the size of the training set where the spec says it. batch: examples per update, None
    where all are taken and their number is not known. per_epoch, planned: updates, where known.
    draws: how weights are drawn, as far as rules asked.
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
        network, draws = memo.get(proof.built, Facts) or (trace(bound, proof.forward.rows), {})
        self.flow: Flow = network
        self.draws: dict[object, Draw | None] = draws
        memo.put((network, draws), proof.built, Facts, layers=len(network.nodes))
        self.examples = examples = _examples(bound)
        self.batch = batch = _batch(bound.train.batch, examples)
        self.per_epoch: int | None = None
        if bound.train.batch is None:
            self.per_epoch = 1
        elif examples is not None and batch is not None:
            self.per_epoch = -(-examples // batch)
        self.planned = self.updates(bound.train.run)

    def statement(self, *path: str) -> Statement | None:
        """The statement `batch` of the block `train`, for example."""
        inside: tuple[Statement, ...] = self.spec.statements
        found: Statement | None = None
        for word in path:
            found = next((s for s in inside if s.word == word and s.claim is None), None)
            if found is None:
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


def _batch(wanted: int | None, examples: int | None) -> int | None:
    if examples is None or wanted is None:
        return wanted if wanted is not None else examples
    return min(wanted, examples)


def updates_of(epochs: float, per_epoch: int) -> int:
    """Updates of so many epochs, as the trainer counts them."""
    return max(1, math.ceil(epochs * per_epoch - 1e-9))


def _examples(bound: Bound) -> int | None:
    """The size of the training set: a generator says how many points it makes."""
    source = bound.data.source or bound.data.train
    count = getattr(source, "n", None)
    if not isinstance(count, int):
        return None
    split = bound.data.split
    return count if split is None else train_size(count, split)


def train_size(examples: int, split: SplitStatement) -> int | None:
    """How many examples `split` gives to train: shares rounded by largest remainder, as
    `run.split.sizes`, which needs NumPy; None where a part would be empty, which is an error then.
    """
    shares = (split.train, split.dev, split.test)
    exact = [examples * share for share in shares]
    counts = [int(x + 1e-6) for x in exact]
    total = sum(shares)
    whole = examples if total >= 1 - 1e-9 else int(examples * total + 1e-6)
    order = sorted(range(3), key=lambda i: counts[i] - exact[i])
    for i in order[: max(whole - sum(counts), 0)]:
        counts[i] += 1
    empty = any(not count and share for count, share in zip(counts, shares, strict=True))
    return None if empty else counts[0]
