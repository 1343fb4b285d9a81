"""What a checkpoint says of raw data: written, read back, and held against the network."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from specc.run.preparation import Preparation, read_preparation

MEAN, SCALE = np.array([1.5, -2.0]), np.array([0.5, 3.0])


@pytest.mark.parametrize(
    "labels", [np.arange(3), np.array([-1.5, 0.0, 7.0]), np.array(["a", "b c", "ü"])]
)
def test_what_is_written_is_read(labels: Any) -> None:
    before = Preparation(MEAN, SCALE, labels, ("x", "y"))
    after = read_preparation(before.tensors(), before.metadata(), 2, 3)
    np.testing.assert_array_equal(after.mean, MEAN)
    np.testing.assert_array_equal(after.scale, SCALE)
    np.testing.assert_array_equal(after.labels, labels)
    assert (after.labels.dtype, after.names) == (labels.dtype, ("x", "y"))
    assert after.classes == before.classes


def text(**changes: Any) -> dict[str, str]:
    return {"data": json.dumps({"labels": [0, 1, 2], "names": [], **changes})}


@pytest.mark.parametrize(
    ("tensors", "texts"),
    [
        ({"data.mean": MEAN}, text()),
        ({"data.mean": MEAN, "data.scale": SCALE[:1]}, text()),
        ({"data.mean": MEAN[:, None], "data.scale": SCALE}, text()),
        ({"data.mean": MEAN * np.nan, "data.scale": SCALE}, text()),
        ({"data.mean": MEAN, "data.scale": SCALE * 0}, text()),
        ({"data.mean": MEAN, "data.scale": SCALE}, {}),
        ({"data.mean": MEAN, "data.scale": SCALE}, {"data": "{"}),
        ({"data.mean": MEAN, "data.scale": SCALE}, {"data": "[" * 100_000}),
        ({"data.mean": MEAN, "data.scale": SCALE}, {"data": "[]"}),
        *(
            ({"data.mean": MEAN, "data.scale": SCALE}, text(**change))
            for change in (
                {"labels": [0, 1]},
                {"labels": None},
                {"labels": [0, 1, "2"]},
                {"labels": [0, 1, [2]]},
                {"labels": [0, 1, 1]},
                {"labels": [0, 1, True]},
                {"labels": [0, 1, 2**70]},
                {"labels": [0, 1, math.nan]},
                {"labels": [0, 1, math.inf]},
                {"names": ["x"]},
                {"names": ["x", 1]},
                {"names": "xy"},
            )
        ),
    ],
)
def test_what_does_not_fit_is_refused(tensors: Any, texts: dict[str, str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        read_preparation(tensors, texts, 2, 3)
