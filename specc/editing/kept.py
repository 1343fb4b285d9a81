"""What checks of a text leave for the next check, while the text is edited."""

from __future__ import annotations

from typing import Any, ClassVar

from specc.lang.memo import Memo

MOST = 20_000
"""Results after which the oldest go even if the text has errors."""


class Kept(Memo):
    """A memo in two generations: what this check uses, and what is left of the last good one.

    Results of variants are kept too, but for those that grow with their layers.
    """

    lasting: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self._before: dict[tuple[object, ...], tuple[tuple[object, ...], Any]] = {}

    def get(self, *parts: object, at: tuple[object, ...] = ()) -> Any:
        key = (*at, *map(id, parts))
        found = self._made.get(key)
        if found is None:
            found = self._before.get(key)
            if found is None:
                return None
            self._made[key] = found
        return found[1]

    def put(self, made: object, *parts: object, at: tuple[object, ...] = ()) -> None:
        self._made[(*at, *map(id, parts))] = (parts, made)

    def put_large(self, made: object, *parts: object, at: tuple[object, ...] = ()) -> None:
        if not self.sealed:
            self.put(made, *parts, at=at)

    def turn(self, whole: bool) -> None:
        """Behind a check; `whole` if it went through all stages, so that what it did not use is of
        no use any more.
        """
        self.sealed = False
        if whole or len(self._made) > MOST:
            self._before, self._made = self._made, {}
