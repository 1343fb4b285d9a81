"""Time in training: durations as a spec says them, the arguments of schedules that are about time,
and the clock that a schedule looks at.
"""

from __future__ import annotations

from typing import Any, Literal

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.ops import algebra as op
from specc.record import Record

Unit = Literal["epochs", "steps", "share", "seconds"]

COUNTED = ("epochs", "steps", "share")
"""Units of a duration that the clock on the wall has no part in."""


class Duration(Record):
    """`30 epochs`, `500 steps`, `5%` of the run."""

    amount: float
    unit: Unit

    def __str__(self) -> str:
        if self.unit == "share":
            return f"{self.amount * 100:g}%"
        one = self.amount == 1
        return f"{self.amount:.12g} {self.unit[:-1] if one else self.unit}"

    @property
    def whole_epochs(self) -> int | None:
        """The epochs of a duration that ends with one."""
        whole = self.unit == "epochs" and self.amount == int(self.amount)
        return int(self.amount) if whole else None


def _per(unit: str) -> Any:
    return arg(
        "name",
        unit,
        one_of=("epoch", "step"),
        keyword=True,
        doc="when the rate changes: at the start of an epoch, or at every step",
    )


PER_EPOCH, PER_STEP = _per("epoch"), _per("step")
EVERY: Any = arg("duration", Duration(1, "epochs"), units=COUNTED, doc="unit of k")
DELAY: Any = arg(
    "duration", None, units=COUNTED, keyword=True, doc="time at the first rate before it begins"
)
OVER: Any = arg(
    "duration",
    None,
    units=COUNTED,
    keyword=True,
    doc="how long it lasts, for the rest of the run unless given; then the rate stays",
)


class Clock(Record):
    """Time as a schedule sees it, as symbolic numbers.

    step, epoch: updates and whole epochs since the schedule began. steps, epochs: how long it
    lasts. run: updates of the whole run, of which shares are taken. drops: how many times the
    result that the schedule watches has stopped improving.
    """

    step: Sym
    epoch: Sym
    steps: Sym
    epochs: Sym
    steps_per_epoch: Sym
    run: Sym
    drops: Sym

    def count(self, time: Duration) -> Sym:
        """A duration in updates, rounded to whole ones."""
        b = self.step.builder
        if time.unit == "steps":
            return b.lift(float(max(1, round(time.amount))))
        if time.unit == "share":
            return op.maximum(op.floor(time.amount * self.run + 0.5), 1).named("n")
        if time.whole_epochs is not None:
            one = time.amount == 1
            return self.steps_per_epoch if one else (time.amount * self.steps_per_epoch).named("n")
        return op.maximum(op.floor(time.amount * self.steps_per_epoch + 0.5), 1).named("n")

    def passed(self, unit: Duration, per: str) -> Sym:
        """Time since the start in multiples of `unit`; whole epochs only, with `per = epoch`."""
        if unit.unit == "epochs":
            epochs = self.epoch if per == "epoch" else self.step / self.steps_per_epoch
            return epochs if unit.amount == 1 else epochs / unit.amount
        done = self.epoch * self.steps_per_epoch if per == "epoch" else self.step
        return done / self.count(unit)

    def part(self, per: str) -> Sym:
        """The share of the schedule's own time that is over: 0 at its start, 1 at its end."""
        return self.epoch / self.epochs if per == "epoch" else self.step / self.steps

    def after(self, time: Duration, *, held: bool) -> Clock:
        """The clock of what begins `time` later. Before that it stands at 0 if it is `held`, and
        must not be looked at otherwise.
        """
        start, whole = self.count(time), time.whole_epochs
        step = self.step - start
        step = (op.maximum(step, 0) if held else step).named("k")
        epoch = op.floor(step / self.steps_per_epoch)
        if whole is not None:
            epoch = op.maximum(self.epoch - whole, 0) if held else self.epoch - whole
        steps = op.maximum(self.steps - start, 1).named("left")
        return self._of(step, epoch, steps, steps / self.steps_per_epoch)

    def until(self, time: Duration, *, held: bool) -> Clock:
        """The clock of what lasts `time`. Behind that it stands still if it is `held`, and must
        not be looked at otherwise.
        """
        end, whole = self.count(time), time.whole_epochs
        step = op.minimum(self.step, end) if held else self.step
        if whole is None:
            epoch = op.floor(step / self.steps_per_epoch) if held else self.epoch
            return self._of(step, epoch, end, end / self.steps_per_epoch)
        epoch = op.minimum(self.epoch, whole) if held else self.epoch
        return self._of(step, epoch, end, self.step.builder.lift(whole))

    def _of(self, step: Sym, epoch: Sym, steps: Sym, epochs: Sym) -> Clock:
        return Clock(step, epoch, steps, epochs, self.steps_per_epoch, self.run, self.drops)
