"""What a viewer knows about a run, and the pure step from there to what it knows after more news.

No Textual here: the screens, the plain frame and the tests share this view.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from specc.run.events import (
    Checkpointed,
    Diverged,
    Evaluated,
    Event,
    Finished,
    Paused,
    Probed,
    RateChanged,
    Resumed,
    Started,
    Steps,
    Warned,
)
from specc_tui.figures import brief
from specc_tui.header import Header
from specc_tui.inside import Inside, read_inside
from specc_tui.news import News, no_records
from specc_tui.smoothing import NOTHING, Carry, smooth
from specc_tui.thinning import CAPACITY, WEIGHT, fitting, single, smooth_thinned, thin
from specc_tui.track import Track

Phase = Literal["starting", "training", "paused", "finished", "stopped", "diverged"]
ENDED = ("finished", "stopped", "diverged")

LOG_LENGTH = 500
EVALUATIONS = 50_000
"""Evaluations and log lines that are kept; a run of ours has far fewer."""

RECENT_SECONDS = 5.0
"""Training time over which the speed is measured."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything known. `records` and `smoothed` have one element per recorded update; of a run
    with more than fit, `stride` > 1 steps leave some, and `weights` what each of them stands for.
    """

    header: Header | None = None
    phase: Phase = "starting"
    records: Track = field(default_factory=lambda: Track(no_records()))
    smoothed: Track = field(default_factory=lambda: Track(np.empty(0)))
    stride: int = 1
    weights: Track = field(default_factory=lambda: Track(np.empty(0, WEIGHT)))
    carry: Carry = NOTHING
    smoothing: float = 0.9
    evaluations: tuple[Evaluated, ...] = ()
    probes: tuple[Inside, ...] = ()
    best: Evaluated | None = None
    changes: tuple[RateChanged, ...] = ()
    diverged: Diverged | None = None
    finished: Finished | None = None
    event_step: int = 0
    log: tuple[tuple[int | None, str], ...] = ()
    problem: str = ""
    modified: float | None = None

    @property
    def step(self) -> int:
        """Updates done, as far as the run has told."""
        last = int(self.records.values[-1]["step"]) if len(self.records) else 0
        return self.event_step if self.finished else max(last, self.event_step)

    @property
    def steps(self) -> int:
        """Updates of the whole run; 0 where the run does not say."""
        return self.header.steps if self.header else 0

    @property
    def epoch(self) -> float:
        if self.header is None or not self.header.steps_per_epoch:
            return math.nan
        return self.step / self.header.steps_per_epoch

    @property
    def ended(self) -> bool:
        return self.phase in ENDED

    @property
    def latest(self) -> NDArray[Any] | None:
        """The newest record."""
        return self.records.values[-1] if len(self.records) else None

    @property
    def rate(self) -> float:
        """The learning rate of the next update, as far as it is known: that of the newest record,
        unless another was set since. NaN without a record."""
        latest = self.latest
        if latest is None:
            return math.nan
        set_since = self.changes and self.changes[-1].step > int(latest["step"])
        return self.changes[-1].rate if set_since else float(latest["rate"])

    @property
    def steps_per_second(self) -> float:
        """Updates per second of training time, over the last seconds; NaN while unknown."""
        records = self.records.values
        if len(records) < 2:
            return math.nan
        seconds = records["seconds"]
        begin = int(np.searchsorted(seconds, seconds[-1] - RECENT_SECONDS))
        begin = max(0, min(begin, len(records) - 2))
        passed = float(seconds[-1]) - float(seconds[begin])
        done = float(records["step"][-1]) - float(records["step"][begin])
        return done / passed if passed > 0 else math.nan

    @property
    def remaining(self) -> float:
        """Seconds to the end of the run at the present speed; NaN while unknown."""
        if not self.steps or self.phase != "training":
            return math.nan
        speed = self.steps_per_second
        return (self.steps - self.step) / speed if speed > 0 else math.nan


def reduce(view: View, news: News) -> View:
    """What is known after the news."""
    if news.reset:
        view = View(smoothing=view.smoothing, log=view.log)
    if news.header is not None:
        phase: Phase = "training" if view.phase == "starting" else view.phase
        view = replace(view, header=news.header, phase=phase)
    if len(news.records):
        view = _with_records(view, news.records)
    if news.events:
        view = _with_events(view, news.events)
    if news.notes:
        view = replace(view, log=_kept(view.log, [(None, note) for note in news.notes]))
    modified = view.modified if news.modified is None else news.modified
    return replace(view, problem=news.problem, modified=modified)


def with_smoothing(view: View, beta: float) -> View:
    """The same view with another smoothing of the training cost."""
    return _smoothed_anew(replace(view, smoothing=beta))


def _smoothed_anew(view: View) -> View:
    records = view.records.values
    if view.stride == 1 or not len(records):
        values, carry = smooth(records["cost"], view.smoothing)
    else:
        values, carry = smooth_thinned(records, view.weights.values, view.smoothing, NOTHING)
    return replace(view, smoothed=Track(values), carry=carry)


def _with_records(view: View, block: NDArray[Any]) -> View:
    """Append records. A run that went on from a checkpoint writes steps again: the later record
    holds."""
    steps = block["step"]
    if not (steps[1:] > steps[:-1]).all():
        later = np.minimum.accumulate(steps[::-1])[::-1]
        block = block[np.append(steps[:-1] < later[1:], True)]
    first = block["step"][0]
    if len(view.records) and first <= view.records.values["step"][-1]:
        length = int(np.searchsorted(view.records.values["step"], first))
        kept = replace(view, records=view.records.cut(length), weights=view.weights.cut(length))
        view = _smoothed_anew(kept)
    if view.stride == 1:
        values, carry = smooth(block["cost"], view.smoothing, view.carry)
        weights = view.weights
    else:
        block, each = thin(block, None, view.stride)
        values, carry = smooth_thinned(block, each, view.smoothing, view.carry)
        weights = view.weights.extended(each)
    grown = replace(
        view,
        records=view.records.extended(block),
        smoothed=view.smoothed.extended(values),
        weights=weights,
        carry=carry,
    )
    return _thinned(grown) if len(grown.records) > CAPACITY else grown


def _thinned(view: View) -> View:
    """Half as many records, or fewer."""
    records = view.records.values
    weights = single(records) if view.stride == 1 else view.weights.values
    records, weights, stride = fitting(records, weights, view.stride)
    thinner = replace(view, records=Track(records), weights=Track(weights), stride=stride)
    return _smoothed_anew(thinner)


def _with_events(view: View, events: tuple[Event, ...]) -> View:
    """Take in events one by one; evaluations and log lines are gathered and joined once."""
    evaluations: list[Evaluated] = list(view.evaluations)
    probes: list[Inside] = list(view.probes)
    log: list[tuple[int | None, str]] = []
    for event in events:
        match event:
            case Started(step=step):
                evaluations = [e for e in evaluations if e.step <= step]
                probes = [p for p in probes if p.step <= step]
                changes = tuple(c for c in view.changes if c.step <= step)
                best = next((e for e in reversed(evaluations) if e.best), None)
                view = replace(
                    view,
                    phase="training",
                    event_step=step,
                    finished=None,
                    diverged=None,
                    best=best,
                    changes=changes,
                )
                if step:
                    log.append((step, "went on from a checkpoint"))
            case Evaluated(step=step, best=best_so_far):
                evaluations.append(event)
                view = replace(
                    view,
                    event_step=max(view.event_step, step),
                    best=event if best_so_far is True else view.best,
                )
            case Probed():
                probes.append(read_inside(event))
            case Paused(step=step):
                view = replace(view, phase="paused", event_step=step)
            case Resumed():
                view = replace(view, phase="training")
            case RateChanged(step=step, rate=rate):
                view = replace(view, changes=(*view.changes, event)[-EVALUATIONS:])
                log.append((step, f"learning rate set to {brief(rate)} by hand"))
            case Checkpointed(step=step, name=name):
                log.append((step, f"checkpoint {name} written"))
            case Warned(step=step, message=message):
                log.append((step, f"warning: {message}"))
            case Diverged(step=step, message=message):
                view = replace(view, phase="diverged", diverged=event, event_step=step)
                log.append((step, f"diverged: {message}"))
            case Finished():
                view = _finished(view, event, log)
            case Steps():
                pass  # Per-step numbers come through `steps.bin`.
    return replace(
        view,
        evaluations=tuple(evaluations[-EVALUATIONS:]),
        probes=tuple(probes[-EVALUATIONS:]),
        log=_kept(view.log, log),
    )


def _finished(view: View, event: Finished, log: list[tuple[int | None, str]]) -> View:
    phase: Phase = "finished"
    if event.status in ("stopped", "diverged"):
        phase = "stopped" if event.status == "stopped" else "diverged"
    log.append((event.steps, f"{phase}: {event.reason}" if event.reason else phase))
    for claim in event.expect:
        verdict = "holds" if claim.get("holds") is True else "does not hold"
        log.append((event.steps, f"expectation {claim.get('claim', '')} {verdict}"))
    return replace(view, phase=phase, finished=event, event_step=event.steps)


def _kept(
    log: tuple[tuple[int | None, str], ...], more: list[tuple[int | None, str]]
) -> tuple[tuple[int | None, str], ...]:
    return (*log, *more)[-LOG_LENGTH:]
