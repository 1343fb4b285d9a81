"""Numbers of the optimiser and of the regularisers that are far from what works."""

from __future__ import annotations

import math
from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.ir.builder import Builder
from specc.library.words import Optimizer, Regularizer
from specc.lint.arguments import is_literal, is_memory, shown
from specc.lint.facts import Facts
from specc.lint.scalars import number

LOWEST = 1e-3
HIGHEST = 30.0
HIGHEST_GROWING = 100.0
"""The band of a learning rate, as factors of the optimiser's default. For adam it is 1e-6 to 0.03.
Where the step grows with the gradient, as that of sgd and momentum does, larger rates work too.
"""
FULL = 3.0
"""How much larger a rate may be with the gradient of all examples, which no chance of a batch
misleads. On two moons and circles sgd and momentum still train with it, sgd not with 10.
"""
TIGHT = {"norm": 0.01, "value": 1e-4}
"""Bounds below which nearly every gradient is cut; 1 is usual."""
LEAST_EPS = 1e-12
"""Below this, `eps` bounds nothing; 1e-8 is usual."""
STRONG = 0.1
"""The share of a weight, before the learning rate, that a penalty takes off at each update."""


def rates(facts: Facts) -> Iterator[Diagnostic]:
    """W0401."""
    optimizer = facts.bound.optimizer
    usual = next((a.default for a in optimizer.args if a.name == "lr"), None)
    place = optimizer.span("lr")
    if not isinstance(usual, float) or place is None:
        return
    low, high = usual * LOWEST, usual * HIGHEST
    if low <= optimizer.lr <= high:
        return
    if _grows(optimizer):
        high = usual * HIGHEST_GROWING
    if facts.per_epoch == 1:
        high *= FULL
    if low * (1 - 1e-9) <= optimizer.lr <= high * (1 + 1e-9):
        return
    large = optimizer.lr > high
    # Behind a range or a name, another number would change more than this place.
    literal = is_literal(place)
    yield Diagnostic(
        "W0401",
        f"a learning rate of {shown(optimizer.lr)} is too {'large' if large else 'small'} "
        f"for `{optimizer.word}`",
        Label(place, f"usual are {shown(low)} to {shown(high)}"),
        notes=(
            "updates this large step over what they look for, and the cost grows"
            if large
            else "updates this small leave the weights where they start",
        ),
        helps=(
            Help(f"start from {shown(usual)}", (Edit(place, shown(usual)),) if literal else ()),
        ),
    )


def _grows(optimizer: Optimizer) -> bool:
    """Whether ten times the gradient gives ten times the first step."""
    b = Builder()
    p, g, lr, t = (b.input(name, (), "host") for name in ("p", "g", "lr", "t"))
    new, *_ = optimizer.step(p, g, lr, t, *(b.lift(0) for _ in optimizer.slots))
    graph = b.graph(p=new)
    one, ten = (number(graph, "p", {"p": 0, "g": g, "lr": 1, "t": 1}) for g in (1.0, 10.0))
    return one is not None and ten is not None and math.isclose(ten, 10 * one)


def clips(facts: Facts) -> Iterator[Diagnostic]:
    """W0415."""
    clip = facts.bound.train.clip
    place = None if clip is None else clip.span("most")
    most = getattr(clip, "most", None)
    if clip is None or place is None or not isinstance(most, float | int):
        return
    if most >= TIGHT.get(clip.word, 0):
        return
    keeps = "its direction" if clip.word == "norm" else "its signs"
    yield Diagnostic(
        "W0415",
        f"`{clip.word}({place.text})` cuts nearly every gradient down to {shown(most)}",
        Label(place, "1 is usual"),
        notes=(
            f"of a gradient that is always cut only {keeps} is left: how far a step goes is then "
            "set here, and no longer by the slope of the cost",
        ),
        helps=(Help("start from 1", (Edit(place, "1"),) if is_literal(place) else ()),),
    )


