"""A spec holds for every choice of a search range, not for the nominal value alone.

Each range is tried at each of its choices, or at both ends of an interval, first with all other
ranges at their nominal values, then together with theirs: each with each, or where that is too much
all at their first choices and all at their last ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from math import prod

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.elaborate.assemble import prove
from specc.elaborate.given import unfit_data
from specc.elaborate.proof import Proof
from specc.lang.bind import bind
from specc.lang.bound import Bound, SearchRange
from specc.lang.chosen import Picks, chosen
from specc.lang.memo import Memo, same
from specc.lang.ranges import tried_in
from specc.lang.scope import Scope, scope_of
from specc.lang.spec import Number, Spec, Statement, Value
from specc.library.registry import Registry
from specc.record import replace

MOST = 64
"""Choices of numbers that are proven; a range with more is a slip. Of words there are not many."""
MOST_LAYERS = 20_000
"""Layers that all choices build, which takes some seconds."""
TOGETHER = 2_000
"""Layers of networks in which several ranges have another value; where each with each is more, only
two of them are proven.
"""
TIMED = ("train", "schedule")
"""Where durations stand, which have to go with each other."""


def prove_choices(spec: Spec, proof: Proof, registry: Registry, sink: Sink, memo: Memo) -> int:
    """Errors that show up only when search ranges are not at their nominal values.

    Args:
        spec: The statements of the variant.
        proof: What is known of it with the nominal values.
        registry: The words of the language.
        sink: Where errors go; E0214 where the choices are too many to prove.
        memo: What is known of statements of this file.

    Returns:
        How many layers the choices have, if they are not those of the file.
    """
    ranges = tuple({s.span: s for s in proof.bound.searches if _matters(s)}.values())
    if not ranges:
        return 0
    parts = _parts(spec, proof.bound, ranges, memo)
    if spec.variant is None:
        memo.say(parts, (), prove_choices)
    file = memo.said(prove_choices)
    own = spec.variant is None or file is None or not same(file[0], parts)
    known: int | None = memo.get(*parts)
    if known is not None:
        return known if own else 0
    layers = len(proof.forward.rows)
    fitting = max(2, MOST_LAYERS // max(1, layers))
    most = min(MOST, fitting)
    # Data that take the place of a source have the features that the nominal values ask for.
    generated = not unfit_data(proof)
    before = len(sink.log)
    numbers = proven = 0
    for search, picks in _alone(ranges):
        numbers += _is_number(search)
        if numbers > most or proven == fitting:
            sink.add(_too_many(search, most if numbers > most else fitting, layers))
        if sink.failed:
            return proven * layers
        _prove(spec, proof.bound.variant, picks, generated, registry, sink, memo)
        proven += 1
    for picks in _together(ranges, min(MOST, TOGETHER // max(1, layers))):
        if sink.failed:
            break
        _prove(spec, proof.bound.variant, picks, generated, registry, sink, memo)
        proven += 1
    if len(sink.log) == before:
        memo.put(proven * layers, *parts)
    return proven * layers


def _parts(
    spec: Spec, bound: Bound, ranges: tuple[SearchRange, ...], memo: Memo
) -> tuple[object, ...]:
    """What decides whether choices fit, the same for variants and edits that change none of it: the
    network, what is said about its output, and other statements in which names stand.
    """
    scope = scope_of(spec, memo)
    inside = ("let", "block", "network")
    naming = list(_naming([s for s in spec.statements if s.word not in inside], scope))
    parts: tuple[object, ...] = (bound.network, bound.loss, bound.data, bound.expect, bound.search)
    sized = all(_is_number(r) and _head(r) in ("network", r.path) for r in ranges)
    parts += (bound.train.metrics,) if sized else (bound.train, bound.schedule)
    return (prove_choices, *parts, *(r.domain for r in ranges), *naming, *scope.of(*naming))


def _naming(statements: Iterable[Statement], scope: Scope) -> Iterator[Statement]:
    """The statements in which names stand, without the blocks around them."""
    for s in statements:
        if scope.mentioned_in(s):
            yield from _naming(s.block, scope) if s.block else (s,)


def _prove(
    spec: Spec,
    variant: str | None,
    picks: Picks,
    generated: bool,
    registry: Registry,
    sink: Sink,
    memo: Memo,
) -> None:
    """Errors of some choices; with `generated` also those of the data that are made for them."""
    inner, proven = Sink(), None
    other = bind(chosen(spec, picks, memo), variant, registry, inner, memo, nominal=False)
    if other is not None:
        # Without an edit to come the networks of all choices would fill the memory.
        proven = prove(other, registry, inner, memo=memo if memo.lasting else None)
    if proven is not None and generated:
        for finding in unfit_data(proven):
            inner.add(finding)
    for finding in inner.sorted():
        if finding.severity == "error":
            sink.add(_for_choices(finding, tuple(picks.values())))


def _too_many(search: SearchRange, most: int, layers: int) -> Diagnostic:
    """E0214: what is not proven must not look as if it were."""
    return Diagnostic(
        "E0214",
        f"the search ranges give more than {most} choices of shapes to prove",
        Label(search.domain.span, "too many choices from here on"),
        notes=(f"each is a network of {layers:_} layers that is built and checked",),
        helps=(Help("give fewer choices, or a range such as `int(16, 128)`"),),
    )


def _matters(search: SearchRange) -> bool:
    """Whether a choice can be wrong beside other values, though it is right by itself: what changes
    shapes, a `let` that may stand anywhere, shares of the data, and words but for those that no
    other statement depends on.
    """
    head = _head(search)
    if head in ("network", "data", search.path) or search.path.startswith("train.metrics."):
        return True
    return not _is_number(search) and head in ("loss", *TIMED)


def _is_number(search: SearchRange) -> bool:
    return isinstance(search.nominal, int | float)


def _head(search: SearchRange) -> str:
    return search.path.partition(".")[0]


def _choices(search: SearchRange) -> Iterator[Value]:
    """The choices of a range, or its ends, but for the value that stands before it."""
    for choice in tried_in(search.domain):
        if not (isinstance(choice, Number) and choice.value == search.nominal):
            yield choice


def _alone(ranges: tuple[SearchRange, ...]) -> Iterator[tuple[SearchRange, Picks]]:
    """Each range at each of its choices, all others at their nominal values."""
    for search in ranges:
        for choice in _choices(search):
            yield search, {search.span: choice}


def _together(ranges: tuple[SearchRange, ...], most: int) -> Iterator[Picks]:
    """Choices of several ranges: all that there are, or where these are too many all the first
    ones, and all the last ones.
    """
    tried = [(search.span, tuple(_choices(search))) for search in ranges]
    every: Iterable[tuple[tuple[Span, Value] | None, ...]]
    if prod(1 + len(choices) for _, choices in tried) > most:
        several = [(span, choices) for span, choices in tried if choices]
        every = [tuple((span, choices[end]) for span, choices in several) for end in (0, -1)]
    else:
        options = [[None, *((span, choice) for choice in choices)] for span, choices in tried]
        every = product(*options)
    for picked in every:
        picks = dict(filter(None, picked))
        if len(picks) > 1:  # one alone is proven
            yield picks


def _for_choices(finding: Diagnostic, choices: tuple[Value, ...]) -> Diagnostic:
    """An error that the nominal values do not have."""
    labels = tuple(Label(choice.span, "with this choice") for choice in choices)
    texts = [choice.span.text for choice in choices]
    note = f"the nominal value of the search range is fine, its choice {texts[0]} is not"
    if len(texts) > 1:
        together = " and ".join((", ".join(texts[:-1]), texts[-1]))
        note = f"each choice is fine by itself, {together} together are not"
    # An edit that suits these choices would break the others, so words are all that is offered.
    return replace(
        finding,
        secondary=(*finding.secondary, *labels),
        notes=(*finding.notes, note),
        helps=tuple(replace(h, edits=()) for h in finding.helps),
    )
