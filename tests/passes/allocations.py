"""What steps that were made before take of memory while they run."""

from __future__ import annotations

import tracemalloc
from typing import Any

from specc.run.program import Step

BUFFER = 8192 * 4
"""Bytes of NumPy's own buffer of 8192 numbers, of which one call at a time takes one for every
array that it broadcasts, goes through by several axes or turns into another kind.
"""


def allocated(step: Step, X: Any, T: Any, steps: int = 50) -> tuple[int, int]:
    """Bytes that are kept after so many steps, and that were taken at the most on the way; the
    first steps do not count.
    """
    for t in range(1, 4):
        step(X, T, 1e-3, t)
    tracemalloc.start()
    try:
        step(X, T, 1e-3, 4)
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        for t in range(5, 5 + steps):
            step(X, T, 1e-3, t)
        after, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before, peak - before
