"""Arrays of a Python program in the place of a data file, checked before anything uses them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from specc.diag.source import Span
from specc.library.table import Table

Pair = tuple[ArrayLike, ArrayLike]
"""Inputs and targets of a set."""


class Given:
    """A data source made of arrays: inputs (n, features), a target per row or none."""

    word = "arrays"

    def __init__(self, X: NDArray[Any], y: NDArray[Any] | None, shape: tuple[int, ...]) -> None:
        self._inputs, self._target, self._shape = X, y, shape

    def load(self, folder: str) -> Table:
        """The arrays; `folder` is that of the spec, and nothing is read from it."""
        shape = self._shape if len(self._shape) > 1 else ()
        return Table(self._inputs, self._target, (), "y", self._where, shape)

    def span(self, name: str = "") -> Span | None:
        """Nowhere: arrays stand in no spec."""
        return None

    def _where(self, example: int, column: int | None) -> str:
        return f"y[{example}]" if column is None else f"X[{example}], input {column}"


def inputs_of(X: ArrayLike, shape: tuple[int, ...], name: str = "X") -> NDArray[Any]:
    """Inputs as rows (n, features).

    Args:
        X: (n, features), or (n, *shape) where an example has several axes.
        shape: The sizes of one example, as `input` has them.
        name: What the array is called in messages.

    Raises:
        ValueError: it has other sizes, or holds something else than finite numbers.
    """
    array = np.asarray(X)
    features = math.prod(shape)
    wanted = f"(n, {features:_})"
    if len(shape) > 1:
        wanted += f" or (n, {', '.join(map(str, shape))})"
    if array.ndim < 2 or (array.shape[1:] != shape and array.shape[1:] != (features,)):
        hint = ": one example is a row, X.reshape(1, -1)" if array.ndim == 1 else ""
        raise ValueError(f"{name} has the shape {array.shape}, and {wanted} is wanted{hint}")
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} holds {array.dtype}, and not real numbers")
    rows = array.reshape(len(array), features)
    if rows.dtype.kind == "b":
        rows = rows.view(np.uint8)
    if rows.dtype.kind == "f" and not (finite := np.isfinite(rows)).all():
        row, column = np.argwhere(~finite)[0].tolist()
        raise ValueError(f"{name}[{row}] holds {rows[row, column]}, which is no finite number")
    return rows


def targets_of(y: ArrayLike, examples: int, name: str = "y") -> NDArray[Any]:
    """Targets (n,) of labels or numbers, or (n, k) of numbers.

    Raises:
        ValueError: there is not one for each example, or they are neither numbers nor text.
    """
    array = np.asarray(y)
    if array.ndim not in (1, 2) or len(array) != examples:
        raise ValueError(f"{name} has the shape {array.shape}, and X has {examples:_} examples")
    if array.dtype.kind == "O" and all(isinstance(value, str) for value in array.flat):
        array = array.astype(str)
    if array.dtype.kind not in "biufU":
        raise ValueError(f"{name} holds {array.dtype}, and neither numbers nor text")
    if array.dtype.kind == "b":
        array = array.view(np.uint8)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name} holds a value that is no finite number")
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def given(X: ArrayLike, y: ArrayLike | None, shape: tuple[int, ...], name: str = "X, y") -> Given:
    """A source of arrays.

    Raises:
        ValueError: they have the wrong sizes, or there is no example.
    """
    first, _, second = name.partition(", ")
    rows = inputs_of(X, shape, first)
    if not len(rows):
        raise ValueError(f"{first} has no examples")
    return Given(rows, None if y is None else targets_of(y, len(rows), second), shape)
