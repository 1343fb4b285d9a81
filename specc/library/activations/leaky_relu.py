"""`leaky_relu`: the rectifier with a small slope below 0."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.library.define import arg
from specc.ops import algebra as op


class LeakyRelu(Activation):
    """The rectifier with a small slope below 0.

        g(z) = max(z, alpha z)

    Shapes      unchanged
    Source      Maas, Hannun, Ng 2013, ICML workshop
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, leaky_relu
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    wanted: ClassVar[float | None] = 2.0  # He et al. 2015

    alpha: float = arg("float", 0.01, at_least=0, below=1, doc="slope below 0")

    def apply(self, x: Sym) -> Sym:
        return op.maximum(x, x * x.builder.setting("alpha", self.alpha))
