"""Weights that shrink apart from the gradient: by two hands at once, or so fast that they forget.

How much goes is read off the graph of the update, so that new words are covered.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.ir.builder import Builder
from specc.lang.memo import Memo
from specc.library.words import Optimizer, Regularizer
from specc.lint.arguments import is_literal, shown
from specc.lint.facts import Facts
from specc.lint.scalars import number

QUADRATIC = ("l2", "elastic")
"""Penalties whose gradient is a share of the weight."""
FAST = 0.01
"""The share of every weight per update from which it remembers 100 updates at most."""

Hand = tuple[str, Span]


def _share(word: Optimizer | Regularizer, memo: Memo) -> float:
    """The share of a weight that a word takes at a learning rate of 1."""
    share: float | None = memo.get(_share, word)
    if share is None:
        b = Builder()
        left = word.shrink(b.input("w", (), "host"), b.input("lr", (), "host"))
        share = 0.0
        if left is not None:
            share = 1 - (number(b.graph(w=left), "w", {"w": 1.0, "lr": 1.0}) or 1.0)
        memo.put(share, _share, word)
    return share


def twice(facts: Facts) -> Iterator[Diagnostic]:
    """W0416: two words that each pull weights to 0 by a share of themselves."""
    optimizer = facts.bound.optimizer
    said: set[tuple[Span, Span]] = set()
    by_optimizer: list[Hand] = []
    place = optimizer.span("decay") or optimizer.span()
    if place is not None and _share(optimizer, facts.memo):
        by_optimizer.append((optimizer.word, place))
    for several in facts.penalties:
        hands = [*by_optimizer]
        for r in several:
            at = r.span()
            pulls = r.word in QUADRATIC and getattr(r, "l2", getattr(r, "lambda_", 0.0)) > 0
            if at is not None and (pulls or _share(r, facts.memo)):
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
    hands: list[tuple[Optimizer | Regularizer, str]] = [(optimizer, "decay")]
    used = {id(r): r for several in facts.penalties for r in several}
    hands += [(r, "lambda") for r in used.values()]
    for word, name in hands:
        place = word.span("decay" if word is optimizer else "lambda_")
        share = 0.0 if place is None else _share(word, facts.memo)
        lost = share * optimizer.lr
        if place is None or lost < FAST:
            continue
        usual = shown(1e-4 / optimizer.lr)
        edits = (Edit(place, usual),) if is_literal(place) else ()
        yield Diagnostic(
            "W0418",
            f"`{word.word}` takes {min(lost, 1):.2g} of every weight at each update",
            Label(place, f"{shown(optimizer.lr)} * {share:g} = {shown(lost)}"),
            notes=(f"after {1 / lost:.0f} updates what a weight learned is mostly gone",),
            helps=(Help(f"a ten-thousandth per update is usual: `{name}` of {usual}", edits),),
        )
