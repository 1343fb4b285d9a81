"""What a training run is told: how long, how often it looks, and what ends it or slows it down."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Watch:
    """What `early` and `plateau` look at: stop, or slow down, after `patience` steps without an
    improvement by more than `delta`. Results before step `first` and behind `last` do not count.
    """

    part: str
    metric: str
    patience: int
    delta: float
    better: Literal["min", "max"] = "min"
    first: int = 0
    last: float = math.inf


@dataclass(frozen=True, slots=True)
class Saving:
    """When the state is written, beside the end of the run: after every `steps` updates, or when
    `seconds` of training have passed, which with `measured` waits for the next measurement.
    """

    steps: int | None = None
    seconds: float = math.inf
    measured: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """How long, how often, until when. `seconds` limits a run by time, then `steps` is an upper
    bound. Of the evaluations, those after every `probe_every` updates and the last look inside.
    `classes` is how many classes are told apart at the end, 0 for no confusion matrix. `slowing` is
    what the learning rate waits for. `saving` is when to write checkpoints.
    """

    directory: str
    batch: int
    steps: int
    steps_per_epoch: int
    evaluate_every: int
    probe_every: int
    seconds: float | None = None
    watch: Watch | None = None
    classes: int = 0
    slowing: Watch | None = None
    saving: Saving = Saving()
