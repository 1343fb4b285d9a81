"""`sigmoid`: the logistic function."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.ops import algebra as op


class Sigmoid(Activation):
    """The logistic function.

        g(z) = 1 / (1 + e^-z)

    Shapes      unchanged
    Source      Ng, "Neural Networks and Deep Learning", week 2
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, sigmoid
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    ends: ClassVar[tuple[float, float]] = (0.0, 1.0)
    steepest: ClassVar[float] = 0.25

    def apply(self, x: Sym) -> Sym:
        return op.sigmoid(x)
