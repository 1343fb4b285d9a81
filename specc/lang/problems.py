"""The syntax errors of one file, in whatever order lexer, brackets and parser find them.

What a person does throughout a file, such as colons behind every word, is one habit and one error,
with the edits for all its places.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, insort

from specc.diag.diagnostic import Diagnostic, Help
from specc.diag.sink import Sink
from specc.record import replace

SHOWN = 20
_QUOTED = re.compile("`[^`]*`")
MOST = 200
"""Further places of habits after which the text is not read on."""
LINES = 8
"""Lines of a habit that are named."""


class Problems:
    """Keeps the first `SHOWN` by place, and every place, so that no cause is reported twice.

    The lexer and the bracket matcher repair what they report; where the repair does not make sense
    to the parser, `within` tells it that the statement has had its error.
    """

    def __init__(self) -> None:
        self._places = array("q")
        self._kept: list[Diagnostic] = []
        self._habits: dict[tuple[str, str], list[Diagnostic]] = {}
        self._further = 0

    @property
    def full(self) -> bool:
        return len(self._kept) == SHOWN or self._further == MOST

    def wants(self, offset: int) -> bool:
        """Whether an error at this place would be shown."""
        return not self.full or offset < _offset(self._kept[-1])

    def add(self, diagnostic: Diagnostic, *, habit: bool = False, mended: bool = False) -> None:
        """Keep an error; a habit, as every E0107 is, goes to others that say the same and are
        mended in the same way. What else is wrong with the statement around an error that is
        `mended` has another cause.
        """
        if not mended:
            self.mark(diagnostic.place[1])
        if (habit or diagnostic.code == "E0107") and _is_mended(diagnostic):
            same = self._habits.setdefault(_said(diagnostic), [])
            if same:
                if self._further < MOST:
                    insort(same, diagnostic, key=_offset)
                    self._further += 1
                return
            same.append(diagnostic)
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
        kept = [_together(self._habits[_said(d)]) if self._is_habit(d) else d for d in self._kept]
        for diagnostic in kept[:-1]:
            sink.add(diagnostic)
        for last in kept[-1:]:
            full = len(kept) == SHOWN
            note = (f"at most {SHOWN} syntax errors are shown",) if full else ()
            sink.add(replace(last, notes=last.notes + note))

    def _is_habit(self, diagnostic: Diagnostic) -> bool:
        """Whether an error stands for its like."""
        known = self._habits.get(_said(diagnostic), ()) if diagnostic.helps else ()
        return any(d is diagnostic for d in known)


def _offset(diagnostic: Diagnostic) -> int:
    return diagnostic.place[1]


def _is_mended(diagnostic: Diagnostic) -> bool:
    """Whether there is one way to mend it."""
    return len(diagnostic.helps) == 1 and bool(diagnostic.helps[0].edits)


def _said(diagnostic: Diagnostic) -> tuple[str, str]:
    """What is said, of whatever word, and what to do about it."""
    return _QUOTED.sub("``", diagnostic.message), diagnostic.helps[0].text


def _together(same: list[Diagnostic]) -> Diagnostic:
    """All places of a habit as one error at the first of them."""
    first = same[0]
    if len(same) == 1:
        return first
    lines = sorted({d.primary.span.line for d in same if d.primary is not None})
    *most, last = map(str, lines)
    where = f"lines {', '.join(most)} and {last}" if most else f"line {last}"
    if len(most) > LINES:
        where = f"lines {', '.join(most[:LINES])} ... {last}"
    edits = tuple(edit for d in same for edit in d.helps[0].edits)
    help_ = Help(f"{first.helps[0].text}, {len(same)} times", edits)
    return replace(first, notes=(*first.notes, f"{len(same)} times, on {where}"), helps=(help_,))
