"""Places that move with a text while it is edited.

A text in an editor is read piece by piece, and a piece that an edit leaves alone is not read again.
Its spans are marks, counted from the start of the piece, so that they stay right wherever it goes;
all stages see them as places in the whole text, as it is now. What leaves the editor is `settled`
first: given ordinary spans, which stay with the text that they were found in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.diag.source import Source, Span
from specc.record import replace


class Page:
    """Holds the text that is edited: another source after each edit."""

    __slots__ = ("source",)

    def __init__(self, source: Source) -> None:
        self.source = source


class Piece(Source):
    """Some lines of a page, read by themselves. `at` is where they begin now."""

    __slots__ = ("at", "page")

    def __init__(self, page: Page, text: str, at: int) -> None:
        super().__init__(page.source.path, text)
        self.page: Final = page
        self.at = at

    def span(self, start: int, end: int) -> Span:
        return Mark(self, start, end)


class _Moving:
    """A slot of a mark: set as counted in its piece, read as it is on the page."""

    def __init__(self, name: str) -> None:
        slot: Any = vars(Span)[name]
        self.__set__ = slot.__set__  # what the constructor of a record looks for
        self._get = slot.__get__
        self._is_source = name == "source"

    def __get__(self, mark: Any, owner: type) -> Any:
        if mark is None:
            return self
        piece = _PIECE(mark)
        return piece.page.source if self._is_source else piece.at + self._get(mark)


_PIECE: Callable[[Span], Piece] = vars(Span)["source"].__get__


class Mark(Span):
    """The characters `start` to `end` of a piece, as a span of the page."""

    if not TYPE_CHECKING:
        source, start, end = map(_Moving, ("source", "start", "end"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and _place(self) == _place(other)

    def __hash__(self) -> int:
        return hash(_place(self))

    def to(self, other: Span) -> Span:
        piece = _PIECE(self)
        return piece.span(self.start - piece.at, max(self.end, other.end) - piece.at)

    def after(self) -> Span:
        piece = _PIECE(self)
        return piece.span(self.end - piece.at, self.end - piece.at)


def _place(span: Span) -> tuple[Source, int, int]:
    return span.source, span.start, span.end


def settled(found: Diagnostic) -> Diagnostic:
    """A finding with every place in the text as it is now, where later edits do not move it."""
    return replace(
        found,
        primary=None if found.primary is None else _label(found.primary),
        secondary=tuple(map(_label, found.secondary)),
        helps=tuple(
            Help(h.text, tuple(Edit(_still(e.span), e.text) for e in h.edits)) for h in found.helps
        ),
    )


def _label(label: Label) -> Label:
    return Label(_still(label.span), label.text)


def _still(span: Span) -> Span:
    return Span(*_place(span))
