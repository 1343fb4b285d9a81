"""The learning rate as a graph of the time: schedules one after the other, each on its own clock.

warmup(5%) then cosine   ->   where(step < n, warmup(step), cosine(step - n)),  n = 5% of steps
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph
from specc.lang.bound import Bound
from specc.lang.report import given_twice
from specc.library.clock import Clock, Duration
from specc.library.words import Schedule
from specc.ops import algebra as op

TIMES = ("step", "epoch", "steps", "epochs", "steps_per_epoch")
"""What a learning rate is a function of."""
DROPS = "drops"
"""How often what `plateau` watches has stopped improving: an argument where it counts."""


def rates(bound: Bound) -> Graph:
    """The graph with the output `rate`. Steps are counted in the whole run."""
    b = Builder()
    step, epoch, steps, epochs, steps_per_epoch = (b.input(n, (), "host") for n in TIMES)
    drops = b.input(DROPS, (), "host")
    clock = Clock(step, epoch, steps, epochs, steps_per_epoch, steps, drops)
    lr = b.setting("lr0", bound.optimizer.lr)
    return b.graph(rate=_sequence(bound.schedule, lr, clock) if bound.schedule else lr)


def _sequence(schedules: tuple[Schedule, ...], lr: Sym, clock: Clock) -> Sym:
    *others, last = schedules
    parts: list[tuple[Schedule, Clock, Sym]] = []
    for schedule in others:
        delay, over = duration(schedule, "delay"), duration(schedule, "over")
        end = clock.count(over) if over is not None else clock.steps
        after = clock
        if delay is not None:
            end = end + clock.count(delay)
            after = after.after(delay, held=False)
        if over is not None:
            after = after.after(over, held=False)
        parts.append((schedule, clock, end))
        clock = after
    rate = _one(last, lr, clock, last=True)
    for schedule, clock, end in reversed(parts):
        rate = op.where(clock.step < end, _one(schedule, lr, clock, last=False), rate)
    return rate


def _one(schedule: Schedule, lr: Sym, clock: Clock, *, last: bool) -> Sym:
    """The rate of a schedule that begins when its clock does; the last one stays at its end."""
    delay, over = duration(schedule, "delay"), duration(schedule, "over")
    if delay is not None:
        clock = clock.after(delay, held=True)
    if over is not None:
        clock = clock.until(over, held=last)
    return schedule.rate(lr, clock)


def duration(schedule: Schedule, name: str) -> Duration | None:
    """`delay` or `over` of a schedule, where it has one."""
    found: Any = getattr(schedule, name, None)
    return found if isinstance(found, Duration) else None


def watching(schedules: tuple[Schedule, ...]) -> tuple[Schedule, ...]:
    """The schedules that depend on results."""
    return tuple(s for s in schedules if getattr(s, "on", None) is not None)


def check_schedule(bound: Bound, graph: Graph, sink: Sink) -> None:
    """Schedules that something follows have an end, one at most looks at results, and none counts
    from the end of a run that has no length in updates.
    """
    for schedule, following in pairwise(bound.schedule):
        span, after = schedule.span(), following.span()
        if duration(schedule, "over") is not None or span is None or after is None:
            continue
        sink.add(
            Diagnostic(
                "E0203",
                f"`{schedule.word}` has no end, so `{following.word}` would never begin",
                Label(span, "for how long?"),
                (Label(after, "what follows"),),
                helps=(Help(f"for example `{schedule.word}(over = 10 epochs)`"),),
            )
        )
    for schedule, again in pairwise(watching(bound.schedule)):
        first, second = schedule.span(), again.span()
        if first is not None and second is not None:
            sink.add(given_twice(again.word, second, first))
    _check_length(bound, graph, sink)


def _check_length(bound: Bound, graph: Graph, sink: Sink) -> None:
    """E0206 where a schedule needs the length of a run that is limited by the clock on the wall."""
    run = bound.train.run
    patience = (getattr(s, "patience", None) for s in watching(bound.schedule))
    shares = any(p is not None and p.unit == "share" for p in patience)
    if run.unit != "seconds" or not (shares or graph.inputs.keys() & {"steps", "epochs"}):
        return
    span = bound.schedule[0].span()
    if span is None:
        return
    written = bound.schedule[-1].span() or span
    sink.add(
        Diagnostic(
            "E0206",
            "this schedule depends on the number of updates of the run, "
            "and a run in time has none that is known",
            Label(span.to(written), "needs the length of the run"),
            (Label(bound.train.span, "a run in time"),),
            helps=(
                Help("give `run` epochs or steps"),
                Help("or give the schedule its own length, for example `over = 10 epochs`"),
            ),
        )
    )
