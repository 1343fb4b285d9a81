"""`softplus`: the soft rectifier."""

from __future__ import annotations

from math import inf
from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.ops import algebra as op


class Softplus(Activation):
    """The soft rectifier.

        g(z) = log(1 + e^z)

    Shapes      unchanged
    Source      Dugas et al. 2001, NIPS 13
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, softplus
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    ends: ClassVar[tuple[float, float]] = (0.0, inf)

    def apply(self, x: Sym) -> Sym:
        return op.softplus(x)