def averages(facts: Facts) -> Iterator[Diagnostic]:
    """W0402 and W0403: averages that remember nothing, or the wrong one of two for longer."""
    optimizer = facts.bound.optimizer
    for a in optimizer.args:
        place = optimizer.spans.get(a.name)
        if is_memory(a) and place is not None and getattr(optimizer, a.name) == 0:
            usual = f"{a.default:g}"
            if is_literal(place):
                yield Diagnostic(
                    "W0402",
                    f"`{a.label} = 0` switches the average of `{optimizer.word}` off",
                    Label(place, "remembers nothing"),
                    notes=(f"`{a.label}`: {a.doc}",),
                    helps=(Help(f"the usual value is {usual}", (Edit(place, usual),)),),
                )
    first, second = getattr(optimizer, "beta1", None), getattr(optimizer, "beta2", None)
    if first is None or second is None or not 0 < second < first or len(optimizer.slots) < 2:
        return
    yield _swapped(optimizer, first, second)


def divisors(facts: Facts) -> Iterator[Diagnostic]:
    """W0419: an `eps` that no longer keeps the division in bounds."""
    optimizer = facts.bound.optimizer
    arg = next((a for a in optimizer.args if a.name == "eps"), None)
    place = optimizer.spans.get("eps")
    if arg is None or place is None:
        return
    eps = getattr(optimizer, arg.name)
    if eps >= LEAST_EPS:
        return
    usual = f"{arg.default:g}"
    yield Diagnostic(
        "W0419",
        f"`eps` of `{optimizer.word}` is {eps:g}, which bounds nothing",
        Label(place, f"below {LEAST_EPS:g}"),
        notes=("where gradients are almost 0, rounding errors become steps of full length",),
        helps=(
            Help(f"the usual value is {usual}", (Edit(place, usual),) if is_literal(place) else ()),
        ),
    )


def _swapped(optimizer: Optimizer, first: float, second: float) -> Diagnostic:
    one, two = optimizer.spans.get("beta1"), optimizer.spans.get("beta2")
    edits: tuple[Edit, ...] = ()
    if one is not None and two is not None and is_literal(one) and is_literal(two):
        edits = (Edit(one, two.text), Edit(two, one.text))
    place = two or one or optimizer.spans[""]
    return Diagnostic(
        "W0403",
        f"`beta2 = {second:g}` is below `beta1 = {first:g}`: are they swapped?",
        Label(place, f"below {first:g}" if two is not None else f"above {second:g}"),
        () if one is None or place is one else (Label(one, "above `beta2`"),),
        notes=(
            f"g is averaged over about {1 / (1 - first):.0f} updates, "
            f"g^2 over about {1 / (1 - second):.0f}: the step divides an old g by a new size",
        ),
        helps=(Help("swap them" if edits else "the usual values are 0.9 and 0.999", edits),),
    )


def penalties(facts: Facts) -> Iterator[Diagnostic]:
    """W0404, where the size of the training set is known."""
    examples = facts.examples
    if examples is None:
        return
    used = {id(r): r for several in facts.penalties for r in several}
    for penalty in used.values():
        if type(penalty).penalty is Regularizer.penalty:
            continue  # it acts on the weights, not through the cost
        for a in penalty.args:
            strength, place = getattr(penalty, a.name), penalty.span(a.name)
            if isinstance(strength, float) and place is not None and strength / examples >= STRONG:
                named = "" if a.label == "lambda" else f"{a.label} = "
                said = f"{penalty.word}({named}{strength:g})"
                yield _strong(said, a.label, strength, examples, place)


def _strong(said: str, name: str, strength: float, examples: int, place: Span) -> Diagnostic:
    return Diagnostic(
        "W0404",
        f"`{said}` over {examples:_} examples is so strong that it outweighs the loss",
        Label(place, f"{strength:g} / {examples:_} = {strength / examples:.2g}"),
        notes=(
            f"{name} / m = {strength / examples:.3g} here; 0.0001 to 0.01 is usual, "
            f"so {name} from {shown(1e-4 * examples)} to {shown(1e-2 * examples)}",
        ),
        helps=(Help(f"{name} is divided by the number of training examples: make it smaller"),),
    )
