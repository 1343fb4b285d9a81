"""Mirror images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.library.augmentation import Augmentation
from specc.library.define import arg
from specc.library.misfit import Misfit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Flip(Augmentation):
    """Each picture is mirrored with probability 1/2, for each of the directions that are asked for.

        horizontal: pixel (r, c) -> (r, width - 1 - c)
        vertical:   pixel (r, c) -> (height - 1 - r, c)

    Right where the mirror image shows the same thing: of animals, not of letters.

    Shapes      (m, height, width, channels) unchanged
    Errors      E0310 if `input` has not three axes, or neither direction is asked for
    Source      Krizhevsky, Sutskever, Hinton 2012, section 4.1
    Example

    ```dl
    data {
        source     images("data/cats", size = (16, 16), channels = 1)
        normalize  scale(1/255)
        augment    flip
    }
    network {
        input  16, 16, 1
        flatten
        dense 2, softmax
    }
    loss       cross_entropy
    optimizer  adam
    train { run 1 epoch }
    ```
    """

    horizontal: bool = arg("bool", True, doc="left and right change sides")
    vertical: bool = arg("bool", False, doc="top and bottom change sides")

    def apply(self, x: NDArray[Any], random: np.random.Generator) -> NDArray[Any]:
        across, upright = random.random((2, len(x))) < 0.5
        if self.horizontal:
            x[across] = x[across, :, ::-1]
        if self.vertical:
            x[upright] = x[upright, ::-1]
        return x

    def misfit(self, shape: tuple[int, ...]) -> Misfit | None:
        if self.horizontal or self.vertical:
            return None
        return Misfit(
            "horizontal",
            "`flip` in neither direction changes nothing",
            "no direction",
            "leave it out",
        )
