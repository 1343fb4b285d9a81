"""Byte ranges of one stretch of memory, given to values and taken back."""

from __future__ import annotations

from dataclasses import dataclass, field

ALIGN = 64


@dataclass
class Arena:
    """First-fit allocation of byte ranges."""

    top: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)

    def take(self, wanted: int) -> int:
        wanted = _aligned(wanted)
        for i, (start, end) in enumerate(self.gaps):
            if end - start >= wanted:
                if end - start == wanted:
                    del self.gaps[i]
                else:
                    self.gaps[i] = (start + wanted, end)
                return start
        start = self.top
        self.top += wanted
        return start

    def give(self, start: int, length: int) -> None:
        gaps = sorted([*self.gaps, (start, start + _aligned(length))])
        merged: list[tuple[int, int]] = []
        for gap in gaps:
            if merged and merged[-1][1] == gap[0]:
                merged[-1] = (merged[-1][0], gap[1])
            else:
                merged.append(gap)
        self.gaps = merged


def _aligned(count: int) -> int:
    return -(-max(count, 1) // ALIGN) * ALIGN
