"""The columns that a source names: each once, and none for both the inputs and the target."""

from __future__ import annotations

from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.lang.report import given_twice
from specc.lang.spec import Call, Group, Item, Name, Statement, String, Value

ROLES = ("target", "inputs")
"""Arguments that name columns."""


def columns(s: Statement) -> Iterator[Diagnostic]:
    """E0502 for a target among the inputs, which would tell the network what it is to find, and
    E0208 for a column that an argument names twice. `s` was read without an error.
    """
    call = s.items[0].value
    roles = {i.name: i for i in call.items} if isinstance(call, Call) else {}
    seen: dict[str, tuple[str, Span]] = {}
    for role in ROLES:
        item = roles.get(role)
        values = () if item is None else _values(item)
        for value in values:
            text = value.value if isinstance(value, String) else value.span.text
            other, place = seen.setdefault(text.strip(), (role, value.span))
            if place is value.span:
                continue
            if other == role:
                yield given_twice(text, value.span, place)
            else:
                yield _both(text, value.span, place, _without(values, value))


def _values(item: Item) -> tuple[Value, ...]:
    values = item.value.values if isinstance(item.value, Group) else (item.value,)
    return tuple(v for v in values if isinstance(v, Name | String))


def _both(text: str, again: Span, target: Span, edits: tuple[Edit, ...]) -> Diagnostic:
    return Diagnostic(
        "E0502",
        f"column `{text}` is both an input and the target",
        Label(again, "the target too"),
        (Label(target, "to be predicted"),),
        notes=("a network that is told the answer learns nothing else",),
        helps=(Help("leave it out of the inputs", edits),),
    )


def _without(values: tuple[Value, ...], value: Value) -> tuple[Edit, ...]:
    """Takes one of several values out, with the comma on one side of it."""
    at = values.index(value)
    source = value.span.source
    if at > 0:
        return (Edit(Span(source, values[at - 1].span.end, value.span.end), ""),)
    if len(values) > 1:
        return (Edit(Span(source, value.span.start, values[1].span.start), ""),)
    return ()
