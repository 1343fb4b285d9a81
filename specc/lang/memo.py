"""What the variants of a file have in common is made once.

A variant replaces a few statements; all others are the same objects as those of the file, and what
is made from the same objects is the same. So a check of many variants costs one check of the file
and what differs.
"""

from __future__ import annotations

from typing import Any


class Memo:
    """Results of checking a file, by the objects that they were made from.

    Only results of the file itself are kept, once it is known to be free of errors: those of every
    variant would fill the memory, and a result with errors would not repeat them.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[int, ...], tuple[tuple[object, ...], Any]] = {}
        self.sealed = False

    def get(self, *parts: object) -> Any:
        """What was made from these objects, or None."""
        found = self._made.get(tuple(map(id, parts)))
        return None if found is None else found[1]

    def put(self, made: object, *parts: object) -> None:
        """Keep a result with the parts, whose identities must not be taken by others."""
        if not self.sealed:
            self._made[tuple(map(id, parts))] = (parts, made)

    def seal(self) -> None:
        """Keep what is known and nothing more."""
        self.sealed = True
