"""Specs with one slip of the finger: a character less, more, another, or swapped with the next."""

from __future__ import annotations

import random
import string
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from tests.mutation.words import Part, Parts

NUMBERS = ("width", "kernel", "input size", "claim", "let")
LETTERS = string.ascii_lowercase + string.digits + "_"
ROUNDS = 2
"""Slips of each kind for every word, unless told otherwise."""
PLACES = 2
"""Places of one spec at which the same word slips: variants say a few words over and over."""


class Mutant(NamedTuple):
    """A spec with one part changed. `start` to `end` is the part as it is now."""

    kind: str
    how: str
    original: str
    text: str
    start: int
    end: int


def misspellings(text: str, name: str, rounds: int = ROUNDS) -> Iterator[Mutant]:
    """Slips in every word of a spec, the same ones in every run, `rounds` of each kind."""
    places: Counter[tuple[str, str]] = Counter()
    for part in Parts(text):
        word = part.span.text
        places[part.kind, word] += 1
        if part.kind in NUMBERS or places[part.kind, word] > PLACES:
            continue
        draw = random.Random(f"{name} {part.span.start} {word}")
        seen = {word}
        for _ in range(rounds):
            for how, slip in SLIPS.items():
                slipped = slip(word, draw)
                if slipped and slipped not in seen and (slipped[0].isalpha() or slipped[0] == "_"):
                    seen.add(slipped)
                    yield _changed(part, how, slipped, text)


def other_numbers(text: str) -> Iterator[Mutant]:
    """Every width, kernel, input size and claim a little larger and smaller, and much larger."""
    for part in Parts(text):
        if part.kind in NUMBERS:
            number = int(part.span.text.replace("_", ""))
            for other in (number + 1, number - 1, number - 7, number * 2, number * 10):
                if other > 0:
                    yield _changed(part, "changed", str(other), text)


def _changed(part: Part, how: str, now: str, text: str) -> Mutant:
    start, end = part.span.start, part.span.end
    return Mutant(part.kind, how, text, text[:start] + now + text[end:], start, start + len(now))


def _delete(word: str, draw: random.Random) -> str:
    at = draw.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _insert(word: str, draw: random.Random) -> str:
    at = draw.randrange(len(word) + 1)
    return word[:at] + draw.choice(LETTERS) + word[at:]


def _replace(word: str, draw: random.Random) -> str:
    at = draw.randrange(len(word))
    return word[:at] + draw.choice(LETTERS) + word[at + 1 :]


def _swap(word: str, draw: random.Random) -> str:
    if len(word) < 2:
        return ""
    at = draw.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


SLIPS = {"deleted": _delete, "inserted": _insert, "replaced": _replace, "swapped": _swap}
