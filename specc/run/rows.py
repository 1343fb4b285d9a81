"""Rows of inputs, read a few at a time wherever they are.

A mapped file that is read through its map counts as memory of the process until the system takes it
back, and kills the process if it shrinks meanwhile. So mapped inputs are read by position in their
file, into buffers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from specc.diag.diagnostic import Diagnostic, RunError

_BLOCK_VALUES = 1 << 16


def is_mapped(X: NDArray[Any]) -> TypeGuard[np.memmap[Any, Any]]:
    """Whether X lies in a file, row after row, so that `RowFile` can read it."""
    return isinstance(X, np.memmap) and X.flags.c_contiguous and X.filename is not None


class RowFile:
    """Reads rows of a mapped array from its file."""

    def __init__(self, X: np.memmap[Any, Any]) -> None:
        if X.filename is None:
            raise ValueError("the array is mapped from no named file")
        whole = X
        while isinstance(whole.base, np.memmap):
            whole = whole.base
        self._start = whole.offset + X.ctypes.data - whole.ctypes.data
        self._row = X.dtype.itemsize * int(X.shape[1])
        self._path = os.fspath(X.filename)
        try:
            self._file = open(self._path, "rb", buffering=0)
        except OSError as problem:
            raise self._lost(f"cannot be opened: {problem.strerror}") from None

    def read(self, start: int, out: NDArray[Any]) -> None:
        """Fill `out` (rows, features) with the rows from `start` on.

        `out` is C-contiguous and of the dtype of the array.

        Raises:
            RunError: E0507 if the file ends before, which it did not when it was mapped.
        """
        into = out.reshape(-1).view(np.uint8).data
        try:
            self._file.seek(self._start + start * self._row)
            while into:
                got = self._file.readinto(into)
                if not got:
                    raise self._lost("was cut short during the run")
                into = into[got:]
        except OSError as problem:
            raise self._lost(f"cannot be read: {problem.strerror}") from None

    def _lost(self, what: str) -> RunError:
        return RunError(Diagnostic("E0507", f"`{self._path}` {what}"))

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()


def blocks(
    X: NDArray[Any],
    rows: NDArray[np.int64] | None,
    size: int | None = None,
    total: int | None = None,
) -> Iterator[NDArray[Any]]:
    """The rows of X in their order, or those named by `rows`, a block at a time.

    A block may be a view of X or a buffer that the next block reuses: read it, and keep nothing of
    it.

    Args:
        size: Rows of a block; as many as fit the cache unless given.
        total: How many of the first rows are wanted; all unless given.
    """
    total = (len(X) if rows is None else len(rows)) if total is None else total
    size = size or _per_block(X)
    if rows is None and is_mapped(X):
        file = RowFile(X)
        buffer = np.empty((min(size, total), X.shape[1]), X.dtype)
        for start in range(0, total, size):
            block = buffer[: min(size, total - start)]
            file.read(start, block)
            yield block
        return
    for start in range(0, total, size):
        stop = min(start + size, total)
        yield X[start:stop] if rows is None else X[rows[start:stop]]


def sample(X: NDArray[Any], rows: NDArray[np.int64] | None, most: int) -> Iterator[NDArray[Any]]:
    """As `blocks`, but of more than `most` bytes only some blocks, evenly apart: what is read of a
    large file is little.
    """
    total, size = len(X) if rows is None else len(rows), _per_block(X)
    every = -(-total // size)
    kept = max(1, min(every, most // (size * X.dtype.itemsize * int(X.shape[1]))))
    file = RowFile(X) if is_mapped(X) and rows is None else None
    for number in range(kept):
        start = number * every // kept * size
        stop = min(start + size, total)
        if file is None:
            yield X[start:stop] if rows is None else X[rows[start:stop]]
        else:
            block = np.empty((stop - start, X.shape[1]), X.dtype)
            file.read(start, block)
            yield block


def _per_block(X: NDArray[Any]) -> int:
    """Rows that fit the cache."""
    return max(1, _BLOCK_VALUES // int(X.shape[1]))
