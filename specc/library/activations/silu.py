"""`silu`: the sigmoid-weighted linear unit."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.ops import algebra as op


class Silu(Activation):
    """The sigmoid-weighted linear unit.

        g(z) = z / (1 + e^-z)

    Shapes      unchanged
    Source      Elfwing, Uchibe, Doya 2018, arXiv:1702.03118
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, silu
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    def apply(self, x: Sym) -> Sym:
        return x * op.sigmoid(x)
