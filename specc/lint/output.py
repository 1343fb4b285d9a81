"""Output and loss: values that the output cannot give, and squared errors of probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import cast

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.library.activation import Activation
from specc.library.define import Definition
from specc.library.words import Loss
from specc.lint.facts import Facts


def misfits(facts: Facts) -> Iterator[Diagnostic]:
    """W0304 and W0305, for a loss of real numbers behind an activation that bounds them."""
    loss, last = facts.bound.loss, facts.flow.last
    bend = last.activation
    data = facts.bound.data
    if data.gives_input and data.normalize is not None:
        if data.normalize.word != "standard":
            return  # inputs between 0 and 1 are what such an activation gives
        if loss.task == "binary":
            yield from _no_probabilities(facts, data.normalize, bend)
            return
    if loss.task != "real" or bend is None or bend.ends == (-inf, inf):
        return
    place = bend.span()
    if place is None:
        return
    better = _cross_entropy(facts, bend)
    asked = loss.span()
    secondary = () if asked is None else (Label(asked, "asked for here"),)
    if better is None:
        yield _bounded(bend, Label(place, _values(bend)), secondary)
        return
    written = facts.statement("loss")
    edits = () if written is None else (Edit(written.items[0].value.span, better),)
    yield Diagnostic(
        "W0305",
        f"`{loss.word}` of a `{bend.word}` learns slowly where it is most wrong",
        Label(place, "flat far from its middle"),
        secondary,
        notes=(
            f"the slope of `{bend.word}` is a factor of the gradient and nearly 0 for a confident "
            f"mistake; `{better}` cancels it",
        ),
        helps=(
            Help(f"if the target is a class: `loss {better}`", edits),
            Help("if it is a number: end with a linear layer", (Edit(place, "linear"),)),
        ),
    )


def _no_probabilities(
    facts: Facts, normalize: Definition, bend: Activation | None
) -> Iterator[Diagnostic]:
    place, loss = normalize.span(), facts.bound.loss
    asked = loss.span()
    if place is None:
        return
    labels = [Label(at, said) for at, said in ((asked, "takes them for probabilities"),) if at]
    end = None if bend is None else bend.span()
    if end is not None:
        labels.append(Label(end, "between 0 and 1"))
    yield Diagnostic(
        "W0304",
        f"`{loss.word}` compares with inputs that `{normalize.word}` brings to mean 0",
        Label(place, "below 0 and above 1"),
        tuple(labels),
        notes=(
            "half of the targets lie below 0, where no probability is: the output goes to 0 or 1 "
            "and the loss below 0",
        ),
        helps=(Help("bring the inputs between 0 and 1", (Edit(place, "minmax"),)),),
    )


def _bounded(bend: Activation, primary: Label, secondary: tuple[Label, ...]) -> Diagnostic:
    return Diagnostic(
        "W0304",
        f"the output of `{bend.word}` is {_values(bend)}, so no other target can be reached",
        primary,
        secondary,
        notes=("a target outside keeps its error for ever, and the gradient there is 0 or nearly",),
        helps=(Help("end with a linear layer", (Edit(primary.span, "linear"),)),),
    )


def _values(bend: Activation) -> str:
    low, high = bend.ends
    return f"never below {low:g}" if high == inf else f"between {low:g} and {high:g}"


def _cross_entropy(facts: Facts, bend: Activation) -> str | None:
    """The loss that is made for an activation and as many outputs."""
    wanted = "binary" if facts.proof.outputs == 1 else "classes"
    for word in facts.registry.words("losses"):
        kind = cast("type[Loss] | None", facts.registry.find("losses", word))
        if kind is not None and kind.activation == bend.word and kind.task == wanted:
            return word
    return None
