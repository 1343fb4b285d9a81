"""How long a run is, and how often it measures, looks inside and writes its state: the durations of
a spec as numbers of updates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

from specc.diag.diagnostic import Diagnostic, Help, RunError
from specc.driver import Compilation
from specc.elaborate.rates import duration, watching
from specc.lang.bound import TrainUse
from specc.library.clock import Duration
from specc.library.words import Metric, Schedule
from specc.run.settings import Saving, Settings, Watch

EVALUATIONS = 200
"""Measurements of a run whose spec does not say how often to measure."""
PROBES = 100
"""Looks inside the network, spread over the measurements of a run."""
CHECKPOINT_SECONDS = 10.0
"""Of training, after which the next measurement writes a checkpoint unless the spec says more: a
kill loses at most the updates of this time, and those up to the measurement.
"""


def settings(
    compilation: Compilation, examples: int, batch: int, directory: str, classes: int
) -> Settings:
    """The settings of a run.

    Args:
        compilation: The spec.
        examples: The size of the training set.
        batch: Examples per update.
        directory: Where the run is recorded.
        classes: How many classes are told apart at its end.

    Raises:
        RunError: E0206, a duration is no number of updates.
    """
    train = compilation.bound.train
    per_epoch = -(-examples // batch)
    run = train.run
    seconds = run.amount if run.unit == "seconds" else None
    steps = 2**62 if seconds is not None else _steps(run, per_epoch, 0)
    metrics = compilation.model.metrics
    watch = None if train.stop is None else _watch(train.stop, metrics, per_epoch, steps)
    slowing = _slowing(compilation.bound.schedule, metrics, per_epoch, steps)
    if train.log is not None:
        every = _steps(train.log, per_epoch, steps)
    elif watch is not None or slowing is not None or seconds is not None:
        every = per_epoch
    else:
        every = per_epoch * max(1, steps // per_epoch // EVALUATIONS)
    every = max(1, every)
    looks = 1 if seconds is not None else -(-steps // every // PROBES)
    return Settings(
        directory,
        batch,
        steps,
        per_epoch,
        every,
        every * looks,
        seconds,
        watch,
        classes,
        slowing,
        _saving(train, per_epoch, steps),
    )


def _saving(train: TrainUse, per_epoch: int, steps: int) -> Saving:
    """When a checkpoint is due."""
    every = None if train.checkpoint is None else train.checkpoint.every
    if every is None:
        return Saving(seconds=CHECKPOINT_SECONDS, measured=True)
    if every.unit == "seconds":
        return Saving(seconds=every.amount)
    if every.unit == "share" and train.run.unit == "seconds":
        return Saving(seconds=every.amount * train.run.amount)
    return Saving(steps=_steps(every, per_epoch, steps))


def _watch(
    watcher: Any,
    metrics: Sequence[Metric],
    per_epoch: int,
    steps: int,
    first: int = 0,
    last: float = math.inf,
) -> Watch:
    """What a rule with `on`, `patience` and `delta` looks at, counted in updates."""
    part, _, metric = watcher.on.partition(".")
    patience = _steps(watcher.patience, per_epoch, steps)
    return Watch(part, metric, patience, watcher.delta, better(metric, metrics), first, last)


def _slowing(
    schedules: tuple[Schedule, ...], metrics: Sequence[Metric], per_epoch: int, steps: int
) -> Watch | None:
    """What the learning rate waits for, from the start of the schedule that does to its end."""
    begun = 0
    for schedule in schedules:
        delay, over = (
            0 if time is None else _steps(time, per_epoch, steps)
            for time in (duration(schedule, "delay"), duration(schedule, "over"))
        )
        if schedule in watching(schedules):
            first = begun + delay
            last = first + over if over else math.inf
            return _watch(schedule, metrics, per_epoch, steps, first, last)
        begun += delay + over
    return None


def better(result: str, metrics: Sequence[Metric]) -> Literal["min", "max"]:
    """Whether a small or a large value of a result such as `cost` or `accuracy` is good."""
    return next((m.better for m in metrics if m.word == result), "min")


def _steps(duration: Duration, per_epoch: int, whole: int) -> int:
    """A duration in updates."""
    if duration.unit == "epochs":
        return max(1, math.ceil(duration.amount * per_epoch - 1e-9))
    if duration.unit == "steps":
        return max(1, round(duration.amount))
    if duration.unit == "share":
        return max(1, round(duration.amount * whole))
    raise RunError(
        Diagnostic(
            "E0206", f"{duration} is no number of steps", helps=(Help("give epochs or steps"),)
        )
    )
