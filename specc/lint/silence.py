"""Rules that said nothing are asked again only if something that they looked at has changed.

For a text that is checked after each edit. What a rule looks at is noted while it runs: facts are
handed to it behind a `_View`, and each value that it takes is kept under the way that led there,
such as `bound.train.run`. The values themselves never change, so what is the same object says the
same. A rule that said something is asked each time, since its findings have places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import is_
from types import MethodType
from typing import Any, cast

from specc.diag.diagnostic import Diagnostic
from specc.elaborate.proof import Proof
from specc.lang.bound import Bound, DataUse, TrainUse
from specc.lang.spec import Spec
from specc.lint.facts import Facts

Rule = Callable[[Facts], Iterator[Diagnostic]]
Way = tuple[str, ...]
OPENED = frozenset((Bound, TrainUse, DataUse, Proof, Spec))
"""What is made anew for each check, so that what a rule takes out of it is compared instead."""
STATEMENT = "statement"
"""The way to a statement begins so and goes on with its words."""


class Silence:
    """What the rules that had nothing to say about one variant looked at; `file` is that of the
    file itself, which was asked before.
    """

    def __init__(self, file: Silence | None = None) -> None:
        self._file = file
        self._seen: dict[Rule, set[Way]] = {}
        self._values: dict[Way, object] = {}

    def ask(self, rules: Iterable[Rule], facts: Facts) -> Iterator[Diagnostic]:
        """What the rules say, those left out that would say nothing again."""
        changed = set()
        for way, value in self._values.items():
            new = _follow(facts, way)
            if new is not value and not _same(value, new):
                changed.add(way)
                self._values[way] = new
        shared: dict[Way, bool] = {}
        for rule in rules:
            seen = self._seen.get(rule)
            if seen is not None and seen.isdisjoint(changed):
                continue
            if not self._shares(rule, facts, shared):
                yield from self._asked(rule, facts)

    def _shares(self, rule: Rule, facts: Facts, shared: dict[Way, bool]) -> bool:
        """Whether a rule sees here what it sees in the file, about which it said nothing; `shared`
        is what is known of that.
        """
        seen = None if self._file is None else self._file._seen.get(rule)
        if self._file is None or seen is None:
            return False
        values = self._file._values
        for way in seen:
            if way not in shared:
                new, value = _follow(facts, way), values[way]
                shared[way] = new is value or _same(value, new)
            if not shared[way]:
                return False
        self._seen[rule] = seen
        self._values |= {way: values[way] for way in seen}
        return True

    def _asked(self, rule: Rule, facts: Facts) -> Iterator[Diagnostic]:
        noted: dict[Way, object] = {}
        found = list(rule(cast(Facts, _View(facts, (), noted))))
        self._seen.pop(rule, None)
        if not found:
            self._seen[rule] = set(noted)
            self._values |= noted
        yield from found


def _follow(facts: Facts, way: Way) -> object:
    if way[0] == STATEMENT:
        return facts.statement(*way[1:])
    value: object = facts
    for name in way:
        value = getattr(value, name)
    return value


def _same(old: Any, new: Any) -> bool:
    kind = type(old)
    if kind is not type(new):
        return False
    if kind in (tuple, list):
        return len(old) == len(new) and all(map(is_, old, new))
    return kind in (int, float, str) and bool(old == new)


class _View:
    """Facts, or a part of them, that notes what is taken out of it; then it holds that itself."""

    def __init__(self, thing: object, way: Way, noted: dict[Way, object]) -> None:
        self._thing = thing
        self._way = way
        self._noted = noted

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._thing, name)
        way = (*self._way, name)
        kind = type(value)
        if kind in OPENED:
            value = _View(value, way, self._noted)
        elif kind is MethodType:
            value = MethodType(value.__func__, self)
        else:
            self._noted[way] = value
        self.__dict__[name] = value
        return value

    def statement(self, *path: str) -> Any:
        found = self._thing.statement(*path)  # type: ignore[attr-defined]
        self._noted[(STATEMENT, *path)] = found
        return found
