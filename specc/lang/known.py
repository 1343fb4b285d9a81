"""What was made from statements is taken again as long as they mean the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from specc.lang.memo import Memo
from specc.lang.scope import scope_of
from specc.lang.spec import Spec, Statement
from specc.lang.values import Reader

T = TypeVar("T")
Statements = tuple[Statement, ...]
Values = tuple[object, ...]
PART = 16
"""Statements of a network that are known together: most of many are as they were before an edit."""


class Known:
    """What is known of statements, as long as the names in them stand for the same."""

    def __init__(self, spec: Spec, memo: Memo, guessed: bool = False) -> None:
        """`guessed`: whether a name may stand for what a misspelt statement defines."""
        self.guessed = guessed
        self.memo = memo
        self.scope = scope_of(spec, memo)

    def once(
        self,
        reader: Reader,
        s: Statement,
        place: object,
        make: Callable[[Statement], T],
        also: Statements = (),
    ) -> T:
        """What is made from a statement at a place, where it means what it means; its search ranges
        are noted each time. `also` are other statements that it is made from.
        """
        sink = reader.sink
        found, key = self.get(place, s, also=also)
        if found is None and not self.guessed:
            # What is said may offer any name.
            found, said = self.memo.said(s, place, self.scope) or (None, ())
            for finding in said:
                sink.add(finding)
        if found is not None:
            reader.names.searches.extend(found[1])
            return cast(T, found[0])
        since, before = len(reader.names.searches), len(sink.log)
        made = make(s)
        result = made, reader.names.searches[since:]
        if self.guessed:
            return made
        if len(sink.log) > before:
            self.memo.say(result, sink.log[before:], s, place, self.scope)
        else:
            self.memo.put(result, *key)
        return made

    def get(
        self, place: object, *statements: Statement, also: Statements = (), at: Values = ()
    ) -> tuple[Any, Values]:
        """What was made from statements at a place while the names in them stood for the same, and
        from values equal to those in `at`, or None; then with the objects under which the memo is
        to keep what is made now.
        """
        found = self.memo.get(place, *statements, self.scope, at=at)
        if found is not None:
            return found, ()
        key = (place, *statements, *also, *self.scope.of(*statements, *also))
        # Where other names were others, it is known here as well.
        found = self.memo.get(*key, at=at)
        if found is not None:
            self.memo.put(found, place, *statements, self.scope, at=at)
        return found, key

    def parts(self, statements: Statements) -> Iterator[Statements]:
        """Many statements in parts, cut where they were cut before an edit."""
        memo, at = self.memo, 0
        while at < len(statements):
            most = min(PART, len(statements) - at)
            count: int | None = memo.get(Known, statements[at])
            if count is None:
                begins = (n for n in range(1, most) if memo.get(Known, statements[at + n]))
                count = next(begins, most)
                memo.put(count, Known, statements[at])
            yield statements[at : at + count]
            at += count
