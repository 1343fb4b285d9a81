"""What lies between raw data and a trained network: scales, classes and the names of the inputs.

They are learnt from the training set and belong to the network as its weights do, so they stand in
every checkpoint, and a network is used without the data that it was trained on.

    data.mean, data.scale     tensors (features,) of 64 bits: x becomes (x - mean) / scale
    data                      text: {"labels": [0, 1, ...], "names": ["pixel0", ...]} as JSON
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.run.data import Dataset
from specc.run.targets import label_texts

MEAN, SCALE, KEY = "data.mean", "data.scale", "data"


@dataclass(frozen=True, slots=True, eq=False)
class Preparation:
    """What new data must go through before a trained network, and what its answers mean.

    Attributes:
        mean, scale: (features,) of 64-bit floats; 0 and 1 without `normalize`.
        labels: the classes in order of their numbers, numbers or text; empty where there are none.
        names: names of the inputs; empty where the source had none.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    labels: NDArray[Any]
    names: tuple[str, ...]

    @classmethod
    def of(cls, dataset: Dataset) -> Preparation:
        """What was learnt from a training set."""
        return cls(dataset.mean, dataset.scale, dataset.labels, dataset.names)

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes."""
        return label_texts(self.labels)

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The numbers, under their names in a checkpoint."""
        return {MEAN: self.mean, SCALE: self.scale}

    def metadata(self) -> dict[str, str]:
        """The texts, under their names in a checkpoint."""
        return {KEY: json.dumps({"labels": self.labels.tolist(), "names": list(self.names)})}


def read_preparation(
    tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str], features: int, classes: int
) -> Preparation:
    """What a checkpoint says, held against the network: it may be damaged, or another's.

    Args:
        tensors: The tensors of the checkpoint.
        metadata: Its texts.
        features: Inputs of the network.
        classes: How many classes it tells apart, 0 for numbers.

    Raises:
        KeyError, ValueError: it is missing, or does not fit.
    """
    mean, scale = (np.asarray(tensors[name], np.float64) for name in (MEAN, SCALE))
    for name, vector in ((MEAN, mean), (SCALE, scale)):
        if vector.shape != (features,):
            raise ValueError(f"{name} is {vector.shape}, and the network has {features} inputs")
        if not np.isfinite(vector).all():
            raise ValueError(f"{name} is not finite")
    if not scale.all():
        raise ValueError(f"{SCALE} holds a 0")
    try:
        said = json.loads(metadata[KEY])
    except (ValueError, RecursionError):
        raise ValueError(f"`{KEY}` is not valid JSON") from None
    labels, names = _lists(said)
    if len(labels) != classes:
        raise ValueError(f"it has {len(labels)} labels, and the network has {classes} classes")
    if len(names) not in (0, features):
        raise ValueError(f"it names {len(names)} inputs, and the network has {features}")
    return Preparation(mean, scale, _array(labels), tuple(names))


def _lists(said: object) -> tuple[list[Any], list[str]]:
    if not isinstance(said, dict):
        raise ValueError(f"`{KEY}` is no JSON object")
    labels, names = said.get("labels"), said.get("names")
    if not isinstance(labels, list) or not isinstance(names, list):
        raise ValueError(f"`{KEY}` has no lists `labels` and `names`")
    if not all(isinstance(name, str) for name in names):
        raise ValueError("the name of an input is no text")
    return labels, names


def _array(labels: list[Any]) -> NDArray[Any]:
    """Labels of one kind as an array; 1 and 1.0 and "1" are three labels."""
    text = all(isinstance(x, str) for x in labels)
    whole = all(type(x) is int for x in labels)
    numbers = all(type(x) in (int, float) and abs(x) < 2**63 for x in labels)
    if not text and not numbers:
        raise ValueError("the labels are neither all numbers nor all text")
    found = np.array(labels, str if text and labels else np.int64 if whole else np.float64)
    if len(np.unique(found)) != len(found):
        raise ValueError("a label stands twice")
    return found
