"""`tanh`: the hyperbolic tangent."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.ops import algebra as op


class Tanh(Activation):
    """The hyperbolic tangent.

        g(z) = (e^z - e^-z) / (e^z + e^-z)

    Shapes      unchanged
    Source      LeCun et al. 1998, "Efficient BackProp", section 4.4
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, tanh
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    ends: ClassVar[tuple[float, float]] = (-1.0, 1.0)
    wanted: ClassVar[float | None] = 1.0  # Glorot, Bengio 2010

    def apply(self, x: Sym) -> Sym:
        return op.tanh(x)
