"""An array that grows at its end: views of a long run share one buffer instead of copying it at
every poll."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Track:
    """The first `len` elements of a buffer. Immutable to the outside: `extended` gives a new track.

    The buffer is shared. Only the track that ends where the buffer is filled may write behind its
    end; any other one copies first, so no track ever sees its elements change.
    """

    __slots__ = ("_buffer", "_filled", "_length")

    def __init__(self, values: NDArray[Any]) -> None:
        self._buffer = values
        self._length = len(values)
        self._filled = [self._length]

    def __len__(self) -> int:
        return self._length

    @property
    def values(self) -> NDArray[Any]:
        """The elements; read-only."""
        view = self._buffer[: self._length]
        view.flags.writeable = False
        return view

    def extended(self, block: NDArray[Any]) -> Track:
        """This track with a block behind it, in amortised O(len(block))."""
        if not len(block):
            return self
        end = self._length + len(block)
        grown = Track.__new__(Track)
        grown._length = end
        if self._filled[0] == self._length and end <= len(self._buffer):
            grown._buffer, grown._filled = self._buffer, self._filled
        else:
            grown._buffer = np.empty(max(1024, 2 * end), self._buffer.dtype)
            grown._buffer[: self._length] = self._buffer[: self._length]
            grown._filled = [end]
        grown._buffer[self._length : end] = block
        grown._filled[0] = end
        return grown

    def cut(self, length: int) -> Track:
        """The first `length` elements."""
        shorter = Track.__new__(Track)
        shorter._buffer, shorter._filled = self._buffer, self._filled
        shorter._length = max(0, min(length, self._length))
        return shorter
