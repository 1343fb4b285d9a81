"""What a data source returns, and what the words of the two data categories are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from specc.library.define import Definition
from specc.library.files import DataFile
from specc.record import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Where = Callable[[int, int | None], str]
"""Example number and input number, both from 0 (None: the target) -> the place in words."""

Blocks = Callable[[], Iterator["NDArray[np.float64]"]]
"""Starts a walk over the training inputs, a few rows (n, features) at a time."""


class Table(Record, eq=False):
    """Examples as they are in the file: nothing encoded, split or scaled yet.

    Attributes:
        inputs: (n, features) of real numbers, possibly an `np.memmap`; n and features are at least
            1.
        target: (n,) of numbers or text, (n, k) of numbers, or None where the source names no
            target.
        columns: the names of the inputs; empty where the source has none (arrays).
        target_name: the name of the target, None without one.
        where: says where a value stands, for messages: file, line (from 1, the header is line 1),
            column.
        shape: the axes of one example as the source has them, (28, 28) of an image, of which
            `inputs` holds the elements in row-major order; empty where features are a plain list.
    """

    inputs: NDArray[Any]
    target: NDArray[Any] | None
    columns: tuple[str, ...]
    target_name: str | None
    where: Where
    shape: tuple[int, ...] = ()

    @property
    def examples(self) -> int:
        return int(self.inputs.shape[0])

    @property
    def features(self) -> int:
        return int(self.inputs.shape[1])


class DataSource(Definition):
    """A word of `source`, `train`, `dev` and `test`: where examples come from."""

    category: ClassVar[str] = "sources"
    target_argument: ClassVar[str] = ""
    """The argument that names the target; empty where there is a target in any case."""
    pixels: ClassVar[bool] = False
    """Whether the inputs are pixels from 0 to 255."""

    @property
    def has_target(self) -> bool:
        """Whether a target comes with the examples."""
        return not self.target_argument or getattr(self, self.target_argument) is not None

    @property
    def generated(self) -> int | None:
        """The inputs of one example where they are generated; None where a file says so."""
        return None

    def load(self, folder: str) -> Table:
        """Read or generate the examples; relative paths start at `folder`, the folder of the spec.

        Raises:
            RunError: with a diagnostic E0501 to E0508 that points at the argument in question.
        """
        raise NotImplementedError

    def file(self, folder: str, argument: str) -> DataFile:
        """The file that an argument of kind `path` names."""
        written = getattr(self, argument)
        return DataFile(written, os.path.join(folder, written), self.span(argument))


class Normalizer(Definition):
    """A word of `normalize`: x becomes (x - mean) / scale, feature by feature."""

    category: ClassVar[str] = "normalizers"

    def statistics(
        self, blocks: Blocks, features: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """`mean` and `scale`, each (features,), from the training examples alone."""
        raise NotImplementedError
