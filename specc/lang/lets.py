"""The `let` statements of a file: what each name stands for, in the order in which they need each
other.

Each is worked out once and after all that it needs, so that neither a long chain of them nor a tree
of them takes more than its length in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import cast

from specc.diag.diagnostic import Diagnostic, Help, Label
from specc.diag.sink import Sink
from specc.diag.source import Span
from specc.lang import report
from specc.lang.arithmetic import names_in
from specc.lang.spec import Call, Name, Spec, Statement, Value

SHOWN = 6
"""Names of a circle that are pointed at."""


def read_lets(spec: Spec, sink: Sink) -> tuple[dict[str, Value | None], dict[str, Span]]:
    """The names that a spec defines, with what was written for each, and where."""
    lets: dict[str, Value | None] = {}
    places: dict[str, Span] = {}
    for s in spec.statements:
        if s.word != "let":
            continue
        if len(s.items) != 1 or s.items[0].name is None or s.block is not None:
            sink.add(
                Diagnostic(
                    "E0203",
                    "`let` needs one name and one value",
                    Label(s.head, "needs `name = value`"),
                    helps=(Help("for example `let width = 64`"),),
                )
            )
            continue
        item = s.items[0]
        name = cast(str, item.name)
        place = item.name_span or item.span
        if name in places:
            sink.add(report.given_twice(name, place, places[name]))
            continue
        lets[name], places[name] = item.value, place
    return lets, places


def named_by(statements: Iterable[Statement]) -> tuple[str, ...]:
    """The names that statements with an unknown word were probably to define."""
    found: list[str] = []
    for s in statements:
        for item in s.items[:1]:
            value = item.value
            name = value.text if isinstance(value, Name) else ""
            found.append(value.word if isinstance(value, Call) else item.name or name)
    return tuple(filter(None, found))


def in_order(lets: Mapping[str, Value | None], sink: Sink, start: str = "") -> list[str]:
    """The names, each behind those that it needs; E0213 for a circle, whose names are left out.

    With `start`, only that name and what it needs.
    """
    order: list[str] = []
    seen: set[str] = set()
    for root in (start,) if start else lets:
        if root in seen:
            continue
        seen.add(root)
        path: dict[str, Iterator[Name]] = {root: _needs(lets, root)}
        depth = {root: 0}
        broken = len(lets)  # from this depth on, the path lies on a circle
        while path:
            name, rest = next(reversed(path.items()))
            use = next(rest, None)
            if use is None:
                del path[name]
                if len(path) < broken:
                    order.append(name)
                elif len(path) == broken:
                    broken = len(lets)
            elif use.text not in seen:
                seen.add(use.text)
                depth[use.text] = len(path)
                path[use.text] = _needs(lets, use.text)
            elif use.text in path:
                if broken == len(lets):
                    sink.add(_circle(use, list(path)[depth[use.text] :], lets))
                broken = min(broken, depth[use.text])
    return order


def _needs(lets: Mapping[str, Value | None], name: str) -> Iterator[Name]:
    value = lets[name]
    return iter(()) if value is None else (n for n in names_in(value) if n.text in lets)


def _circle(use: Name, circle: list[str], lets: Mapping[str, Value | None]) -> Diagnostic:
    if len(circle) == 1:
        return Diagnostic(
            "E0213",
            f"`let {use.text}` depends on itself",
            Label(use.span, "used in its own value"),
        )
    secondary = tuple(
        Label(
            next(n.span for n in _needs(lets, name) if n.text == other), f"`{name}` needs `{other}`"
        )
        for name, other in pairwise(circle[:SHOWN])
    )
    return Diagnostic(
        "E0213",
        f"`let {circle[0]}` depends on itself",
        Label(use.span, f"`{circle[-1]}` needs `{use.text}`"),
        secondary,
    )
