"""Times of a schedule that do not fit other times: drops that the run does not wait for, a warm-up
that is most of the run, waves of a few stairs.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.elaborate.rates import duration, watching
from specc.library.clock import Duration
from specc.library.words import Schedule
from specc.lint.duration import share_of
from specc.lint.facts import Facts

MOST = 0.5
"""The share of a run from which a warm-up is no beginning any more; a twentieth is usual."""
STAIRS = 3
"""Rates that make a curve."""


def drops(facts: Facts) -> Iterator[Diagnostic]:
    """W0413: the run ends, or is stopped, before the schedule has waited long enough."""
    stop, run = facts.bound.train.stop, facts.bound.train.run
    for schedule in watching(facts.bound.schedule):
        waits = getattr(schedule, "patience", None)
        place = schedule.span("patience") or schedule.span()
        if not isinstance(waits, Duration) or place is None:
            continue
        share = share_of(facts, waits)
        if share is not None and share >= 1:
            yield Diagnostic(
                "W0413",
                f"the run of {run} is over before `{schedule.word}` has waited {waits}",
                Label(place, f"the run takes {run}"),
                notes=("the learning rate never falls",),
                helps=(Help("a tenth of the run is a usual patience, or less"),),
            )
            continue
        other = getattr(stop, "patience", None)
        if stop is None or not isinstance(other, Duration) or not _same(stop, schedule):
            continue
        if _is_shorter(facts, other, waits):
            ends = stop.span("patience") or stop.span()
            yield Diagnostic(
                "W0413",
                f"`{stop.word}` ends the run before `{schedule.word}` lowers the learning rate",
                Label(place, f"waits {waits}"),
                () if ends is None else (Label(ends, f"waits {other} only"),),
                notes=(
                    f"both wait for `{getattr(schedule, 'on', '')}` to get better, and the "
                    "shorter patience ends first",
                ),
                helps=(Help("give the schedule a third of the patience of `stop`"),),
            )


def _same(stop: object, schedule: Schedule) -> bool:
    """Whether both look at one result, and what is no improvement to one is none to the other."""
    alike = getattr(stop, "on", None) == getattr(schedule, "on", None)
    return alike and getattr(stop, "delta", 0.0) >= getattr(schedule, "delta", 0.0)


def _is_shorter(facts: Facts, one: Duration, other: Duration) -> bool:
    if one.unit == other.unit:
        return one.amount <= other.amount
    first, second = facts.updates(one), facts.updates(other)
    return first is not None and second is not None and first <= second


def warm_ups(facts: Facts) -> Iterator[Diagnostic]:
    """W0414."""
    for schedule in facts.bound.schedule:
        over = duration(schedule, "over")
        place = schedule.span("over")
        if schedule.word != "warmup" or over is None or place is None:
            continue
        share = share_of(facts, over)
        if share is None or not MOST < share < 1:
            continue
        yield Diagnostic(
            "W0414",
            f"`warmup` takes {share:.0%} of the run",
            Label(place, f"the run takes {facts.bound.train.run}"),
            notes=(
                "until it ends the rate is below the one that was chosen; it is there for the "
                "first updates, while averages and statistics are not settled",
            ),
            helps=(Help("a twentieth of the run is usual", (Edit(place, "5%"),)),),
        )


def stairs(facts: Facts) -> Iterator[Diagnostic]:
    """W0417: a schedule that was told to change once per epoch, over a few epochs."""
    run = facts.bound.train.run
    for schedule in facts.bound.schedule:
        place, over = schedule.span("per"), duration(schedule, "over")
        if place is None or getattr(schedule, "per", "") != "epoch":
            continue
        if any(a.name == "every" for a in schedule.args):
            continue  # it is counted in a time of its own, and falls in stairs on purpose
        epochs = _epochs(facts, over if over is not None else run)
        if epochs is None or epochs >= STAIRS:
            continue
        times = "once" if epochs <= 1 else f"{epochs:g} times"
        yield Diagnostic(
            "W0417",
            f"`{schedule.word}` over {epochs:g} epochs has a learning rate {times}",
            Label(place, "a rate for each epoch"),
            notes=("with `per = epoch` the rate changes at the start of an epoch alone",),
            helps=(Help("let it change at every step", (Edit(place, "step"),)),),
        )


def _epochs(facts: Facts, time: Duration) -> float | None:
    """A duration in epochs, where that is known."""
    run = facts.bound.train.run
    if time.unit == "share":
        whole = _epochs(facts, run)
        return None if whole is None else whole * time.amount
    if time.unit == "epochs":
        return time.amount
    updates = facts.updates(time)
    known = updates is not None and facts.per_epoch is not None
    return updates / facts.per_epoch if known and updates and facts.per_epoch else None
