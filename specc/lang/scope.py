"""What the names of a spec stand for: what is made from a statement is made again only where a name
in it stands for something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from specc.lang.arithmetic import names_in
from specc.lang.memo import Memo
from specc.lang.override import defined
from specc.lang.spec import Spec, Statement


class Meaning:
    """Stands for what a name stands for: the same as long as all is that it is made of."""


class Scope:
    """The names that statements see: the same as long as all of them stand for the same."""

    def __init__(self, memo: Memo, names: tuple[Statement, ...]) -> None:
        """`names` are the statements that define them."""
        self.memo = memo
        self._names = names
        self._known: dict[str, object] | None = None
        self._defined = frozenset(map(defined, names))

    def mentioned_in(self, *statements: Statement) -> bool:
        """Whether statements mention any of these names."""
        return not self._mentioned(*statements).isdisjoint(self._defined)

    @property
    def blocks(self) -> tuple[Statement, ...]:
        return tuple(s for s in self._names if s.word == "block")

    def of(self, *statements: Statement) -> tuple[object, ...]:
        """What stands for the names that statements mention, the same as long as these do."""
        if not self.memo.lasting:
            return (self,)  # no edit will follow that leaves most of them as they are
        if not self._names:
            return ()
        if self._known is None:
            self._known = self._meanings()
        mentioned = self._mentioned(*statements)
        if mentioned.isdisjoint(self._known):
            return ()
        return tuple([m for name, m in self._known.items() if name in mentioned])

    def _meanings(self) -> dict[str, object]:
        """Every name with its meaning; in a circle, where something is said, all mean all."""
        defining: dict[str, list[Statement]] = {}
        for s in self._names:
            defining.setdefault(defined(s) or "", []).append(s)
        needed = {
            name: [n for n in self._mentioned(*own) if n in defining and n != name]
            for name, own in defining.items()
        }
        found: dict[str, object] = {}
        try:
            for name in TopologicalSorter(needed).static_order():
                parts = (*defining[name], *(found[n] for n in needed[name]))
                found[name] = self.memo.get(Meaning, *parts) or Meaning()
                self.memo.put(found[name], Meaning, *parts)
        except CycleError:
            return dict.fromkeys(defining, self)
        return found

    def _mentioned(self, *statements: Statement) -> frozenset[str]:
        """The words that statements begin with and the names in them, at any depth."""
        found: frozenset[str] = frozenset()
        for s in statements:
            own: frozenset[str] | None = self.memo.get(Scope, s)
            if own is None:
                own = frozenset(_own(s)) | self._mentioned(*(s.block or ()))
                self.memo.put(own, Scope, s)
            found = found | own if found else own
        return found


def scope_of(spec: Spec, memo: Memo) -> Scope:
    """The scope of a spec."""
    names = tuple(s for s in spec.statements if s.word in ("let", "block"))
    found: Scope | None = memo.get(scope_of, *names)
    if found is None:
        found = Scope(memo, names)
        memo.put(found, scope_of, *names)
    return found


def _own(s: Statement) -> Iterator[str]:
    """The word of a statement and the names in it, without those in its block."""
    yield s.word
    values = [item.value for item in s.items]
    values += s.dims or ()
    if s.claim is not None:
        values.append(s.claim)
    for value in values:
        for name in names_in(value):
            yield name.text
