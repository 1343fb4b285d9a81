"""Rules that said nothing are asked again only if something that they looked at has changed.

For a text that is checked after each edit. What a rule looks at is noted while it runs: facts are
handed to it behind a `_View`, and each value that it takes is kept under the way that led there,
such as `bound.train.run`. The values themselves never change, so what is the same object says the
same. A rule that said something is asked in each check, since its findings have places; what it
said about the file it says about every variant that changes nothing that it looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from operator import attrgetter, is_, methodcaller
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
        self._values: dict[Way, tuple[Callable[[Facts], object], object]] = {}
        self._left: dict[frozenset[Way], tuple[Rule, ...]] = {}
        self._said: dict[Rule, tuple[dict[Way, object], list[Diagnostic]]] = {}

    def ask(self, rules: Iterable[Rule], facts: Facts) -> Iterator[Diagnostic]:
        """What the rules say, those left out that would say nothing again."""
        self._forget(self._changed(facts))
        self._left.clear()
        self._said.clear()
        # What a rule sees here may be what it sees in the file, about which it said nothing.
        file = self._file
        left = rules if file is None else file._speaking(rules, frozenset(file._changed(facts)))
        for rule in left:
            if rule in self._seen:
                continue
            said = None if file is None else file._repeated(rule, facts)
            yield from self._asked(rule, facts) if said is None else said

    def _speaking(self, rules: Iterable[Rule], changed: frozenset[Way]) -> tuple[Rule, ...]:
        """The rules that may have something to say where this has changed: the same for variants
        that change the same.
        """
        found = self._left.get(changed)
        if found is None:
            seen = self._seen
            left = (r for r in rules if r not in seen or not seen[r].isdisjoint(changed))
            found = self._left[changed] = tuple(left)
        return found

    def _repeated(self, rule: Rule, facts: Facts) -> list[Diagnostic] | None:
        """What a rule said about the file in this check, if it sees the same here."""
        noted, said = self._said.get(rule, (None, []))
        if noted is None:
            return None
        same = all(_same(value, _follower(way)(facts)) for way, value in noted.items())
        return said if same else None

    def _changed(self, facts: Facts) -> dict[Way, object]:
        """What is not as it was, with what it is now."""
        changed: dict[Way, object] = {}
        for way, (follow, value) in self._values.items():
            new = follow(facts)
            if new is not value and not _same(value, new):
                changed[way] = new
        return changed

    def _forget(self, changed: dict[Way, object]) -> None:
        """Rules that looked at what has changed may have something to say."""
        if changed:
            self._keep(changed)
            seen = self._seen.items()
            self._seen = {r: ways for r, ways in seen if ways.isdisjoint(changed)}

    def _asked(self, rule: Rule, facts: Facts) -> Iterator[Diagnostic]:
        noted: dict[Way, object] = {}
        found = list(rule(cast(Facts, _View(facts, (), noted))))
        if found:
            self._said[rule] = (noted, found)
        else:
            self._seen[rule] = set(noted)
            self._keep(noted)
        yield from found

    def _keep(self, noted: dict[Way, object]) -> None:
        self._values |= {way: (_follower(way), value) for way, value in noted.items()}


@cache
def _follower(way: Way) -> Callable[[Facts], object]:
    """What goes a way, from facts on."""
    return methodcaller(*way) if way[0] == STATEMENT else attrgetter(".".join(way))


def _same(old: Any, new: Any) -> bool:
    kind = type(old)
    if old is new or kind is not type(new):
        return old is new
    if kind in (tuple, list):
        if len(old) != len(new):
            return False
        if all(map(is_, old, new)):
            return True
        return all(a is b or _same(a, b) for a, b in zip(old, new, strict=True))
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
