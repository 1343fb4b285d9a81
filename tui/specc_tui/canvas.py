"""A grid of characters, each with a role: charts are put together here, and read back as lines."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from specc_tui.lines import Line, Lines, Role, fit

ROLES = tuple(Role)
"""The roles by number."""


class Canvas:
    """`height` rows of `width` cells, blank at first. Writing outside of it is cut, never an
    error."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = max(0, width), max(0, height)
        self.characters = np.full((self.height, self.width), " ", "<U1")
        self.roles = np.zeros((self.height, self.width), np.int8)

    def write(self, row: int, column: int, pieces: Line) -> None:
        """Write pieces from a cell on, to the right, as far as the row goes."""
        if not (0 <= row < self.height and 0 <= column < self.width):
            return
        for text, role in fit(pieces, self.width - column):
            end = column + len(text)
            self.characters[row, column:end] = list(text)
            self.roles[row, column:end] = role
            column = end

    def put(
        self, row: int, column: int, characters: NDArray[np.str_], roles: NDArray[np.int8]
    ) -> None:
        """Lay a block of cells over the canvas; it must fit."""
        height, width = characters.shape
        self.characters[row : row + height, column : column + width] = characters
        self.roles[row : row + height, column : column + width] = roles

    def lines(self) -> Lines:
        """The canvas as lines, cells of one role joined into one piece."""
        return tuple(self._line(row) for row in range(self.height))

    def _line(self, row: int) -> Line:
        if not self.width:
            return ()
        text = "".join(self.characters[row].tolist())
        roles = self.roles[row]
        borders = [0, *(np.flatnonzero(np.diff(roles)) + 1).tolist(), self.width]
        return tuple((text[begin:end], ROLES[roles[begin]]) for begin, end in pairwise(borders))
