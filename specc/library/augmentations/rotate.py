"""Pictures turned a little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.library.augmentation import Augmentation, turned
from specc.library.define import arg

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Rotate(Augmentation):
    """Each picture is turned about its centre.

        angle even in [-degrees, degrees)
        y = cos(angle) r + sin(angle) c,   x = cos(angle) c - sin(angle) r

    where (r, c) is a pixel, (y, x) where its value is taken from, both from the centre. Between
    pixels values are bilinear; outside the picture they are 0 (after `normalize standard` that is
    the mean).

    Shapes      (m, height, width, channels) unchanged
    Units       degrees, a full turn is 360
    Errors      E0310 if `input` has not three axes
    Source      Simard, Steinkraus, Platt 2003, "Best practices for convolutional neural networks
                applied to visual document analysis", section 2
    Example

    ```dl
    data {
        source     idx(images = "train-images.gz", labels = "train-labels.gz")
        normalize  scale(1/255)
        augment    rotate(10)
    }
    network {
        input  28, 28, 1
        flatten
        dense 10, softmax
    }
    loss       cross_entropy
    optimizer  adam
    train { run 1 epoch }
    ```
    """

    degrees: float = arg("float", 10.0, above=0, at_most=180, doc="how far at most, in degrees")

    def apply(self, x: NDArray[Any], random: np.random.Generator) -> NDArray[Any]:
        return turned(x, random.uniform(-self.degrees, self.degrees, len(x)))
