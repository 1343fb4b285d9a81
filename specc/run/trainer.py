"""Training as a generator of events.

The loop knows nothing of files or screens. Commands are taken between steps; what is measured, and
when, depends on the plan alone and never on the clock, so that watching or pausing cannot change a
result.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.run.batches import Feed
from specc.run.control import Command, Control
from specc.run.data import Dataset
from specc.run.events import (
    Diverged,
    Evaluated,
    Event,
    Finished,
    Metrics,
    Paused,
    RateChanged,
    Resumed,
    Started,
    Steps,
)
from specc.run.plateau import Plateau
from specc.run.probe import Probe
from specc.run.program import Program
from specc.run.settings import Settings, Watch

TRAIN_LIMIT = 10_000
"""Examples of the training set that are measured while training; all of them at the end."""
BLOCK_SECONDS = 0.05
BLOCK_STEPS = 1024


@dataclass(slots=True)
class Best:
    """The best state so far, by the watched result or else the cost of dev (or train)."""

    value: float = math.inf
    step: int = -1
    epoch: float = 0.0
    train: Metrics = field(default_factory=dict)
    dev: Metrics | None = None
    tensors: dict[str, NDArray[Any]] = field(default_factory=dict)


Judge = Callable[[dict[str, Metrics | None]], tuple[dict[str, Any], ...]]


def _nothing(regular: bool) -> Iterator[Event]:
    """Nobody keeps this run."""
    return iter(())


def _quietly(events: Iterator[Event]) -> Iterator[Event]:
    """The events, made without NumPy's warnings: overflow and NaN are looked for after every
    step and end the run in words. Between two events the caller's own settings hold.
    """
    while True:
        with np.errstate(all="ignore"):
            event = next(events, None)
        if event is None:
            return
        yield event


class Trainer:
    """Runs a program on a dataset; iterate over `run()` for its events. Who records the run puts
    what writes the present state in `save`: it is asked to when that is due by the settings (then
    with True), and whenever a viewer wants to see it.
    """

    def __init__(
        self,
        program: Program,
        dataset: Dataset,
        batches: Feed,
        settings: Settings,
        control: Control | None = None,
        judge: Judge | None = None,
        probe: Probe | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.program = program
        self.dataset = dataset
        self.batches = batches
        self.settings = settings
        self.control = control or Control()
        self.judge = judge
        self.probe = probe
        self.save: Callable[[bool], Iterator[Event]] = _nothing
        self.clock = clock
        self.done = 0
        self.best = Best()
        slowing = settings.slowing
        self.plateau: Plateau | None = None
        if slowing is not None:
            self.plateau = Plateau(slowing.patience, slowing.delta, slowing.first, slowing.last)
        self.spent = 0.0
        self._seen = 0
        self._before = 0.0
        self._saved = 0.0
        self._manual: float | None = None
        self._stop: str | None = None
        self._pause_at: int | None = None
        self._costs: list[float] = []
        self._rates: list[float] = []
        self._times: list[float] = []

    def resume(self, step: int, spent: float, best: Best) -> None:
        """Go on after `step` updates; the program's tensors are restored by the caller."""
        self.done, self.spent, self.best = step, spent, best
        self._before = self._saved = spent

    def run(self) -> Iterator[Event]:
        """All events of the run, the last one `Finished`."""
        return _quietly(self._events())

    def _events(self) -> Iterator[Event]:
        s = self.settings
        yield Started(
            s.directory,
            self.done,
            s.steps if s.seconds is None else 0,
            s.steps / s.steps_per_epoch if s.seconds is None else 0.0,
            s.steps_per_epoch,
            s.batch,
            self.dataset.sizes,
            int(self.program.theta.size),
        )
        if self.done == 0:
            yield self._evaluate()
            yield from self._look(None)
        diverged: Diverged | None = None
        for event in self._train():
            yield event
            if isinstance(event, Diverged):
                diverged = event
        yield from self._flush()
        yield self._finish(diverged)

    def _train(self) -> Iterator[Event]:
        s, clock, control = self.settings, self.clock, self.control
        anytime = not s.saving.measured
        rate_of = self.program.module.learning_rate
        epochs = s.steps / s.steps_per_epoch
        started = clock() - self.spent
        flushed = clock()
        if self.done and self.done % s.evaluate_every == 0 and self._patience_over():
            return  # it was killed between its last update and its end
        while self.done < s.steps and self._stop is None:
            epoch, within = divmod(self.done, s.steps_per_epoch)
            for X, T in self.batches.epoch(epoch, within):
                if control.waiting or self._pause_at == self.done:
                    since = clock()
                    yield from self._obey()
                    started += clock() - since
                    if self._stop is not None:
                        return
                rate = self._manual
                if rate is None:
                    drops = () if self.plateau is None else (self.plateau.drops,)
                    rate = rate_of(self.done, epoch, s.steps, epochs, s.steps_per_epoch, *drops)
                due = (self.done + 1) % s.evaluate_every == 0 or self.done + 1 == s.steps
                looks = due and self.probe is not None and self._looks_at(self.done + 1)
                before = self.program.theta.copy() if looks else None
                cost = self.program.step(len(X))(X.T, T.T, rate, self.done + 1)
                now = clock()
                self._costs.append(cost)
                self._rates.append(rate)
                self._times.append(now - started)
                self.done += 1
                self._seen += len(X)
                self.spent = now - started
                if not math.isfinite(cost):
                    yield from self._flush()
                    yield self._diverged(cost)
                    return
                if now - flushed > BLOCK_SECONDS or len(self._costs) >= BLOCK_STEPS:
                    yield from self._flush()
                    flushed = now
                if due:
                    yield from self._flush()
                    event = self._evaluate()
                    yield event
                    if looks:
                        yield from self._look(before)
                    if self.program.first_not_finite() is not None:
                        yield self._diverged(math.nan)
                        return
                    if self._patience_over():
                        return
                if (due or anytime) and self._must_save():
                    yield from self._flush()
                    yield from self.save(True)
                if s.seconds is not None and self.spent >= s.seconds:
                    self._stop = f"the time of {s.seconds:g} seconds is over"
                if self.done >= s.steps or self._stop is not None:
                    break

    def _obey(self) -> Iterator[Event]:
        """Take commands; returns when training may go on."""
        paused = False
        if self._pause_at == self.done:
            self._pause_at, paused = None, True
            yield from self._flush()
            yield Paused(self.done)
        while True:
            command = self.control.take(None if paused else 0)
            if command is None:
                if paused:
                    continue
                return
            if command.verb == "pause" and not paused:
                paused = True
                yield from self._flush()
                yield Paused(self.done)
            elif command.verb == "stop":
                self._stop = "stopped by hand"
                return
            elif command.verb == "checkpoint":
                for _ in self.save(False):
                    pass  # it is no event of the run
            elif command.verb == "rate":
                self._manual = command.value
                yield RateChanged(self.done, command.value)
            elif command.verb in ("resume", "step", "epoch"):
                self._pause_at = self._target(command)
                if paused:
                    yield Resumed(self.done)
                if not self.control.waiting:
                    return
                paused = False

    def _target(self, command: Command) -> int | None:
        if command.verb == "step":
            return self.done + int(command.value)
        if command.verb == "epoch":
            per = self.settings.steps_per_epoch
            return (self.done // per + 1) * per
        return None

    def _flush(self) -> Iterator[Event]:
        if self._costs:
            first = self.done - len(self._costs)
            yield Steps(first, tuple(self._costs), tuple(self._rates), tuple(self._times))
            self._costs, self._rates, self._times = [], [], []

    def _evaluate(self) -> Evaluated:
        train = self.program.evaluate(self.dataset.train, TRAIN_LIMIT).metrics
        part = self.dataset.dev
        dev = None if part is None else self.program.evaluate(part).metrics
        epoch = self.done / self.settings.steps_per_epoch
        if self.plateau is not None:
            self.plateau.see(self.done, self._watched(self.settings.slowing, train, dev))
        value = self._watched(self.settings.watch, train, dev)
        delta = self.settings.watch.delta if self.settings.watch else 0.0
        better = value < self.best.value - delta or (self.best.step < 0 and math.isfinite(value))
        if better:
            self.best = Best(value, self.done, epoch, train, dev, self.program.snapshot())
        return Evaluated(self.done, epoch, self.spent, train, dev, better)

    def _must_save(self) -> bool:
        """Whether a checkpoint is due; never of a state that is lost."""
        saving = self.settings.saving
        by_steps = saving.steps is not None and self.done % saving.steps == 0
        late = self.spent - self._saved >= saving.seconds
        # The next update would find it, and how often the state is written changes no result.
        if not (by_steps or late) or self.program.first_not_finite() is not None:
            return False
        self._saved = self.spent
        return True

    def _looks_at(self, step: int) -> bool:
        return step % self.settings.probe_every == 0 or step == self.settings.steps

    def _look(self, before: NDArray[Any] | None) -> Iterator[Event]:
        """What the probe sees, `before` being theta before the last update."""
        if self.probe is not None:
            epoch = self.done / self.settings.steps_per_epoch
            yield self.probe.look(self.done, epoch, before)

    def _watched(self, watch: Watch | None, train: Metrics, dev: Metrics | None) -> float:
        """The watched result, turned so that smaller is better."""
        if watch is None:
            return (dev or train)["cost"]
        value = (train if watch.part == "train" or dev is None else dev)[watch.metric]
        return value if watch.better == "min" else -value

    def _patience_over(self) -> bool:
        watch = self.settings.watch
        if watch is None or self.done - self.best.step < watch.patience:
            return False
        self._stop = (
            f"{watch.part}.{watch.metric} has not improved for {self.done - self.best.step} steps"
        )
        return True

    def _diverged(self, cost: float) -> Diverged:
        name = self.program.first_not_finite()
        step = self.done - 1
        if name is None:
            layer, tensor = "loss", "cost"
            message = (
                f"the cost of step {step} is {cost:g} although all parameters are finite: "
                "the output grew too large"
            )
        else:
            layer, _, tensor = name.removeprefix("running.").partition(".")
            message = f"{name} is not finite at step {step}"
        return Diverged(step, layer, tensor, message)

    def _finish(self, diverged: Diverged | None) -> Finished:
        status, reason = "finished", "all steps are done"
        if diverged is not None:
            status, reason = "diverged", diverged.message
        elif self._stop is not None:
            status, reason = "stopped", self._stop
        found: dict[str, Metrics | None] = dict.fromkeys(("train", "dev", "test"))
        matrices: dict[str, list[list[int]]] = {}
        for name, part in self.dataset.parts.items():
            evaluation = self.program.evaluate(part, classes=self.settings.classes)
            found[name] = evaluation.metrics
            if evaluation.confusion is not None:
                matrices[name] = evaluation.confusion.tolist()
        best = None
        if self.best.step >= 0:
            best = {
                "step": self.best.step,
                "epoch": self.best.epoch,
                "train": self.best.train,
                "dev": self.best.dev,
            }
        return Finished(
            status,
            reason,
            self.done,
            self.done / self.settings.steps_per_epoch,
            self.spent,
            self._seen / max(self.spent - self._before, 1e-9),
            found["train"] or {},
            found["dev"],
            found["test"],
            best,
            self.judge(found) if self.judge is not None else (),
            matrices,
        )
