"""`relu2`: the squared rectifier."""

from __future__ import annotations

from math import inf
from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.ops import algebra as op


class Relu2(Activation):
    """The squared rectifier.

        g(z) = max(0, z)^2

    Shapes      unchanged
    Source      So et al. 2021, arXiv:2109.08668
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu2
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    ends: ClassVar[tuple[float, float]] = (0.0, inf)

    def apply(self, x: Sym) -> Sym:
        return op.square(op.relu(x))
