"""Zero mean and unit variance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.library.table import Blocks, Normalizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Standard(Normalizer):
    """Each feature gets mean 0 and variance 1 over the training examples.

        x = (x - mu) / sigma,   mu = 1/m sum x,   sigma^2 = 1/m sum (x - mu)^2

    mu and sigma come from the training part alone and are used unchanged on dev, test and new data.
    A feature that is constant over the training examples is only centred: its sigma is taken as 1.

    Shapes      X (m, features) -> X (m, features)
    Errors      E0505 if the spread of a feature is too large for a 64-bit float
    Source      LeCun, Bottou, Orr, Mueller 1998, "Efficient BackProp", section 4.3
    Example

    ```dl
    data {
        source     csv("data/digits.csv.gz", target = "label")
        split      train = 80%, dev = 10%, test = 10%
        normalize  standard
    }
    ```
    """

    def statistics(
        self, blocks: Blocks, features: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        import numpy as np

        examples = 0
        total = np.zeros(features)
        low = np.full(features, np.inf)
        high = np.full(features, -np.inf)
        for block in blocks():
            examples += len(block)
            total += block.sum(axis=0)
            np.minimum(low, block.min(axis=0), out=low)
            np.maximum(high, block.max(axis=0), out=high)
        mean = total / examples
        # Two passes, as sum x^2 - m mu^2 cancels where the mean is large against the spread; and in
        # units of the range, so that squares neither overflow nor vanish.
        spread = np.where(low == high, 1.0, high - low)
        squares = np.zeros(features)
        for block in blocks():
            block -= mean
            block /= spread
            squares += np.einsum("ij,ij->j", block, block)
        scale = np.sqrt(squares / examples) * spread
        # Told by the range: the rounded mean of a constant leaves a tiny sigma that blows it up.
        constant = (low == high) | (scale == 0)
        return np.where(low == high, low, mean), np.where(constant, 1.0, scale)
