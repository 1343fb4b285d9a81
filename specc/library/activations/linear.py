"""`linear`: the identity."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.activation import Activation


class Linear(Activation):
    """The identity.

        g(z) = z

    Shapes      unchanged
    Source      Goodfellow, Bengio, Courville 2016, section 6.2
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, linear
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    def apply(self, x: Sym) -> Sym:
        return x
