"""Shapes hold for every choice of a search range, not for the nominal value alone.

Each range is tried at each of its choices, or at both ends of an interval of whole numbers, with
all other ranges at their nominal values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specc.diag.diagnostic import Diagnostic, Label
from specc.diag.sink import Sink
from specc.elaborate.assemble import elaborate
from specc.lang.bind import bind
from specc.lang.bound import Bound, SearchRange
from specc.lang.spec import Choices, Spec, Value
from specc.library.registry import Registry

MOST = 64
"""Choices that are proven; a range with more is a slip."""


def prove_choices(spec: Spec, bound: Bound, registry: Registry, sink: Sink) -> None:
    """Errors that show up only when a search range is not at its nominal value."""
    tried = 0
    for search in bound.searches:
        if not _shapes(search):
            continue
        for choice in _choices(search):
            tried += 1
            if tried > MOST or sink.failed:
                return
            inner = Sink()
            other = bind(spec, bound.variant, registry, inner, {search.span: choice})
            if other is not None:
                elaborate(other, registry, inner)
            for finding in inner.sorted():
                if finding.severity == "error":
                    sink.add(_for_choice(finding, choice))


def _shapes(search: SearchRange) -> bool:
    """Whether a range can change a shape: in the network, or in a `let` that may stand there."""
    return search.path.startswith("network.") or "." not in search.path


def _choices(search: SearchRange) -> Iterator[Value]:
    if isinstance(search.domain, Choices):
        yield from search.domain.values
    elif search.domain.word == "int":
        yield from (item.value for item in search.domain.items)


def _for_choice(finding: Diagnostic, choice: Value) -> Diagnostic:
    label = Label(choice.span, "with this choice")
    note = f"the nominal value of the search range is fine, its choice {choice.span.text} is not"
    # An edit that suits this choice would break the others, so words are all that is offered.
    return replace(
        finding,
        secondary=(*finding.secondary, label),
        notes=(*finding.notes, note),
        helps=tuple(replace(h, edits=()) for h in finding.helps),
    )
