"""Searches that cannot find what they look for: no ranges, one choice, wrong scales, the worst."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Span
from specc.lang.arithmetic import Poison
from specc.lang.bound import SearchRange
from specc.lang.chosen import ranges_in
from specc.lang.ranges import tried_in
from specc.lang.spec import Call, Choices
from specc.library.define import Arg
from specc.library.words import Metric
from specc.lint.arguments import is_memory, shown, written_names
from specc.lint.facts import Facts
from specc.lint.fixes import without

DECADE = 10.0
"""A range as wide as this is searched by its exponent."""


def no_ranges(facts: Facts) -> Iterator[Diagnostic]:
    """W0205: every trial trains the same."""
    search = next((s for s in facts.file.statements if s.word == "search"), None)
    if search is None or facts.bound.searches:
        return
    if not ranges_in(facts.file.statements, facts.memo):
        yield Diagnostic(
            "W0205",
            "no value of the file has a range to search",
            Label(search.word_span, "nothing to search"),
            notes=("every trial would train with the same values",),
            helps=(
                Help(
                    "give a value its range, for example `lr = 1e-3 in log(1e-4, 1e-1)` "
                    "or `batch 64 in {32, 64, 128}`; or take the search out",
                    without(search.span),
                ),
            ),
        )


def objectives(facts: Facts) -> Iterator[Diagnostic]:
    """W0206: the worst setting of all that are tried."""
    search = facts.bound.search
    statement = facts.statement("search", "objective")
    if search is None or statement is None:
        return
    wanted = search.objective
    kind = facts.registry.find("metrics", wanted.result.rpartition(".")[2])
    better = "min" if kind is None else cast("type[Metric]", kind).better
    value = statement.items[0].value
    if wanted.direction != better and isinstance(value, Call):
        yield Diagnostic(
            "W0206",
            f"the search looks for the worst `{wanted.result}`",
            Label(value.word_span, f"{'small' if better == 'min' else 'large'} is good here"),
            helps=(Help(f"write `{better}({wanted.result})`", (Edit(value.word_span, better),)),),
        )


def fixed_ranges(facts: Facts) -> Iterator[Diagnostic]:
    """W0202: the value is the only choice."""
    for search in facts.bound.searches:
        values = _values(facts, search)
        if values is not None and len(set(values)) == 1:
            yield _alone(search, values[0])


def _alone(search: SearchRange, value: float) -> Diagnostic:
    at = search.domain.span
    whole = Span(at.source, search.span.start + len(_nominal(search)), at.end)
    edits = (Edit(whole, ""),) if value == search.nominal else ()
    return Diagnostic(
        "W0202",
        f"the search range `{at.text}` leaves no choice",
        Label(at, f"only {value:g}"),
        helps=(Help("give a second value, or write the number alone", edits),),
    )


def wrong_scales(facts: Facts) -> Iterator[Diagnostic]:
    """W0203 and W0204: the learning rate on a linear scale, an average's weight near 1 on any
    but its own.
    """
    for search in facts.bound.searches:
        if isinstance(search.domain, Choices):
            continue
        argument = _argument(facts, search)
        values = _values(facts, search)
        if argument is None or values is None or search.domain.word in ("int", "near_one"):
            continue
        low, high = min(values), max(values)
        if argument.name == "lr" and search.domain.word == "uniform" and low > 0:
            if high / low > DECADE:
                yield _linear(search, low, high)
        elif is_memory(argument) and high < 1 and (1 - low) / (1 - high) > DECADE - 1e-9:
            yield _near_one(search, argument, low, high)


def _linear(search: SearchRange, low: float, high: float) -> Diagnostic:
    word = search.domain.word_span if isinstance(search.domain, Call) else search.domain.span
    middle = (low * high) ** 0.5
    above = (high - middle) / (high - low)
    return Diagnostic(
        "W0203",
        f"a learning rate from {shown(low)} to {shown(high)} is drawn on a linear scale",
        Label(word, "nearly all draws are large"),
        notes=(
            f"{above:.0%} of the draws lie above {shown(middle)}, the middle of the exponents",
            f"{shown(low)} to {shown(high)} is a factor of {high / low:,.0f}".replace(",", "_"),
        ),
        helps=(Help("draw the exponent: `log`", (Edit(word, "log"),)),),
    )


def _near_one(search: SearchRange, argument: Arg, low: float, high: float) -> Diagnostic:
    word = search.domain.word_span if isinstance(search.domain, Call) else search.domain.span
    return Diagnostic(
        "W0204",
        f"`{argument.label}` from {low:g} to {high:g} is drawn on a scale that "
        "does not resolve values near 1",
        Label(word, "even steps in the wrong number"),
        notes=(
            f"{low:g} averages over about {1 / (1 - low):.0f} updates, "
            f"{high:g} over about {1 / (1 - high):_.0f}: what counts is 1 - {argument.label}",
        ),
        helps=(Help(f"draw 1 - {argument.label} on a log scale", (Edit(word, "near_one"),)),),
    )


def _argument(facts: Facts, search: SearchRange) -> Arg | None:
    """The argument of the optimiser that a range stands for, itself or through a `let`."""
    optimizer = facts.bound.optimizer
    for a in optimizer.args:
        span = optimizer.spans.get(a.name)
        if search.path == f"optimizer.optimizer.{a.label}":
            return a
        if "." not in search.path and span is not None and span.text == search.path:
            return a
    return None


def _values(facts: Facts, search: SearchRange) -> list[float] | None:
    """The choices or the two ends of a range; None where one of them is no number of the file."""
    written = tried_in(search.domain)
    names = written_names(facts.spec)
    found = [names.number(value) for value in written]
    numbers = [float(n) for n in found if not isinstance(n, Poison)]
    return numbers if len(numbers) == len(written) and numbers else None


def _nominal(search: SearchRange) -> str:
    """The value before `in`, as written."""
    text = search.span.source.text[search.span.start : search.domain.span.start]
    return text.rstrip().removesuffix("in").rstrip()
