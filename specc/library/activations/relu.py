"""`relu`: the rectifier."""

from __future__ import annotations

from math import inf
from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.ops import algebra as op


class Relu(Activation):
    """The rectifier.

        g(z) = max(0, z),  g'(0) = 0

    Shapes      unchanged
    Source      Nair, Hinton 2010, ICML
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    ends: ClassVar[tuple[float, float]] = (0.0, inf)
    wanted: ClassVar[float | None] = 2.0  # He et al. 2015

    def apply(self, x: Sym) -> Sym:
        return op.relu(x)
