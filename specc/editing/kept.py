"""What checks of a text leave for the next check, while the text is edited."""

from __future__ import annotations

from typing import Any, ClassVar

from specc.lang.memo import Memo

MOST = 5_000
"""Results, and layers in them, after which those go that nothing has asked for meanwhile."""


class Kept(Memo):
    """A memo in two generations: what was made or asked for since the last `turn` that had so much
    to keep, and what is left from before.

    Small results of variants are kept too.
    """

    lasting: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__()
        self._before: dict[tuple[object, ...], tuple[tuple[object, ...], Any]] = {}
        self._size = 0

    def get(self, *parts: object, at: tuple[object, ...] = ()) -> Any:
        key = (*at, *map(id, parts))
        found = self._made.get(key)
        if found is None:
            found = self._before.pop(key, None)
            if found is None:
                return None
            self._made[key] = found
        return found[1]

    def put(
        self, made: object, *parts: object, at: tuple[object, ...] = (), layers: int = 0
    ) -> None:
        if not (layers and self.sealed):
            self._made[(*at, *map(id, parts))] = (parts, made)
            self._size += 1 + layers

    def turn(self) -> None:
        """To be called behind each check."""
        self.sealed = False
        self._said.clear()
        if self._size > MOST:
            self._before, self._made, self._size = self._made, {}, 0
