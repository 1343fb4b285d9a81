"""What a classifier takes for what: the confusion matrix, and how well each class is found.

Row i, column j of a matrix counts the examples of class i that were taken for class j. A yes-or-no
target has the classes 0 (no) and 1 (yes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]

MOST_CLASSES = 20
"""Up to so many classes the matrix belongs to every final result; above, `metrics confusion` asks
for it.
"""


def predicted(output: NDArray[Any]) -> Counts:
    """The class of each example (m,) from the probabilities (k, m), or (1, m) of a yes.

    The most probable class, the first of those that tie; a yes above 1/2. As `accuracy` has it.
    """
    chosen = output[0] > 0.5 if output.shape[0] == 1 else output.argmax(axis=0)
    return np.asarray(chosen, np.int64)


def confusion(output: NDArray[Any], labels: NDArray[Any], k: int) -> Counts:
    """The matrix (k, k): rows are the true classes, columns those that were predicted.

    Args:
        output: (k, m) of probabilities, or (1, m) of the probability of a yes; k is then 2.
        labels: the true classes of the m examples, numbers from 0 to k - 1.
        k: how many classes there are.
    """
    true = labels.reshape(-1).astype(np.int64)
    return np.bincount(true * k + predicted(output), minlength=k * k).reshape(k, k)


@dataclass(frozen=True, slots=True)
class ClassRow:
    """How well one class is found; a share of nothing is 0.

    Attributes:
        precision: of the examples that were taken for it, the share that is of it.
        recall: of its examples, the share that was taken for it.
        f1: the harmonic mean of both.
        support: its examples.
    """

    precision: float
    recall: float
    f1: float
    support: int


def per_class(matrix: Counts) -> tuple[ClassRow, ...]:
    """Precision, recall, F1 and support of each class of a confusion matrix."""
    hits, support, taken = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    return tuple(
        ClassRow(_share(hit, took), _share(hit, has), _share(2 * hit, took + has), int(has))
        for hit, has, took in zip(hits.tolist(), support.tolist(), taken.tolist(), strict=True)
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
