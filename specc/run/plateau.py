"""How often a watched result has stopped improving: one of the trainer's counters.

It looks at evaluations alone, never at the clock, so a run that is paused or watched counts the
same. Its state is three numbers, which a checkpoint keeps.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass


@dataclass(slots=True)
class Plateau:
    """Counts `drops`.

    patience: updates without an improvement by more than `delta`, after which one is counted and
    the wait begins anew. first, last: the updates between which results count.
    """

    patience: int
    delta: float
    first: int = 0
    last: float = math.inf
    best: float = math.inf
    since: int = 0
    drops: int = 0

    def see(self, step: int, value: float) -> None:
        """A result after `step` updates, turned so that smaller is better."""
        if not self.first <= step <= self.last:
            return
        if value < self.best - self.delta or self.best == math.inf:
            self.best, self.since = value, step
        elif step - self.since >= self.patience:
            self.drops, self.since = self.drops + 1, step

    def dump(self) -> str:
        """The state as text."""
        return json.dumps([repr(self.best), self.since, self.drops])

    def load(self, text: str) -> None:
        """The state of `dump`.

        Raises:
            ValueError: the text is none.
        """
        try:
            best, since, drops = json.loads(text)
            self.best, self.since, self.drops = float(best), int(since), int(drops)
        except (TypeError, ValueError):
            raise ValueError("the state of the schedule is damaged") from None
