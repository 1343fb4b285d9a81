"""Arguments of losses on classes that do not do what they are for."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.library.class_loss import ClassLoss
from specc.lint.arguments import is_literal
from specc.lint.facts import Facts

HALF = 0.5
"""The share of smoothing from which the right class is told apart by less than it is hidden by;
0.1 is usual.
"""


def weights(facts: Facts) -> Iterator[Diagnostic]:
    """W0325: weights that prefer no class."""
    loss = facts.bound.loss
    if not isinstance(loss, ClassLoss) or len(set(loss.class_weights)) != 1:
        return
    place, weight = loss.span("class_weights"), loss.class_weights[0]
    statement = facts.statement("loss")
    if place is None:
        return
    alone = statement is not None and set(loss.spans) == {"", "class_weights"}
    edits = (Edit(statement.items[0].value.span, loss.word),) if statement and alone else ()
    yield Diagnostic(
        "W0325",
        f"`class_weights` give every class {weight:g}, so they prefer none",
        Label(place, "all the same"),
        notes=(
            "a factor of 1 changes nothing"
            if weight == 1
            else f"the whole loss is {weight:g} times as large, as with another learning rate",
        ),
        helps=(Help("leave them out, or give rare classes more", edits if weight == 1 else ()),),
    )


def smoothing(facts: Facts) -> Iterator[Diagnostic]:
    """W0326: a target that hardly differs from class to class."""
    loss = facts.bound.loss
    if not isinstance(loss, ClassLoss) or loss.label_smoothing < HALF:
        return
    place, share = loss.span("label_smoothing"), loss.label_smoothing
    if place is None:
        return
    classes = loss.classes(facts.proof.outputs)
    right, wrong = 1 - share + share / classes, share / classes
    yield Diagnostic(
        "W0326",
        f"with `label_smoothing = {place.text}` the right class gets {right:.2g} of the target",
        Label(place, f"{share:.0%} is spread over {classes} classes"),
        notes=(f"each other class gets {wrong:.2g}; 0.1 is usual",),
        helps=(Help("smooth less", (Edit(place, "0.1"),) if is_literal(place) else ()),),
    )
