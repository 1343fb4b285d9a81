"""A block that is used again with the same values: it was read, and has another use behind it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

from specc.diag.source import Span
from specc.lang.bound import Body, LayerUse, NetworkStep, Residual, Step
from specc.lang.spec import Number, Statement, Value
from specc.record import replace

Names = Mapping[str, Value | None]


def worth(given: Names) -> tuple[object, ...] | None:
    """What the parameters of a block come to, the same wherever that was written; None where one is
    no number, since messages about it would show its place.
    """
    found: list[object] = []
    for name, value in given.items():
        if not isinstance(value, Number):
            return None
        found += (name, type(value.value), value.value, value.percent)
    return tuple(found)


def uses_none(statements: tuple[Statement, ...], blocks: Collection[str]) -> bool:
    """Whether the body of a block uses no other one, which would have names of its own."""
    return all(s.word not in blocks and uses_none(s.block or (), blocks) for s in statements)


def under(
    steps: tuple[NetworkStep, ...], chain: tuple[Span, ...], names: Names
) -> tuple[NetworkStep, ...]:
    """The steps of a block as another use of it has them.

    Args:
        steps: As one use has them.
        chain: The other use, behind those that led there.
        names: What names stand for there.
    """
    found: list[NetworkStep] = []
    for s in steps:
        old = s.step
        step = Step(
            old.text,
            old.span,
            old.head,
            chain,
            old.claim,
            old.claim_span,
            old.alias,
            old.items,
            names,
        )
        if isinstance(s, LayerUse):
            found.append(LayerUse(step, s.layer))
        elif isinstance(s, Body | Residual):
            found.append(cast(NetworkStep, replace(s, step=step, body=under(s.body, chain, names))))
        else:
            found.append(cast(NetworkStep, replace(s, step=step)))
    return tuple(found)
