"""What the variants of a file have in common is made once.

A variant replaces a few statements; all others are the same objects as those of the file, and what
is made from the same objects is the same. So a check of many variants costs one check of the file
and what differs. An editor keeps more, from check to check (`specc.editing.kept`).
"""

from __future__ import annotations

from typing import Any, ClassVar


class Memo:
    """Results of checking a file, by the objects that they were made from.

    Only results of the file itself are kept: those of every variant would fill the memory. Nothing
    is kept about which something was said, or it would not be said again.
    """

    lasting: ClassVar[bool] = False
    """Whether another check will follow that may use what this one makes."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], tuple[tuple[object, ...], Any]] = {}
        self.sealed = False

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

    def seal(self) -> None:
        """The file itself had its turn: keep what is known and nothing more."""
        self.sealed = True
