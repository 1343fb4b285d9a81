"""A screen as text that pins its styles: what stands there, and below it a letter for the style of
each cell, with a legend.

A style is written as it is seen: of a blank cell nothing but its background is. A letter is chosen
by the style alone as long as no other wants the same one, so that a style has the same letter in
every picture, and one that comes or goes leaves the others theirs.
"""

from __future__ import annotations

import string
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from tui_pilot import strips

Cell = tuple[str, str]
"""A character and its style in words; the second cell of a wide character holds none."""
Grid = tuple[tuple[Cell, ...], ...]

PLAIN = "."
"""Stands for the commonest style of a picture."""
LETTERS = string.ascii_letters + string.digits
ATTRIBUTES = ("bold", "dim", "italic", "underline", "underline2", "blink", "reverse", "strike")
SEEN_ON_BLANKS = frozenset(("underline", "underline2", "reverse", "strike"))
MARGIN = 4
"""Characters before each row: its number and a blank."""


def picture(app: Any) -> str:
    """What an app shows now."""
    return encode(grid(strips(app)))


def grid(drawn: Iterable[Iterable[Any]]) -> Grid:
    """The cells of strips of segments."""
    rows = []
    for strip in drawn:
        row: list[Cell] = []
        for segment in strip:
            style = segment.style or Style()
            written, blank = words(style), words(style, blank=True)
            for character in segment.text:
                cells = cell_len(character)
                if cells == 0 and row:
                    row[-1] = row[-1][0] + character, row[-1][1]
                    continue
                row.append((character, blank if character == " " else written))
                row += [("", row[-1][1])] * (cells - 1)
        rows.append(tuple(row))
    return tuple(rows)


@cache
def words(style: Style, *, blank: bool = False) -> str:
    """A style as `#56b4e9 on #121212 bold`; of a blank cell what is seen of it."""
    held = [name for name in ATTRIBUTES if getattr(style, name)]
    if blank and not SEEN_ON_BLANKS & set(held):
        return f"on {_colour(style.bgcolor)}"
    return " ".join([_colour(style.color), "on", _colour(style.bgcolor), *held])


def _colour(colour: Color | None) -> str:
    if colour is None or colour.is_default:
        return "default"
    return colour.triplet.hex if colour.triplet is not None else colour.name


def letters(counts: Counter[str]) -> dict[str, str]:
    """A letter for each style."""
    if not counts:
        return {}
    commonest = min(counts, key=lambda style: (-counts[style], style))
    found = {commonest: PLAIN}
    taken: set[str] = set()
    for style in sorted(counts.keys() - found.keys()):
        first = zlib.crc32(style.encode()) % len(LETTERS)
        turned = LETTERS[first:] + LETTERS[:first]
        letter = next((each for each in turned if each not in taken), None)
        if letter is None:
            raise ValueError(f"{len(counts)} styles are more than there are letters")
        taken.add(letter)
        found[style] = letter
    return found


def encode(cells: Grid) -> str:
    """The text of a picture."""
    known = letters(Counter(style for row in cells for _, style in row))
    width = max(map(len, cells), default=0)
    rows = [
        f"text {width}x{len(cells)}",
        *_numbered("".join(text for text, _ in row).rstrip() for row in cells),
        "styles",
        *_numbered("".join(known[style] for _, style in row).rstrip(PLAIN) for row in cells),
        "legend",
        *(
            f"{letter}   {_described(style)}"
            for style, letter in sorted(known.items(), key=_second)
        ),
    ]
    return "".join(f"{row.rstrip()}\n" for row in rows)


def _second(pair: tuple[str, str]) -> str:
    return pair[1]


def _numbered(rows: Iterable[str]) -> Iterable[str]:
    return (f"{number:>{MARGIN - 1}} {row}" for number, row in enumerate(rows, 1))


def _described(style: str) -> str:
    ratio = contrast(style)
    return style if ratio is None else f"{style}, {ratio:.1f}:1"


def decode(text: str) -> Grid:
    """The cells of a picture; inverse of `encode` for rows that are all as wide."""
    head, *rows = text.splitlines()
    width, height = map(int, head.removeprefix("text ").split("x"))
    shown, drawn, legend = rows[:height], rows[height + 1 : 2 * height + 1], rows[2 * height + 2 :]
    styles = {row[0]: row[MARGIN:].partition(",")[0] for row in legend}
    return tuple(
        tuple(zip(_spread(a[MARGIN:], width), _styles(b[MARGIN:], width, styles), strict=True))
        for a, b in zip(shown, drawn, strict=True)
    )


def _spread(text: str, width: int) -> Sequence[str]:
    cells: list[str] = []
    for character in text:
        taken = cell_len(character)
        if taken == 0 and cells:
            cells[-1] += character
        else:
            cells += [character, *[""] * (taken - 1)]
    return cells + [" "] * (width - len(cells))


def _styles(row: str, width: int, styles: dict[str, str]) -> Iterable[str]:
    return (styles[letter] for letter in row.ljust(width, PLAIN))


def colours(style: str) -> tuple[str, str]:
    """The foreground and the background of a style in words; a blank has no foreground."""
    before, _, after = f" {style}".partition(" on ")
    return before.strip(), after.split()[0]


def contrast(style: str) -> float | None:
    """Of foreground and background, from 1 to 21 as WCAG 2.2 has it; None where one of them is left
    to the terminal or nothing stands."""
    front, back = colours(style)
    if not (front.startswith("#") and back.startswith("#")):
        return None
    dark, light = sorted((_luminance(front), _luminance(back)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
