"""Training batches with random changes, on their way from `Batches` to the step.

What is drawn is a pure function of (seed, "augment", step, place in the list), where the step
counts batches over all epochs: a run that resumes anywhere sees the bytes that it would have seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from numpy.typing import NDArray

from specc.library.augmentation import Augmentation
from specc.run.batches import Batch, Batches
from specc.run.randomness import generator, rewind


class Augmented:
    """Batches whose inputs went through `augment`; their examples and order stay.

    Args:
        batches: Where they come from; nothing is written to them.
        changes: What is done, one after the other.
        shape: The axes of one example, (height, width, channels) of a picture.
        seed: Of the run.
    """

    def __init__(
        self,
        batches: Batches,
        changes: Sequence[Augmentation],
        shape: tuple[int, ...],
        seed: int,
    ) -> None:
        self.batches = batches
        self.changes = tuple(changes)
        self._shape = shape
        self._random = generator(seed, "augment")
        self._spoils = any(change.spoils for change in self.changes)
        self._own_target = batches.part.T is batches.part.X

    def epoch(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The batches of an epoch from number `start` on."""
        first = epoch * self.batches.steps + start
        for step, (X, T) in enumerate(self.batches.epoch(epoch, start), first):
            changed = self._changed(X, step)
            if self._own_target:
                T = self._changed(X, step, target=True) if self._spoils else changed
            yield changed, T

    def _changed(self, X: NDArray[Any], step: int, *, target: bool = False) -> NDArray[Any]:
        """The examples of a step; with `target` as what they are learnt to be."""
        x = X.reshape(len(X), *self._shape) if self._shape else X
        x = x.copy()
        for place, change in enumerate(self.changes):
            if not (target and change.spoils):
                x = change.apply(x, rewind(self._random, step, place))
        return x.reshape(X.shape)
