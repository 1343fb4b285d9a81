"""Times that do not fit the length of the run: patience without end, schedules that do nothing or
too much.

The learning rate is read off the graph of the schedule, so that new schedules are covered. Where
the number of batches per epoch is not known, a rule speaks only if it holds for few and for many.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.elaborate.rates import DROPS, TIMES, duration
from specc.lang.expectations import SHARES
from specc.library.clock import Duration
from specc.lint.arguments import shown
from specc.lint.facts import Facts, updates_of
from specc.lint.scalars import number
from specc.lint.updates import FEWEST

CHANGE = 0.01
"""A learning rate that stays within this share of itself does not change."""
TINY = 1e-3
THIRD = 1 / 3
"""A rate below this share of its start before a third of the run is over trains nothing after."""
UNKNOWN = (10, 1000)
"""Batches per epoch that stand for few and for many."""


def patience(facts: Facts) -> Iterator[Diagnostic]:
    """W0408."""
    stop, run = facts.bound.train.stop, facts.bound.train.run
    waits = getattr(stop, "patience", None)
    if stop is None or waits is None:
        return
    if waits.unit == "share":
        late = waits.amount >= 1
    elif waits.unit == run.unit:
        late = waits.amount >= run.amount
    else:
        inside = facts.updates(waits)
        late = inside is not None and facts.planned is not None and inside >= facts.planned
    place = stop.span("patience")
    if not late or place is None:
        return
    yield Diagnostic(
        "W0408",
        f"the run of {run} is over before a patience of {waits} is",
        Label(place, f"the run takes {run}"),
        notes=("the run ends early only when nothing has improved for the whole patience",),
        helps=(Help("a tenth of the run is a usual patience"),),
    )


def intervals(facts: Facts) -> Iterator[Diagnostic]:
    """W0420: measured, or written, at the end alone."""
    run = facts.bound.train.run
    for word in ("log", "checkpoint"):
        statement = facts.statement("train", word)
        train = facts.bound.train
        every = train.log if word == "log" else getattr(train.checkpoint, "every", None)
        share = None if every is None else share_of(facts, every)
        if share is None or share <= 1 + 1e-9 or statement is None:
            continue
        yield Diagnostic(
            "W0420",
            f"the run of {run} is over before the {every} of `{word}` are",
            Label(statement.items[0].value.span, f"the run takes {run}"),
            notes=(
                "nothing is measured before the end"
                if word == "log"
                else "nothing is written before the end",
            ),
            helps=(Help("take a part of the run, for example `1 epoch`"),),
        )


def deltas(facts: Facts) -> Iterator[Diagnostic]:
    """W0421: an improvement that no share can make."""
    for word in (facts.bound.train.stop, *facts.bound.schedule):
        on, delta = getattr(word, "on", ""), getattr(word, "delta", 0.0)
        place = None if word is None else word.spans.get("delta")
        if word is None or place is None or on.rpartition(".")[2] not in SHARES or delta < 1:
            continue
        percent = f"{shown(delta)}%"
        yield Diagnostic(
            "W0421",
            f"`{on}` lies between 0 and 1, so it never improves by more than {shown(delta)}",
            Label(place, "no result improves so much"),
            notes=(f"`{word.word}` acts as if nothing ever got better",),
            helps=(Help(f"write `{percent}`", (Edit(place, percent),) if delta <= 100 else ()),),
        )


def schedules(facts: Facts) -> Iterator[Diagnostic]:
    """W0409 and W0410: a rate that stays, or that is gone before the run has begun."""
    parts, graph = facts.bound.schedule, facts.proof.rate
    spans = [span for part in parts if (span := part.span()) is not None]
    # One that follows results alone stays only as long as these get better.
    if not spans or not graph.inputs.keys() & set(TIMES):
        return
    place, name = spans[0].to(spans[-1]), " then ".join(part.word for part in parts)
    runs = _runs(facts)
    too_short = facts.planned is not None and facts.planned < FEWEST  # said of the run itself
    stays = [_stays(facts, *run) for run in runs]
    falls = [_falls(facts, *run) for run in runs]
    run = facts.bound.train.run
    if stays and all(stays) and not too_short:
        yield Diagnostic(
            "W0409",
            f"the learning rate of `{name}` stays the same for the whole run of {run}",
            Label(place, "changes nothing in this run"),
            notes=(f"it stays within {CHANGE:.0%} of {shown(facts.bound.optimizer.lr)}",),
            helps=(Help("let it change faster, or take it out"),),
        )
    elif falls and all(f is not None for f in falls):
        share = max(f for f in falls if f is not None)
        yield Diagnostic(
            "W0410",
            f"`{name}` leaves {shown(share)} of the learning rate after a third of the run",
            Label(place, "gone before the run is"),
            notes=(
                f"{shown(facts.bound.optimizer.lr)} at the start, "
                f"{shown(facts.bound.optimizer.lr * share)} after a third of {run}: "
                "the rest of it changes next to nothing",
            ),
            helps=(Help("let it fall more slowly, or make the run shorter"),),
        )


def endless(facts: Facts) -> Iterator[Diagnostic]:
    """W0412: a part of the schedule that the run does not get to the end of."""
    parts, run = facts.bound.schedule, facts.bound.train.run
    passed = 0.0
    for i, part in enumerate(parts):
        times = [t for t in (duration(part, "delay"), duration(part, "over")) if t is not None]
        shares = [share_of(facts, t) for t in times]
        place = part.span("over") if "over" in part.spans else part.span()
        if duration(part, "over") is None or None in shares or place is None:
            return
        passed += sum(s for s in shares if s is not None)
        last = i == len(parts) - 1
        if passed < 1 - 1e-9 or (last and passed <= 1 + 1e-9):
            continue
        follows = "" if last else f", and `{parts[i + 1].word}` never begins"
        yield Diagnostic(
            "W0412",
            f"the run of {run} is over before `{part.word}` is{follows}",
            Label(place, f"the run takes {run}"),
            notes=("the learning rate never gets to where the schedule leads it",),
            helps=(Help("make this part shorter, or the run longer"),),
        )
        return


def share_of(facts: Facts, time: Duration) -> float | None:
    """A duration as a share of the run, where that is known."""
    run = facts.bound.train.run
    if time.unit == "share":
        return time.amount
    if time.unit == run.unit:
        return time.amount / run.amount
    updates = facts.updates(time)
    return None if updates is None or facts.planned is None else updates / facts.planned


def _runs(facts: Facts) -> list[tuple[int, int]]:
    """Steps in all and per epoch, for all that the run may be; none where it goes by the clock."""
    run = facts.bound.train.run
    if run.unit == "seconds":
        return []
    known = (facts.per_epoch,) if facts.per_epoch is not None else UNKNOWN
    steps = [round(run.amount) if run.unit == "steps" else updates_of(run.amount, k) for k in known]
    return [(max(1, s), k) for s, k in zip(steps, known, strict=True)]


def _rate(facts: Facts, step: int, steps: int, per_epoch: int) -> float | None:
    """The learning rate of the update behind `step` others."""
    at = (step, step // per_epoch, steps, steps / per_epoch, per_epoch)
    clock = dict(zip(TIMES, map(float, at), strict=True))
    return number(facts.proof.rate, "rate", {**clock, DROPS: 0.0})


def _stays(facts: Facts, steps: int, per_epoch: int) -> bool:
    if steps == 1:
        return False
    last = steps - 1
    places = sorted({round(last * i / 8) for i in range(9)})
    rates = [_rate(facts, step, steps, per_epoch) for step in places]
    known = [r for r in rates if r is not None]
    return len(known) == len(rates) and max(known) - min(known) <= CHANGE * max(known)


def _falls(facts: Facts, steps: int, per_epoch: int) -> float | None:
    """The share of the first rate that is left after a third, where that is tiny."""
    first = _rate(facts, 0, steps, per_epoch)
    later = _rate(facts, math.floor(steps * THIRD), steps, per_epoch)
    if not first or later is None or later / first >= TINY:
        return None
    return later / first
