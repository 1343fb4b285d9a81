"""Weights that shrink apart from the gradient: by two hands at once, or so fast that they forget.

How much goes is read off the graph of the update, so that new words are covered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.ir.builder import Builder, Sym
from specc.lint.arguments import is_literal, shown
from specc.lint.facts import Facts
from specc.lint.scalars import number

QUADRATIC = ("l2", "elastic")
"""Penalties whose gradient is a share of the weight."""
FAST = 0.01
"""The share of every weight per update from which it remembers 100 updates at most."""

Shrinks = Callable[[Sym, Sym], Sym | None]
Hand = tuple[str, Span]


def _share(shrink: Shrinks) -> float:
    """The share of a weight that goes at a learning rate of 1."""
    b = Builder()
    left = shrink(b.input("w", (), "host"), b.input("lr", (), "host"))
    if left is None:
        return 0.0
    return 1 - (number(b.graph(w=left), "w", {"w": 1.0, "lr": 1.0}) or 1.0)


def twice(facts: Facts) -> Iterator[Diagnostic]:
    """W0416: two words that each pull weights to 0 by a share of themselves."""
    optimizer = facts.bound.optimizer
    said: set[tuple[Span, Span]] = set()
    by_optimizer: list[Hand] = []
    place = optimizer.span("decay") or optimizer.span()
    if place is not None and _share(optimizer.shrink):
        by_optimizer.append((optimizer.word, place))
    for p in facts.proof.parameters:
        hands = [*by_optimizer] if p.weight else []
        for r in p.regularize:
            at = r.span()
            pulls = r.word in QUADRATIC and getattr(r, "l2", getattr(r, "lambda_", 0.0)) > 0
            if at is not None and (pulls or _share(r.shrink)):
                hands.append((r.word, at))
        hands.sort(key=lambda hand: hand[1].start)
        if len(hands) > 1 and (hands[0][1], hands[1][1]) not in said:
            said.add((hands[0][1], hands[1][1]))
            yield _double(hands[0], hands[1])


def _double(first: Hand, second: Hand) -> Diagnostic:
    return Diagnostic(
        "W0416",
        f"`{first[0]}` and `{second[0]}` both pull every weight to 0",
        Label(second[1], "shrinks weights"),
        (Label(first[1], "shrinks them too"),),
        notes=("two numbers then do the work of one, and neither says how strong it is",),
        helps=(Help("keep one of them"),),
    )


def fast(facts: Facts) -> Iterator[Diagnostic]:
    """W0418."""
    optimizer = facts.bound.optimizer
    hands = [(optimizer.word, "decay", optimizer.span("decay"), optimizer.shrink)]
    used = {id(r): r for p in facts.proof.parameters for r in p.regularize}
    hands += [(r.word, "lambda", r.span("lambda_"), r.shrink) for r in used.values()]
    for word, name, place, shrink in hands:
        share = 0.0 if place is None else _share(shrink)
        lost = share * optimizer.lr
        if place is None or lost < FAST:
            continue
        usual = shown(1e-4 / optimizer.lr)
        edits = (Edit(place, usual),) if is_literal(place) else ()
        yield Diagnostic(
            "W0418",
            f"`{word}` takes {min(lost, 1):.2g} of every weight at each update",
            Label(place, f"{shown(optimizer.lr)} * {share:g} = {shown(lost)}"),
            notes=(f"after {1 / lost:.0f} updates what a weight learned is mostly gone",),
            helps=(Help(f"a ten-thousandth per update is usual: `{name}` of {usual}", edits),),
        )
