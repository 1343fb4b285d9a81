"""A trained network held against data: the sets of its spec, or a further file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.further import further_source
from specc.job import data_digest
from specc.run.atomic import error
from specc.run.confusion import Counts
from specc.run.data import Part, further_part
from specc.run.events import Metrics
from specc.run.intake import load
from specc.run.predictor import Predictor
from specc.trained import Trained
from specc.training import data_request, load_data


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """What a network achieves on a set.

    Attributes:
        confusion: (k, k), rows the true classes and columns the predicted ones; None for numbers.
    """

    metrics: Metrics
    confusion: Counts | None
    examples: int


def assess(predictor: Predictor, part: Part) -> Assessment:
    """Metrics of a set, and its confusion matrix where there are classes."""
    with np.errstate(all="ignore"):
        found = predictor.program.evaluate(part, classes=len(predictor.preparation.labels))
    return Assessment(found.metrics, found.confusion, part.n)


def own_parts(trained: Trained) -> dict[str, Part]:
    """The sets that the spec of a network gives: `train`, `dev`, `test`.

    Raises:
        RunError: E0501 to E0510 the data cannot be loaded; E0512 they are no longer those that it
            was trained on.
    """
    dataset = load_data(trained.compilation)
    if data_digest(dataset) != trained.hashes.get("data"):
        raise error(
            "E0512",
            "the data of the spec are not those that the network was trained on",
            notes=("the data have changed since the run began",),
            fix="restore them, or name the file to evaluate: `specc evaluate RUN DATA`",
        )
    return dataset.parts


def part_of_file(trained: Trained, path: str, target: str | None) -> Part:
    """The examples of a further file, inputs and targets.

    Args:
        path: The file; `further_source` says how it is read.
        target: What to predict, where the spec does not say it.

    Raises:
        RunError: E0501 to E0510.
    """
    source = further_source(trained, path, target, wants_target=True)
    preparation = trained.predictor.preparation
    request = data_request(trained.compilation).further(source)
    return further_part(source, request, preparation.labels, preparation.mean, preparation.scale)


def inputs_of_file(trained: Trained, path: str) -> NDArray[Any]:
    """The raw inputs (n, features) of a further file.

    Raises:
        RunError: E0501 to E0510.
    """
    source = further_source(trained, path, None, wants_target=False)
    return load(source, data_request(trained.compilation).further(source)).inputs
