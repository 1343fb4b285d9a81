"""A trained network that is asked about raw inputs: rows as they are in the data, not normalised.

X (n, features) -> (X - mean) / scale -> forward pass -> outputs (n, k)
classes   the label of the largest of the k probabilities
binary    the second label where A > 1/2, else the first
numbers   the outputs themselves
input     the outputs in the units of the inputs: A * scale + mean
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.library.tokens import Tokens
from specc.run.data import Part, normalize
from specc.run.preparation import Preparation
from specc.run.program import Program
from specc.run.tokens import require_tokens


@dataclass(frozen=True, slots=True, eq=False)
class Predictor:
    """A program in one state, with what its inputs go through and what its outputs mean.

    Attributes:
        program: Holds the state; `Program.restore` puts another in its place.
        task: `classes`, `binary`, `real` or `input`.
        outputs: Outputs of the network.
        dtype: The precision of the run.
        tokens: Which inputs are token numbers.
    """

    program: Program
    preparation: Preparation
    task: str
    outputs: int
    dtype: str
    tokens: tuple[Tokens, ...] = ()

    def outputs_of(self, X: NDArray[Any]) -> NDArray[Any]:
        """The outputs (n, k) for raw inputs (n, features).

        Raises:
            ValueError: an input does not fit into the precision of the run, or is no token number
                where one is looked up.
        """
        if not len(X):
            return np.empty((0, self.outputs), self.dtype)
        require_tokens(X, self.tokens)
        values = normalize(X, self.preparation.mean, self.preparation.scale, self.dtype)
        if not np.isfinite(values).all():
            row, column = np.argwhere(~np.isfinite(values))[0].tolist()
            value = X[row, column]
            raise ValueError(f"X[{row}, {column}] is {value:g}, which does not fit {self.dtype}")
        T: NDArray[Any] = np.zeros((1, self.outputs), self.dtype)
        shape: tuple[int, ...] = (len(X), self.outputs)
        if self.task == "classes":
            T, shape = np.zeros(1, np.int32), (len(X),)
        targets = values if self.task == "input" else np.broadcast_to(T, shape)
        with np.errstate(all="ignore"):
            found: NDArray[Any] = self.program.output(Part(values, targets, len(X))).T
        return found

    def answers(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """What outputs (n, k) say: labels (n,), or numbers (n,) or (n, k)."""
        labels = self.preparation.labels
        if self.task == "classes":
            chosen: NDArray[Any] = labels[outputs.argmax(axis=1)]
            return chosen
        if self.task == "input":
            return outputs * self.preparation.scale + self.preparation.mean
        flat = outputs[:, 0] if self.outputs == 1 else outputs
        return labels[(flat > 0.5).astype(np.int64)] if self.task == "binary" else flat

    def probabilities(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """The probabilities (n, classes) in outputs, in order of the labels.

        Raises:
            ValueError: the network gives numbers, not probabilities of classes.
        """
        found = outputs
        if self.task == "binary" and self.outputs == 1:
            found = np.concatenate([1 - outputs, outputs], axis=1)
        elif self.task != "classes":
            raise ValueError("the network predicts numbers, which have no probabilities")
        # Classes may be trained by a loss for numbers, which does not ask for probabilities.
        if (found < 0).any() or (abs(found.sum(axis=1, dtype=np.float64) - 1) > 1e-3).any():
            raise ValueError("the outputs of the network are no probabilities: end it in `softmax`")
        return found
