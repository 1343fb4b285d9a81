"""Values in their canonical form, as pieces between which a long line may break.

The pieces of `csv("a.csv", target = "label")` are `csv("a.csv",` and `target = "label")`: a line
breaks after a comma and nowhere else. Joined by spaces they are the value on one line.
"""

from __future__ import annotations

from collections.abc import Sequence as Pieces
from typing import Final, assert_never

from specc.lang.spec import (
    Binary,
    Boolean,
    Call,
    Choices,
    Comparison,
    Group,
    Item,
    Name,
    Number,
    Quantity,
    Range,
    Sequence,
    String,
    Unary,
    Value,
)

ANY, PART, RANGE, SUM, PRODUCT, UNARY, POWER, ATOM = range(8)
"""How tightly a form binds, as the grammar has it, from `a <= b` to `a`."""

_BINARY: Final = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "//": PRODUCT, "**": POWER}


def value_pieces(value: Value | Choices, level: int = ANY) -> list[str]:
    """The pieces of a value, in round brackets where it binds less tightly than its place asks."""
    pieces = _pieces(value)
    if _binds(value) < level:
        return joined(["("], pieces, [")"])
    return pieces


def item_pieces(item: Item) -> list[str]:
    """`value` or `name = value`."""
    pieces = value_pieces(item.value)
    return pieces if item.name is None else joined([f"{item.name} = "], pieces)


def listed(groups: Pieces[list[str]]) -> list[str]:
    """Pieces of several values, a comma after each but the last."""
    pieces: list[str] = []
    for index, group in enumerate(groups):
        pieces += group
        if index + 1 < len(groups):
            pieces[-1] += ","
    return pieces


def joined(*groups: list[str]) -> list[str]:
    """Pieces one behind the other, with no break where two groups meet."""
    pieces: list[str] = []
    for group in groups:
        if pieces and group:
            pieces[-1] += group[0]
            pieces += group[1:]
        else:
            pieces += group
    return pieces


def _pieces(value: Value | Choices) -> list[str]:
    match value:
        case Number() | String():
            return [value.span.text]  # as the author wrote it
        case Quantity():
            return [f"{value.amount.span.text} {value.unit}"]
        case Boolean():
            return ["true" if value.value else "false"]
        case Name():
            return [value.text]
        case Call():
            return joined([value.word + "("], listed([item_pieces(i) for i in value.items]), [")"])
        case Group():
            return joined(["("], listed([value_pieces(v) for v in value.values]), [")"])
        case Choices():
            return joined(["{"], listed([value_pieces(v) for v in value.values]), ["}"])
        case Unary():
            return joined([value.operator], value_pieces(value.operand, UNARY))
        case Binary():
            return _binary(value)
        case Range():
            nominal = value_pieces(value.nominal, SUM)
            return joined(nominal, [" in "], value_pieces(value.domain))
        case Sequence():
            first, *others = (value_pieces(part, RANGE) for part in value.parts)
            return joined(first, *(joined([" then "], other) for other in others))
        case Comparison():
            return comparison_pieces(value, PART)
        case _:
            assert_never(value)


def comparison_pieces(value: Comparison, level: int) -> list[str]:
    """`a <= b`, its sides in brackets where they bind less tightly than `level`."""
    left, right = value_pieces(value.left, level), value_pieces(value.right, level)
    return joined(left, [f" {value.operator} "], right)


def _binary(value: Binary) -> list[str]:
    level = _BINARY[value.operator]
    if value.operator == "**":  # binds to the right, and more tightly than the sign before it
        return joined(value_pieces(value.left, ATOM), ["**"], value_pieces(value.right, UNARY))
    left, right = value_pieces(value.left, level), value_pieces(value.right, level + 1)
    return joined(left, [f" {value.operator} "], right)


def _binds(value: Value | Choices) -> int:
    match value:
        case Comparison():
            return ANY
        case Sequence():
            return PART
        case Range():
            return RANGE
        case Binary():
            return _BINARY[value.operator]
        case Unary():
            return UNARY
        case _:
            return ATOM
