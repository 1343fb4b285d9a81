"""What a trained network can be asked: the part that models and runs have in common."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from specc.api.given import given, inputs_of
from specc.driver import Compilation
from specc.library.table import DataSource
from specc.run import checkpoint as files
from specc.run.data import further_part
from specc.run.predictor import Predictor
from specc.trained import identity
from specc.training import data_request

Which = Literal["best", "last"]
"""The state with the best result on dev (on train without dev), or the one after the last step."""


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A trained network in one state, which is after `step` updates."""

    compilation: Compilation
    predictor: Predictor
    step: int
    hashes: Mapping[str, str]


class Predicting(ABC):
    """Predicts by a trained state: `best`, or `last` where that is asked for.

    Inputs are raw rows (n, features), or (n, height, width, channels) for images: `normalize` of
    the spec is applied with the mean and scale of the training set.
    """

    @abstractmethod
    def _fitted(self, checkpoint: Which) -> Fitted:
        """The network in a state."""

    @property
    def classes(self) -> NDArray[Any]:
        """The labels of the classes in order of the columns of `predict_proba`; empty without."""
        return self._fitted("last").predictor.preparation.labels.copy()

    @property
    def weights(self) -> dict[str, NDArray[Any]]:
        """Copies of the parameters by name, such as `dense1.W` (n_out, n_in)."""
        views = self._fitted("best").predictor.program.parameters()
        return {name: view.copy() for name, view in views.items()}

    def predict(self, X: ArrayLike, *, checkpoint: Which = "best") -> NDArray[Any]:
        """The label of every example, or its numbers.

        Args:
            X: (n, features), or (n, height, width, channels).
            checkpoint: `best`, the state with the best result on dev, or `last`.

        Returns:
            (n,) labels as they were in training, (n,) numbers of a network with one output, or
            (n, k) numbers. An autoencoder gives (n, features) in the units of X.

        Raises:
            ValueError: X has other sizes than `input`, or holds no finite numbers.
            RuntimeError: nothing was trained yet.
        """
        predictor, outputs = self._outputs(X, checkpoint)
        return predictor.answers(outputs)

    def predict_proba(self, X: ArrayLike, *, checkpoint: Which = "best") -> NDArray[Any]:
        """The probabilities (n, classes), in the order of `classes`.

        Raises:
            ValueError: as `predict`; or the network predicts numbers.
            RuntimeError: nothing was trained yet.
        """
        predictor, outputs = self._outputs(X, checkpoint)
        return predictor.probabilities(outputs)

    def evaluate(
        self, X: ArrayLike, y: ArrayLike | None = None, *, checkpoint: Which = "best"
    ) -> dict[str, float]:
        """Cost, loss and metrics on further examples.

        Args:
            X: The inputs, as for `predict`.
            y: (n,) labels or numbers, or (n, k) numbers; None for an autoencoder.
            checkpoint: The state, as for `predict`.

        Raises:
            ValueError: sizes do not fit.
            RunError: a label is none of those in training.
            RuntimeError: nothing was trained yet.
        """
        fitted = self._fitted(checkpoint)
        predictor, preparation = fitted.predictor, fitted.predictor.preparation
        source = cast(DataSource, given(X, y, input_shape(fitted.compilation)))
        request = data_request(fitted.compilation).further(source)
        part = further_part(
            source, request, preparation.labels, preparation.mean, preparation.scale
        )
        with np.errstate(all="ignore"):
            return dict(predictor.program.evaluate(part).metrics)

    def save(self, path: str | os.PathLike[str], *, checkpoint: Which = "best") -> None:
        """Write weights, scales, classes and the spec into one file in the safetensors format.

        `specc.load` reads it back, and `specc predict` takes it in the place of a run.

        Raises:
            RunError: E0511, the file cannot be written.
            RuntimeError: nothing was trained yet.
        """
        fitted = self._fitted(checkpoint)
        program, preparation = fitted.predictor.program, fitted.predictor.preparation
        files.save(
            path,
            program.snapshot() | preparation.tensors(),
            {"step": str(fitted.step)}
            | preparation.metadata()
            | identity(fitted.compilation, program.examples, fitted.hashes),
        )

    def _outputs(self, X: ArrayLike, checkpoint: Which) -> tuple[Predictor, NDArray[Any]]:
        fitted = self._fitted(checkpoint)
        rows = inputs_of(X, input_shape(fitted.compilation))
        return fitted.predictor, fitted.predictor.outputs_of(rows)


def input_shape(compilation: Compilation) -> tuple[int, ...]:
    """The sizes of one example; of several inputs the number of all features."""
    request = data_request(compilation)
    return request.shape or (request.features,)
