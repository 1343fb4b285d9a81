"""Shapes hold for every choice of a search range, not for the nominal value alone.

Each range is tried at each of its choices, or at both ends of an interval of whole numbers, with
all other ranges at their nominal values.
"""

from __future__ import annotations

from collections.abc import Iterator

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.elaborate.assemble import prove
from specc.lang.bind import bind
from specc.lang.bound import Bound, SearchRange
from specc.lang.spec import Choices, Spec, Value
from specc.library.registry import Registry
from specc.record import replace

MOST = 64
"""Choices that are proven; a range with more is a slip."""
MOST_LAYERS = 20_000
"""Layers that all choices together build, which takes some seconds."""


def prove_choices(spec: Spec, bound: Bound, layers: int, registry: Registry, sink: Sink) -> None:
    """Errors that show up only when a search range is not at its nominal value.

    Args:
        spec: The statements of the variant.
        bound: Its words and arguments.
        layers: How many layers its network has.
        registry: The words of the language.
        sink: Where errors go; E0214 where the choices are too many to prove.
    """
    tried = 0
    most = max(2, min(MOST, MOST_LAYERS // max(1, layers)))
    for search in bound.searches:
        if not _shapes(search):
            continue
        for choice in _choices(search):
            tried += 1
            if tried > most:
                sink.add(_too_many(search, most, layers))
            if sink.failed:
                return
            inner = Sink()
            other = bind(spec, bound.variant, registry, inner, {search.span: choice})
            if other is not None:
                prove(other, registry, inner)
            for finding in inner.sorted():
                if finding.severity == "error":
                    sink.add(_for_choice(finding, choice))


def _too_many(search: SearchRange, most: int, layers: int) -> Diagnostic:
    """E0214: what is not proven must not look as if it were."""
    return Diagnostic(
        "E0214",
        f"the search ranges give more than {most} choices of shapes to prove",
        Label(search.domain.span, "too many choices from here on"),
        notes=(f"each is a network of {layers:_} layers that is built and checked",),
        helps=(Help("give fewer choices, or a range such as `int(16, 128)`"),),
    )


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
