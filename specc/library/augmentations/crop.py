"""Parts of a larger picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from specc.library.augmentation import Augmentation, Outside, displaced, too_far
from specc.library.define import arg
from specc.library.misfit import Misfit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Crop(Augmentation):
    """Each picture is framed by `pad` pixels on all sides, and a part of the old size is cut out
    anywhere in the larger one.

        (r, c) -> (r + u, c + v),   u, v whole numbers, even in -pad .. pad

    The frame is 0 (after `normalize standard` that is the mean), the nearest pixel, or the picture
    mirrored at its border. With a frame of 0 the pictures are those of `shift`.

    Shapes      (m, height, width, channels) unchanged
    Errors      E0310 if `input` has not three axes, or `pad` is not smaller than height and width
    Source      Krizhevsky, Sutskever, Hinton 2012, section 4.1; with a frame of 4 zeros: He et al.
                2015, arXiv:1512.03385, section 4.2
    Example

    ```dl
    data {
        source     images("data/cats", size = (16, 16), channels = 1)
        normalize  scale(1/255)
        augment    crop(pad = 4)
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

    pad: int = arg("dim", 4, at_least=1, doc="pixels of the frame on each side")
    frame: str = arg(
        "name",
        "zero",
        one_of=("zero", "edge", "reflect"),
        doc="what the frame is: 0, the nearest pixel, or the picture mirrored",
    )

    def apply(self, x: NDArray[Any], random: np.random.Generator) -> NDArray[Any]:
        down, right = random.integers(-self.pad, self.pad, (2, len(x)), endpoint=True)
        return displaced(x, down, right, cast(Outside, self.frame))

    def misfit(self, shape: tuple[int, ...]) -> Misfit | None:
        return too_far(self.word, "pad", self.pad, shape)
