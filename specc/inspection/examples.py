"""Single examples that a network gets wrong: the worst mistakes of a classifier, the numbers of a
regression.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.inspection.pictures import Frame, picture
from specc.run.confusion import predicted
from specc.run.data import Part
from specc.run.predictor import Predictor

WORST = 24
PAIRS = 2_000


def mistakes(predictor: Predictor, part: Part, frame: Frame | None) -> list[dict[str, Any]]:
    """The examples that were taken for another class, the surest mistakes first."""
    outputs = _outputs(predictor, part)
    probabilities = predictor.probabilities(outputs)
    true = part.T.reshape(part.n, -1)[:, 0].astype(np.int64)
    chosen = predicted(outputs.T)
    sure = probabilities[np.arange(part.n), chosen] - probabilities[np.arange(part.n), true]
    wrong = np.flatnonzero(chosen != true)
    worst = wrong[np.argsort(-sure[wrong], kind="stable")][:WORST]
    rows = worst if part.rows is None else part.rows[worst]
    raw = part.X[rows] * predictor.preparation.scale + predictor.preparation.mean
    low, high = (float(raw.min()), float(raw.max())) if len(raw) else (0.0, 1.0)
    return [
        {
            "example": int(i),
            "true": int(true[i]),
            "predicted": int(chosen[i]),
            "probability": float(probabilities[i, chosen[i]]),
            "probability_of_true": float(probabilities[i, true[i]]),
            "picture": None if frame is None else picture(values, frame, low, high),
        }
        for i, values in zip(worst.tolist(), raw, strict=True)
    ]


def pairs(predictor: Predictor, part: Part) -> list[list[float]]:
    """[true, predicted] of the first output, of at most `PAIRS` examples evenly over the set."""
    outputs = _outputs(predictor, part)
    every = max(1, -(-part.n // PAIRS))
    true = part.T.reshape(part.n, -1)[::every, 0].astype(np.float64)
    predicted = outputs[::every, 0].astype(np.float64)
    return np.column_stack([true, predicted]).tolist()  # type: ignore[no-any-return]


def _outputs(predictor: Predictor, part: Part) -> NDArray[Any]:
    """The outputs (n, k) for examples that are prepared already."""
    with np.errstate(all="ignore"):
        found: NDArray[Any] = predictor.program.output(part).T
    return found
