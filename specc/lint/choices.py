"""Choices of a search: the same one twice, and fewer of them than trials."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.lang.arithmetic import Poison
from specc.lang.chosen import ranges_in
from specc.lang.environment import Environment
from specc.lang.spec import Binary, Choices, Name, Number, Unary, Value
from specc.lint.arguments import shown, written_names
from specc.lint.facts import Facts
from specc.lint.redundant import meaning
from specc.record import replace

_CHOICES = re.compile(r"\bin\s*\{")


def repeated(facts: Facts) -> Iterator[Diagnostic]:
    """W0208. Where no choice is left without the repetition, W0202 says so."""
    file = facts.file
    if not (_CHOICES.search(file.source.text) or file.uses):
        return
    names: Environment | None = None
    for found in ranges_in(file.statements, facts.memo):
        if not isinstance(found.domain, Choices):
            continue
        names = names or written_names(file)
        same = _alike(found.domain, names)
        numbers = all(isinstance(key, int | float) for key in same)
        if len(same) > 1 or not numbers:
            for key, values in same.items():
                if len(values) > 1:
                    yield _several(found.domain, key, values)


def _several(domain: Choices, key: object, values: list[Value]) -> Diagnostic:
    first, again, *_ = values
    count = "twice" if len(values) == 2 else f"{len(values)} times"
    value = shown(key) if isinstance(key, int | float) else first.span.text
    before = dict(zip(map(id, domain.values[1:]), domain.values, strict=False))
    gaps = (Span(v.span.source, before[id(v)].span.end, v.span.end) for v in values[1:])
    edits = tuple(Edit(gap, "") for gap in gaps if "#" not in gap.text)
    return Diagnostic(
        "W0208",
        f"the search range lists `{value}` {count}",
        Label(again.span, "the same again"),
        (Label(first.span, "listed here already"),),
        notes=("a search that draws among them would try it more often than the others",),
        helps=(Help("take the repetition out", edits),),
    )


def trials(facts: Facts) -> Iterator[Diagnostic]:
    """W0209: the settings that differ are fewer than the trials."""
    statement = facts.statement("search", "trials")
    search = facts.bound.search
    if statement is None or search is None:
        return
    ranges = ranges_in(facts.file.statements, facts.memo)
    names = written_names(facts.file)
    counts: list[int] = []
    for found in ranges:
        if not isinstance(found.domain, Choices):
            return
        counts.append(len(_alike(found.domain, names)))
    settings = prod(counts)
    if settings < 2 or settings >= search.trials:
        return
    place = statement.items[0].value.span
    sum_ = f"{' * '.join(map(str, counts))} = {settings} settings" if len(counts) > 1 else ""
    yield Diagnostic(
        "W0209",
        f"{search.trials:_} trials, but the ranges hold {settings:_} settings",
        Label(place, f"more than the {settings:_} that differ"),
        notes=(
            *((sum_,) if sum_ else ()),
            f"{search.trials - settings:_} of the trials would train what another one trains",
        ),
        helps=(
            Help(
                f"write `trials {settings}`, or give the ranges more values",
                (Edit(place, str(settings)),),
            ),
        ),
    )


def _alike(domain: Choices, names: Environment) -> dict[object, list[Value]]:
    """The choices, those that come to the same together: numbers however they are written."""
    found: dict[object, list[Value]] = {}
    for value in domain.values:
        key: object = meaning(value)
        if isinstance(value, Number | Name | Unary | Binary):
            # What is no number here, such as a parameter of a block, would be an error in the sink.
            number = replace(names, sink=Sink()).number(value)
            key = key if isinstance(number, Poison) else number
        found.setdefault(key, []).append(value)
    return found
