"""The syntax errors of one file, in whatever order lexer, brackets and parser find them."""

from __future__ import annotations

from bisect import bisect_left, insort

from specc.diag.diagnostic import Diagnostic
from specc.diag.sink import Sink
from specc.record import replace

SHOWN = 20


class Problems:
    """Keeps the first `SHOWN` by place, and every place, so that no cause is reported twice.

    The lexer and the bracket matcher repair what they report; where the repair does not make sense
    to the parser, `within` tells it that the statement has had its error.
    """

    def __init__(self) -> None:
        self._places: list[int] = []
        self._kept: list[Diagnostic] = []

    @property
    def full(self) -> bool:
        return len(self._kept) == SHOWN

    def wants(self, offset: int) -> bool:
        """Whether an error at this place would be shown."""
        return not self.full or offset < _offset(self._kept[-1])

    def add(self, diagnostic: Diagnostic) -> None:
        self.mark(diagnostic.place[1])
        insort(self._kept, diagnostic, key=_offset)
        if len(self._kept) > SHOWN:
            self._kept.pop()

    def mark(self, offset: int) -> None:
        """Note a broken place without a diagnostic of its own."""
        insort(self._places, offset)

    def within(self, start: int, end: int) -> bool:
        """Whether something between two offsets, both included, was reported."""
        first = bisect_left(self._places, start)
        return first < len(self._places) and self._places[first] <= end

    def hand_over(self, sink: Sink) -> None:
        """Give everything to the sink; to be called once."""
        for diagnostic in self._kept[:-1]:
            sink.add(diagnostic)
        for last in self._kept[-1:]:
            note = (f"at most {SHOWN} syntax errors are shown",) if self.full else ()
            sink.add(replace(last, notes=last.notes + note))


def _offset(diagnostic: Diagnostic) -> int:
    return diagnostic.place[1]
