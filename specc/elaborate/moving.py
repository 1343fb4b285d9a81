"""Layers under the names that they have at another place: where a line was added above them, or in
the place of one that is like them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from specc.elaborate.place import wanted_symbol
from specc.lang.bound import LayerUse
from specc.model import LayerRow, Parameter, Running

if TYPE_CHECKING:
    from specc.elaborate.summary import Summary

Renamed = tuple[
    tuple[Parameter, ...],
    tuple[Running, ...],
    frozenset[tuple[str, str]],
    tuple[tuple[str, int], ...],
]
"""What has names in a summary: its parameters, running tensors, own settings and symbols."""


def renamed(
    found: Summary, label: str, number: str, shift: int, given: Mapping[str, int]
) -> Renamed:
    """What a layer has under the names of another place, where its streams of random numbers come
    `shift` behind its own, and so many layers were `given` each symbol.
    """
    symbols: list[tuple[str, int]] = []
    parameters: list[Parameter] = []
    runnings: list[Running] = []
    before = len(found.row.label)

    def symbol(name: str) -> str:
        wanted = wanted_symbol(name, number)
        count = given.get(wanted, 0)
        symbols.append((wanted, count))
        return wanted if not count else f"{wanted}_{count + 1}"

    for p in found.parameters:
        name = p.name[before:]
        parameters.append(
            Parameter(
                label + name,
                symbol(name[1:]),
                p.shape,
                label,
                p.weight,
                p.init,
                p.regularize,
                p.purpose + shift,
                p.fan,
                p.offset,
                p.start,
            )
        )
    for r in found.runnings:
        name = r.name[before:]
        symbol_of = symbol(f"running_{name[1:]}")
        runnings.append(Running(label + name, symbol_of, r.shape, label, r.start, r.offset))
    own = frozenset([(label + name[before:], what) for name, what in found.own])
    return tuple(parameters), tuple(runnings), own, tuple(symbols)


def renumbered(found: Summary, number: str) -> str:
    """The name of the value of a layer that has another number."""
    return found.name.removesuffix(found.row.number) + number if found.name else ""


def moved_row(
    row: LayerRow,
    use: LayerUse,
    label: str,
    number: str,
    arrives: str,
    parameters: tuple[Parameter, ...],
    note: str,
) -> LayerRow:
    """The row of a layer at another place, or of one like it."""
    return LayerRow(
        label,
        use.step.text,
        use.step.span.line,
        number,
        row.formula,
        row.input,
        row.output,
        arrives,
        tuple([p.name for p in parameters]),
        row.values,
        row.flops,
        row.activation,
        note,
    )
