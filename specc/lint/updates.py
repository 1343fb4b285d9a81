"""How many updates a run makes, from which batches."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.lang.spec import Quantity
from specc.lint.facts import Facts

FEWEST = 200
"""Planned updates: all of 262 healthy runs on small data made more."""
FEW, FEW_PER_EPOCH = 500, 3
"""Fewer of both is little for a batch that large."""


def counts(facts: Facts) -> Iterator[Diagnostic]:
    """W0405, W0406 and W0407."""
    run = facts.statement("train", "run")
    batch = facts.statement("train", "batch")
    wanted, examples, planned = facts.bound.train.batch, facts.examples, facts.planned
    too_large = wanted is not None and examples is not None and wanted > examples
    if too_large and batch is not None:
        place = batch.items[0].value.span
        yield Diagnostic(
            "W0405",
            f"a batch of {wanted:_} is larger than the {examples:_} examples of the training set",
            Label(place, f"only {examples:_} there"),
            notes=("every update then takes the whole training set, as with `batch full`",),
            helps=(
                Help("say so", (Edit(place, "full"),)),
                Help("mini-batches make more updates of it: `batch 64`"),
            ),
        )
    if planned is None or run is None:
        return
    if planned < FEWEST:
        yield _few(facts, planned, run.items[0].value.span)
    elif (
        not too_large
        and (wanted is not None or batch is None)  # `full` and `auto` were written on purpose
        and facts.per_epoch is not None
        and examples is not None
        and facts.per_epoch < FEW_PER_EPOCH
        and planned < FEW
    ):
        place = batch.items[0].value.span if batch is not None else run.items[0].value.span
        smaller = max(1, examples // 10)
        edits = (Edit(place, f"{smaller}"),) if batch is not None else ()
        per_epoch = "1 update" if facts.per_epoch == 1 else f"{facts.per_epoch} updates"
        yield Diagnostic(
            "W0406",
            f"only {per_epoch} per epoch, and {planned} in the whole run",
            Label(place, f"{per_epoch} per epoch"),
            notes=(
                f"{examples:_} examples in batches of {facts.batch:_}: {per_epoch} per epoch",
                f"{facts.bound.train.run}: {planned} updates",
            ),
            helps=(
                Help(f"a batch of {smaller} gives 10 or more", edits),
                Help("a longer run makes up for it"),
            ),
        )


def _few(facts: Facts, planned: int, place: Span) -> Diagnostic:
    times = "1 update" if planned == 1 else f"{planned} updates"
    notes: tuple[str, ...] = ()
    batches: tuple[Label, ...] = ()
    enough = f"{FEWEST} steps"
    if facts.bound.train.run.unit == "epochs" and facts.per_epoch is not None:
        each = "1 update" if facts.per_epoch == 1 else f"{facts.per_epoch} updates"
        notes = (f"{each} per epoch, {facts.bound.train.run}: {times}",)
        enough = f"{-(-FEWEST // facts.per_epoch)} epochs"
        batch = facts.statement("train", "batch")
        if batch is not None:  # it may be that of a variant
            batches = (Label(batch.items[0].value.span, f"{each} per epoch"),)
    value = facts.statement("train", "run")
    literal = value is not None and isinstance(value.items[0].value, Quantity)
    return Diagnostic(
        "W0407",
        f"the whole run makes {times}, too few to learn from",
        Label(place, f"{times} in all"),
        batches,
        notes=notes,
        helps=(Help(f"{FEWEST} updates take {enough}", (Edit(place, enough),) if literal else ()),),
    )


def order(facts: Facts) -> Iterator[Diagnostic]:
    """W0411: batches of the same neighbours in every epoch."""
    statement = facts.statement("train", "shuffle")
    train = facts.bound.train
    if train.shuffle is not False or statement is None:
        return
    whole = facts.examples is not None and facts.examples <= (train.batch or 0)
    if whole or (train.batch is None and not facts.some):
        return
    place = statement.items[0].value.span
    yield Diagnostic(
        "W0411",
        "batches come in the order of the file, the same in every epoch",
        Label(place, "never mixed"),
        notes=(
            "a file sorted by class gives batches of one class, and each undoes the one before",
        ),
        helps=(Help("give the examples a new order in every epoch", (Edit(place, "true"),)),),
    )
