"""Batches: in which order a part's examples are used, and their rows gathered into reused buffers.

The order of an epoch is a pure function of (seed, "shuffle", epoch), see `randomness`: any epoch
can be produced without the ones before it, and a run that resumes in the middle of one sees the
batches that it would have seen.

Three ways to gather, chosen by where the inputs are:

* In memory, rows are taken into a buffer in the order of a permutation of all examples.
* From a mapped file, chunks of neighbouring rows in random order are read into a window, and
  batches are drawn from the window in random order. The file is read once per epoch, in pieces of
  64 kB, and 2 MB of it are in memory. A file sorted by class mixes less well so.
* A batch that is the whole part is the arrays themselves, neither copied nor shuffled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from specc.run.data import Part
from specc.run.randomness import generator, rewind
from specc.run.rows import RowFile, is_mapped

_GATHER_BYTES = 1 << 18
_CHUNK_BYTES = 1 << 16
_CHUNKS = 32

Batch = tuple[NDArray[Any], NDArray[Any]]
"""Inputs (b, features) and targets (b, ...), an example per row."""


class Feed(Protocol):
    """Where a trainer takes its batches from."""

    def epoch(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The batches of an epoch from number `start` on."""


class Batches:
    """Batches of `batch` examples; the last one of an epoch may be smaller.

    What is yielded may be a buffer that the next batch overwrites, and must not be written to.

    Attributes:
        batch: examples per batch, at most those of the part.
        steps: batches per epoch.
        whole: one batch holds the whole part.

    Args:
        legacy: epoch e is permuted by `RandomState(legacy + 1 + e)`, the order of the course's
            exercises; `seed` is then unused.
    """

    def __init__(
        self, part: Part, batch: int, seed: int, shuffle: bool = True, *, legacy: int | None = None
    ) -> None:
        if batch < 1:
            raise ValueError(f"a batch has at least 1 example, not {batch}")
        self.part = part
        self.batch = min(batch, part.n)
        self.steps = -(-part.n // self.batch)
        self.whole = batch >= part.n
        self.shuffle = shuffle and not self.whole
        self._legacy = legacy
        self._random = generator(seed, "shuffle")
        self._X: NDArray[Any] = np.asarray(part.X)
        self._own_target = part.T is part.X
        self._mapped = is_mapped(part.X) and legacy is None
        self._file = RowFile(part.X) if is_mapped(part.X) and part.rows is None else None
        row = part.X.dtype.itemsize * int(part.X.shape[1])
        self._chunk = max(1, _CHUNK_BYTES // row)
        self._window = -(-self._chunk * _CHUNKS // self.batch) * self.batch
        if self.whole:
            X = self._X if part.rows is None else self._X.take(part.rows, axis=0)
            self._everything: Batch = (X, X if self._own_target else part.T)
        else:
            # Small batches are gathered several at once: calls cost more than bytes then.
            self._gather = min(max(1, _GATHER_BYTES // (self.batch * row)), self.steps)
            held = min(self._gather * self.batch, part.n)
            self._Xb = np.empty((held, *part.X.shape[1:]), part.X.dtype)
            self._Tb = np.empty((held, *part.T.shape[1:]), part.T.dtype)
            self._cut: dict[int, list[Batch]] = {}

    def permutation(self, epoch: int) -> NDArray[np.int64]:
        """The order of an epoch, as numbers of examples within the part."""
        n = self.part.n
        if not self.shuffle:
            return np.arange(n)
        if self._legacy is not None:
            return np.random.RandomState(self._legacy + 1 + epoch).permutation(n).astype(np.int64)
        if not self._mapped:
            return rewind(self._random, epoch).permutation(n)
        chunks = self._chunk_order(epoch)
        windows = range(0, n, self._window)
        return np.concatenate([self._drawn(chunks, epoch, start)[0] for start in windows])

    def epoch(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The batches of an epoch from number `start` on."""
        if self.whole:
            return iter([self._everything][start:])
        if self._file is not None and self._legacy is None:
            return self._from_file(self._file, epoch, start)
        if not self.shuffle and self.part.rows is None:
            return self._slices(start)
        return self._gathered(epoch, start)

    def _gathered(self, epoch: int, start: int) -> Iterator[Batch]:
        """Rows taken in the order of the epoch, several batches at a time where they are small."""
        order = self.permutation(epoch)
        rows = order if self.part.rows is None else self.part.rows[order]
        take_x, take_t = self._X.take, self.part.T.take
        begin = start - start % self._gather
        for first in range(begin, self.steps, self._gather):
            low = first * self.batch
            size = min(len(self._Xb), self.part.n - low)
            # `clip`, because NumPy then writes into `out` without a copy between.
            take_x(rows[low : low + size], 0, self._Xb[:size], "clip")
            if not self._own_target:
                take_t(order[low : low + size], 0, self._Tb[:size], "clip")
            yield from self._views(size)[max(start - first, 0) :]

    def _views(self, size: int) -> list[Batch]:
        """The first `size` rows of the buffers as batches; made once for each of the two sizes."""
        if size not in self._cut:
            X, T = self._Xb, self._Xb if self._own_target else self._Tb
            starts = range(0, size, self.batch)
            stops = [min(first + self.batch, size) for first in starts]
            self._cut[size] = [(X[i:j], T[i:j]) for i, j in zip(starts, stops, strict=True)]
        return self._cut[size]

    def _slices(self, start: int) -> Iterator[Batch]:
        T = self._X if self._own_target else self.part.T
        for first in range(start * self.batch, self.part.n, self.batch):
            yield self._X[first : first + self.batch], T[first : first + self.batch]

    def _from_file(self, file: RowFile, epoch: int, start: int) -> Iterator[Batch]:
        """Windows read by position, batches drawn from them."""
        batch, n = self.batch, self.part.n
        chunks = self._chunk_order(epoch)
        window = np.empty((min(self._window, n), *self.part.X.shape[1:]), self.part.X.dtype)
        Xb, Tb = self._Xb, self._Xb if self._own_target else self._Tb
        skip = start * batch
        for begin in range(skip - skip % self._window, n, self._window):
            examples, drawn = self._drawn(chunks, epoch, begin)
            for at, first, length in self._pieces(chunks, begin):
                file.read(first, window[at : at + length])
            for first in range(max(skip - begin, 0), len(examples), batch):
                size = min(batch, len(examples) - first)
                window.take(drawn[first : first + size], 0, Xb[:size], "clip")
                if not self._own_target:
                    self.part.T.take(examples[first : first + size], 0, Tb[:size], "clip")
                yield Xb[:size], Tb[:size]

    def _chunk_order(self, epoch: int) -> NDArray[np.int64]:
        """Whole chunks in random order; a shorter one at the end of the file stays last."""
        full, rest = divmod(self.part.n, self._chunk)
        if not self.shuffle:
            return np.arange(full + bool(rest))
        order = rewind(self._random, epoch).permutation(full)
        return np.append(order, full) if rest else order

    def _pieces(self, chunks: NDArray[np.int64], begin: int) -> Iterator[tuple[int, int, int]]:
        """What the window at `begin` consists of: (place in it, first example, length)."""
        end = min(begin + self._window, self.part.n)
        at = begin
        while at < end:
            number, offset = divmod(at, self._chunk)
            length = min(self._chunk - offset, end - at)
            yield at - begin, int(chunks[number]) * self._chunk + offset, length
            at += length

    def _drawn(
        self, chunks: NDArray[np.int64], epoch: int, begin: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The examples of the window at `begin` in order of use, and their places in it."""
        examples = np.empty(min(self._window, self.part.n - begin), np.int64)
        for at, first, length in self._pieces(chunks, begin):
            examples[at : at + length] = np.arange(first, first + length)
        if not self.shuffle:
            return examples, np.arange(len(examples))
        drawn = rewind(self._random, epoch, 1 + begin // self._window).permutation(len(examples))
        return examples[drawn], drawn
