"""The state of a run in words, and the status line: one set of sentences for every screen and for
plain text."""

from __future__ import annotations

import math

from specc.run.events import Evaluated, Finished
from specc_tui import figures
from specc_tui.lines import Line, Role
from specc_tui.session import Trainer
from specc_tui.state import View

STALE_SECONDS = 5.0
"""Without data for longer than this, a training run is said to be silent."""

SIGNALS = {130: "interrupted", 137: "killed", 139: "a crash of Python", 143: "terminated"}
STATUSES = {1: "findings", 2: "wrong usage or unreadable input", 70: "a bug of specc", **SIGNALS}


def headline(view: View, trainer: Trainer, now: float) -> tuple[str, Role]:
    """What state the run is in, in one sentence."""
    if view.diverged is not None:
        return diverged(view), Role.BAD
    if view.finished is not None:
        reason = view.finished.reason
        sentence = f"{view.phase}: {reason}" if reason and reason != view.phase else view.phase
        failed = view.phase != "finished" or any(
            c.get("holds") is False for c in view.finished.expect
        )
        return sentence, Role.NOTE if failed else Role.GOOD
    if trainer.running is False:
        return _gone(view, trainer, now), Role.BAD
    if view.header is None and view.problem and not trainer.own:
        return view.problem, Role.BAD
    if view.header is None:
        return "starting: waiting for the trainer's first words", Role.NOTE
    if view.phase == "paused":
        return "paused", Role.NOTE
    age = data_age(view, now)
    if age > STALE_SECONDS:
        return f"training, no data for {figures.duration(age)}", Role.NOTE
    return "training", Role.GOOD


def diverged(view: View) -> str:
    """`diverged at step 812: W2 is not finite`"""
    event = view.diverged
    if event is None:
        return "diverged"
    what = f"{event.tensor} is not finite" if event.tensor else event.message or "not finite"
    where = f" (layer {event.layer})" if event.layer and event.tensor else ""
    return f"diverged at step {figures.count(event.step)}: {what}{where}"


def _gone(view: View, trainer: Trainer, now: float) -> str:
    if trainer.code is not None:
        meaning = STATUSES.get(trainer.code, "")
        status = f"status {trainer.code}" + (f", {meaning}" if meaning else "")
        when = f"at step {figures.count(view.step)} " if view.header else "before its first step "
        return f"the trainer ended {when}({status})"
    age = data_age(view, now)
    since = f", last data {figures.duration(age)} ago" if math.isfinite(age) else ""
    return f"broken off at step {figures.count(view.step)}: its trainer is gone{since}"


def data_age(view: View, now: float) -> float:
    """Seconds since the newest data was written; infinite if there is none."""
    return math.inf if view.modified is None else max(0.0, now - view.modified)


def status_parts(view: View, trainer: Trainer, now: float) -> tuple[Line, ...]:
    """The parts of the status line, the most important ones first."""
    sentence, role = headline(view, trainer, now)
    parts: list[Line] = [((sentence, role),), *_progress(view)]
    latest = view.latest
    if latest is not None:
        parts.append(_part("cost", figures.number(float(latest["cost"])), Role.TRAIN))
    parts += _evaluation(view)
    if math.isfinite(view.remaining) and trainer.running is not False:
        parts.append(_part("ETA", figures.duration(view.remaining)))
    if view.best is not None:
        parts.append(
            _part("best", f"{best_value(view)} at step {figures.count(view.best.step)}", Role.BEST)
        )
    if view.ended or (view.phase != "paused" and trainer.running is not False):
        parts += _speed(view)
    if latest is not None:
        parts.append(_part("rate", figures.brief(view.rate)))
        seconds = view.finished.seconds if view.finished is not None else float(latest["seconds"])
        parts.append(_part("time", figures.elapsed(seconds)))
    if view.problem and (view.header is not None or view.ended):
        parts.insert(1, ((view.problem, Role.BAD),))
    return tuple(parts)


def _part(name: str, value: str, role: Role = Role.TEXT) -> Line:
    return ((f"{name} ", Role.DIM), (value, role))


def _progress(view: View) -> list[Line]:
    header = view.header
    if header is None:
        return []
    total = f"/{figures.count(view.steps)}" if view.steps else ""
    parts = [_part("step", f"{figures.count(view.step)}{total}")]
    if math.isfinite(view.epoch):
        total = f"/{figures.grouped(header.epochs)}" if math.isfinite(header.epochs) else ""
        parts.append(_part("epoch", f"{view.epoch:,.1f}{total}"))
    return parts


def _evaluation(view: View) -> list[Line]:
    last: Evaluated | Finished | None = view.evaluations[-1] if view.evaluations else None
    if view.finished is not None and view.finished.train and view.finished.dev is None:
        last = view.finished  # Of the whole train set, where the measurements before are of a part.
    parts: list[Line] = []
    if last is None:
        return parts
    if last.dev is not None and "cost" in last.dev:
        parts.append(_part("dev cost", figures.number(last.dev["cost"]), Role.DEV))
    which, held = ("dev", last.dev) if last.dev is not None else ("train", last.train)
    name = next((m for m in (view.header.metrics if view.header else ()) if m in held), None)
    if name is not None:
        parts.append(_part(f"{which} {name}", figures.metric(name, held[name])))
    return parts


def best_value(view: View) -> str:
    """The cost of the best evaluation, with its set."""
    if view.best is None:
        return "none"
    held, name = (view.best.dev, "dev") if view.best.dev is not None else (view.best.train, "train")
    return f"{name} {figures.number(held.get('cost', math.nan))}"


def _speed(view: View) -> list[Line]:
    parts: list[Line] = []
    speed = view.steps_per_second
    batch = view.header.batch if view.header else 0
    if view.finished is not None and math.isfinite(view.finished.examples_per_second):
        each = figures.short_count(view.finished.examples_per_second)
        parts.append(_part("examples/s", each))
    elif math.isfinite(speed):
        name, value = ("examples/s", speed * batch) if batch else ("steps/s", speed)
        parts.append(_part(name, figures.short_count(value)))
    return parts
