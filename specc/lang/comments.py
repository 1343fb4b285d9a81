"""Comments find their statements, so that nothing that a person wrote is lost in formatting."""

from __future__ import annotations

from specc.lang.tokens import Token


class Comments:
    """The comments of a file, handed out in order while the statements are read in order.

    Comments are kept as written, with their `#`. An empty string stands for a blank line.
    """

    def __init__(self, comments: list[Token], text: str) -> None:
        self._comments = comments
        self._text = text
        self._next = 0

    def above(self, offset: int) -> tuple[str, ...]:
        """The comments before a statement that begins at `offset`."""
        if not self._before(offset):
            return ()
        found = self._take(offset)
        return (*found, "") if self.blank_above(offset) else found

    def within(self, offset: int) -> tuple[str, ...]:
        """The comments between the lines of a value, up to the end of its statement."""
        return self._take(offset) if self._before(offset) else ()

    def closing(self, offset: int, behind_statement: bool) -> tuple[str, ...]:
        """The comments behind the last statement of a block or file that ends at `offset`."""
        if not self._before(offset):
            return ()
        blank = behind_statement and self.blank_above(self._place())
        found = self._take(offset)
        return ("", *found) if blank else found

    def behind(self, offset: int) -> str | None:
        """The comment on the same line directly behind `offset`."""
        if self._next == len(self._comments):
            return None
        place = self._place()
        if place < offset or self._text[offset:place].strip(" \t"):
            return None
        self._next += 1
        return self._comments[self._next - 1].text

    def begins(self, offset: int) -> int:
        """Where a statement begins together with the comments above it."""
        return min(offset, self._place()) if self._before(offset) else offset

    def blank_above(self, offset: int) -> bool:
        """Whether the line above this place is blank."""
        line = self._text.rfind("\n", 0, offset)
        if line < 0:
            return False
        return not self._text[self._text.rfind("\n", 0, line) + 1 : line].strip()

    def _before(self, offset: int) -> bool:
        return self._next < len(self._comments) and self._place() < offset

    def _place(self) -> int:
        return self._comments[self._next].start

    def _take(self, offset: int) -> tuple[str, ...]:
        found: list[str] = []
        while self._before(offset):
            if found and self.blank_above(self._place()):
                found.append("")
            found.append(self._comments[self._next].text)
            self._next += 1
        return tuple(found)
