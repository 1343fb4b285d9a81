"""What the variants of a file have in common is made once.

A variant replaces a few statements; all others are the same objects as those of the file, and what
is made from the same objects is the same. So a check of many variants costs one check of the file
and what differs. An editor keeps more, from check to check (`specc.editing.kept`).
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import Any, ClassVar

from specc.diag.diagnostic import Diagnostic

Said = tuple[Any, tuple[Diagnostic, ...]]


def same(a: Sequence[object], b: Sequence[object]) -> bool:
    """Whether two sequences hold the same objects."""
    return len(a) == len(b) and all(map(is_, a, b))


class Memo:
    """Results of checking a file, by the objects that they were made from.

    Only results of the file itself are kept: those of every variant would fill the memory. What
    something was said about is kept apart, with that, since findings have places.
    """

    lasting: ClassVar[bool] = False
    """Whether another check will follow that may use what this one makes."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], tuple[tuple[object, ...], Any]] = {}
        self.sealed = False
        self._said: dict[tuple[int, ...], tuple[tuple[object, ...], Said]] = {}

    def get(self, *parts: object, at: tuple[object, ...] = ()) -> Any:
        """What was made from these objects, and from values equal to those in `at`, or None."""
        found = self._made.get((*at, *map(id, parts)))
        return None if found is None else found[1]

    def put(
        self, made: object, *parts: object, at: tuple[object, ...] = (), layers: int = 0
    ) -> None:
        """Keep a result with the parts, whose identities must not be taken by others; `layers` are
        those that it holds.
        """
        if not self.sealed:
            self._made[(*at, *map(id, parts))] = (parts, made)

    def said(self, *parts: object) -> Said | None:
        """What came of these objects in this check, with the findings about it."""
        found = self._said.get(tuple(map(id, parts)))
        return None if found is None else found[1]

    def say(self, made: Any, findings: Sequence[Diagnostic], *parts: object) -> None:
        """Keep what came of these objects until the check is over: each variant says it again."""
        self._said[tuple(map(id, parts))] = (parts, (made, tuple(findings)))

    def seal(self) -> None:
        """The file itself had its turn: keep what is known and nothing more."""
        self.sealed = True
