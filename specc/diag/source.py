"""Source text and places in it: what every diagnostic points at."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from specc.record import Record

_LINE_END = re.compile("\n")


class Source:
    """One file of the language. Two sources are the same only if they are the same object."""

    __slots__ = ("_starts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path: Final = path
        self.text: Final = text
        self._starts = array("q")  # a file may be nothing but a million line ends

    def __repr__(self) -> str:
        return f"Source({self.path!r})"

    @property
    def line_starts(self) -> Sequence[int]:
        """Offset of the first character of each line, computed once."""
        if not self._starts:
            self._starts.append(0)
            self._starts.extend(match.end() for match in _LINE_END.finditer(self.text))
        return self._starts

    def span(self, start: int, end: int) -> Span:
        """The characters `start` to `end` (end excluded)."""
        return Span(self, start, end)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Text of a line (from 1), without its end."""
        starts = self.line_starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r")


class Span(Record):
    """The characters `start` to `end` (end excluded) of a source."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.start)[1]

    @property
    def end_position(self) -> tuple[int, int]:
        return self.source.position(self.end)

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of the other."""
        return Span(self.source, self.start, max(self.end, other.end))

    def after(self) -> Span:
        """The empty place just behind this span: where an edit inserts."""
        return Span(self.source, self.end, self.end)

    def holds(self, other: Span) -> bool:
        """Whether the other span lies in this one."""
        same = self.source is other.source
        return same and self.start <= other.start and other.end <= self.end

    @property
    def where(self) -> str:
        return f"{self.source.path}:{self.line}"
