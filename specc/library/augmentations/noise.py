"""Inputs that are not quite right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from specc.library.augmentation import Augmentation
from specc.library.define import arg

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Noise(Augmentation):
    """A normal draw is added to every input.

        x + scale e,   e standard normal

    With `target input` the target stays without it: the network learns to take noise away.

    Shapes      (m, ...) unchanged, any inputs
    Units       `scale` is in those of the normalised inputs: after `normalize standard`, 0.1 is a
                tenth of the spread of a feature
    Source      Bishop 1995, "Training with noise is equivalent to Tikhonov regularization"
    Example

    ```dl
    data {
        source   circles(n = 300)
        augment  noise(0.1)
    }
    ```
    """

    images: ClassVar[bool] = False
    spoils: ClassVar[bool] = True
    scale: float = arg("float", 0.1, above=0, doc="standard deviation of the noise")

    def apply(self, x: NDArray[Any], random: np.random.Generator) -> NDArray[Any]:
        x += random.standard_normal(x.shape, x.dtype) * x.dtype.type(self.scale)
        return x
