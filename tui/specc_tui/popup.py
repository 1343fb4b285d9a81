"""The list of completions beside the cursor: what it shows, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from specc_tui.lines import Line, Lines, Role, fit
from specc_tui.printable import printable

if TYPE_CHECKING:
    from specc.editing.completion import Completion, Option

MOST_ROWS, WIDEST = 8, 64


@dataclass(frozen=True, slots=True)
class Popup:
    """A completion with the option that is chosen."""

    completion: Completion
    chosen: int = 0

    @property
    def option(self) -> Option:
        return self.completion.options[self.chosen]

    def moved(self, by: int) -> Popup:
        """The next option, round the ends."""
        return replace(self, chosen=(self.chosen + by) % len(self.completion.options))


def popup_lines(popup: Popup, width: int, height: int) -> Lines:
    """The options around the chosen one: word, what it is, a line about it."""
    options = popup.completion.options
    first = min(max(0, popup.chosen - height // 2), max(0, len(options) - height))
    size = min(24, max((len(o.word) for o in options), default=0))
    rows: list[Line] = []
    for i, option in enumerate(options[first : first + height], first):
        here = i == popup.chosen
        about = f"{option.kind}  {option.doc}" if option.doc else option.kind
        pieces: Line = (
            ("▶ " if here else "  ", Role.BEST),
            (printable(option.word, 60).ljust(size), Role.STRONG if here else Role.TRAIN),
            (f"  {printable(about)}", Role.TEXT if here else Role.DIM),
        )
        rows.append(fit(pieces, width))
    return tuple(rows)


def box(
    popup: Popup, cursor: tuple[int, int], screen: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Left, top, width and height of the list: below the cursor, or above where there is more room.

    Args:
        cursor: Column and row of the cursor on the screen.
        screen: Its width and height.
    """
    wide, high = screen
    longest = max(len(o.word) + len(o.kind) + len(o.doc) + 8 for o in popup.completion.options)
    width = max(8, min(wide - 2, WIDEST, max(longest, 24)))
    below, above = high - cursor[1] - 1, cursor[1]
    wanted = min(MOST_ROWS, len(popup.completion.options))
    under = below >= wanted or below >= above
    height = max(1, min(wanted, below if under else above))
    left = max(0, min(cursor[0], wide - width))
    return left, cursor[1] + 1 if under else cursor[1] - height, width, height
