"""Did you mean: the known words nearest to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 60
"""Longer words are compared whole only: nobody mistypes one, and the time grows with the square."""


def suggest(word: str, candidates: Iterable[str], limit: int = 4) -> tuple[str, ...]:
    """The candidates that `word` probably stands for, the likeliest first.

    Words that differ in case, `_` or `-` alone come first (`MaxPool`, `max_pool`), then the nearest
    by number of typing mistakes, where swapped neighbours count as one, then those that go on where
    the word ends (`batch`, `batchnorm`) or whose parts it abbreviates (`bce`). One mistake in three
    characters is the most that still counts as near. Equals keep the order of the candidates.
    """
    ranked = []
    for index, candidate in enumerate(dict.fromkeys(candidates)):
        rank = _rank(word, candidate)
        if rank is not None:
            ranked.append((rank, index, candidate))
    ranked.sort()
    return tuple(candidate for _, _, candidate in ranked[:limit])


def distance(a: str, b: str) -> int:
    """Damerau-Levenshtein distance: characters to insert, delete, replace or swap.

    The restricted form, in which no part is edited twice. Time is len(a) * len(b), without the
    beginning and the end that both share.
    """
    start = _shared_start(a, b)
    a, b = a[start:], b[start:]
    end = _shared_start(a[::-1], b[::-1])
    a, b = a[: len(a) - end], b[: len(b) - end]
    if len(a) < 2 or len(b) < 2:
        shared = a != "" != b and (a in b or b in a)
        return max(len(a), len(b)) - shared
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")


def _rank(word: str, candidate: str) -> tuple[int, ...] | None:
    """Smaller is nearer; None is too far to be worth naming."""
    if word == candidate:
        return None
    a, b = _plain(word), _plain(candidate)
    if a == b:
        return (0,)
    if not a or not b or max(len(a), len(b)) > LONGEST:
        return None
    near = max(len(a), len(b), 3) // 3
    # Where lengths or letters differ by more than the limit, nothing has to be counted.
    steps = near + 1
    if abs(len(a) - len(b)) <= near and _letters_apart(a, b) <= 2 * near:
        steps = distance(a, b)
    parts = candidate.lower().replace("-", "_").split("_")
    if steps > near or steps >= max(len(a), len(b)):
        begins = min(len(a), len(b)) >= 3 and (b.startswith(a) or a.startswith(b))
        initials = len(parts) > 1 and a == "".join(part[:1] for part in parts)
        if not begins and not initials:
            return None
        steps = LONGEST
    # Ties: a slip mostly keeps the letters, and the beginning of a word is seldom mistyped.
    return (steps, _letters_apart(a, b), -_shared_start(a, b), abs(len(a) - len(b)))


def _letters_apart(a: str, b: str) -> int:
    """Letters that only one of two words has: none for swapped ones, two for a replaced one."""
    apart = 0
    for char in set(a + b):
        apart += abs(a.count(char) - b.count(char))
    return apart


def _shared_start(a: str, b: str) -> int:
    for i, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return i
    return min(len(a), len(b))
