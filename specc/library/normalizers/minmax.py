"""The range 0 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.library.table import Blocks, Normalizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class MinMax(Normalizer):
    """Each feature runs from 0 to 1 over the training examples.

        x = (x - min) / (max - min)

    min and max come from the training part alone, so values of dev, test and new data may lie
    outside 0 to 1. A feature that is constant over the training examples becomes 0: its range is
    taken as 1.

    Shapes      X (m, features) -> X (m, features)
    Errors      E0505 if the range of a feature is too large for a 64-bit float
    Example

    ```dl
    data {
        source     csv("data/digits.csv.gz", target = "label")
        split      train = 80%, dev = 10%, test = 10%
        normalize  minmax
    }
    ```
    """

    def statistics(
        self, blocks: Blocks, features: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        import numpy as np

        low = np.full(features, np.inf)
        high = np.full(features, -np.inf)
        for block in blocks():
            np.minimum(low, block.min(axis=0), out=low)
            np.maximum(high, block.max(axis=0), out=high)
        return low, np.where(low == high, 1.0, high - low)
