"""Pictures moved a little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.library.augmentation import Augmentation, displaced, too_far
from specc.library.define import arg
from specc.library.misfit import Misfit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Shift(Augmentation):
    """Each picture is moved by whole pixels; what comes in from outside is 0 (after `normalize
    standard` that is the mean).

        (r, c) -> (r + u, c + v),   u, v whole numbers, even in -pixels .. pixels

    `horizontal` and `vertical` say which of v and u are drawn; the other stays 0.

    Shapes      (m, height, width, channels) unchanged
    Errors      E0310 if `input` has not three axes, or `pixels` is not smaller than height and
                width
    Source      Simard, Steinkraus, Platt 2003, "Best practices for convolutional neural networks
                applied to visual document analysis", section 2
    Example

    ```dl
    data {
        source     idx(images = "train-images.gz", labels = "train-labels.gz")
        normalize  scale(1/255)
        augment    shift(2)
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

    pixels: int = arg("dim", 2, at_least=1, doc="how far at most, in pixels")
    horizontal: bool = arg("bool", True, doc="whether to move left and right")
    vertical: bool = arg("bool", True, doc="whether to move up and down")

    def apply(self, x: NDArray[Any], random: np.random.Generator) -> NDArray[Any]:
        down, right = random.integers(-self.pixels, self.pixels, (2, len(x)), endpoint=True)
        return displaced(x, down * self.vertical, right * self.horizontal)

    def misfit(self, shape: tuple[int, ...]) -> Misfit | None:
        if not self.horizontal and not self.vertical:
            message = "`shift` in neither direction changes nothing"
            return Misfit("horizontal", message, "no direction", "leave it out")
        return too_far(self.word, "pixels", self.pixels, shape)
