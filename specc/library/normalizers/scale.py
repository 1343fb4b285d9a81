"""One factor for everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.library.define import arg
from specc.library.table import Blocks, Normalizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Scale(Normalizer):
    """All inputs times one number, the usual treatment of pixels.

        x = x * factor

    `scale(1/255)` brings bytes to 0 to 1; it is computed as x / 255, to the last bit.

    Shapes      X (m, features) -> X (m, features)
    Errors      E0505 if a product is too large for the precision of the run
    Example

    ```dl
    data {
        source     idx(images = "train-images.gz", labels = "train-labels.gz")
        normalize  scale(1/255)
    }
    ```
    """

    factor: float = arg(
        "float", at_least=1e-12, at_most=1e12, doc="what every input is multiplied by"
    )

    def statistics(
        self, blocks: Blocks, features: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        import numpy as np

        return np.zeros(features), np.full(features, _divisor(self.factor))


def _divisor(factor: float) -> float:
    # 1/255 is not a float, so 1 / (1/255) may miss 255 by a bit; the whole number was meant.
    whole = float(round(1 / factor))
    return whole if whole and 1 / whole == factor else 1 / factor
