"""`softmax`: probabilities over the classes."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.ops import algebra as op


class Softmax(Activation):
    """Probabilities over the classes.

        g(z)_i = e^z_i / sum_j e^z_j

    Shapes      unchanged
    Errors      E0302 on images and steps over time, E0306 as the activation of `conv`: which axis
                has the classes is not said there
    Source      Bridle 1990; Ng, "Improving Deep Neural Networks", week 3
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  2, softmax
        }
        loss       cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    ends: ClassVar[tuple[float, float]] = (0.0, 1.0)

    axes: ClassVar[int | None] = 1

    def apply(self, x: Sym) -> Sym:
        return op.softmax(x)
