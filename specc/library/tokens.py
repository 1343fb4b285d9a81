"""Which inputs are token numbers: they name an entry of a vocabulary and measure nothing."""

from __future__ import annotations

from specc.record import Record


class Tokens(Record):
    """The inputs from `start` up to `stop`, each a whole number from 0 up to `vocabulary`."""

    start: int
    stop: int
    vocabulary: int
