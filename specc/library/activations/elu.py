"""`elu`: the exponential linear unit."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.library.define import arg
from specc.ops import algebra as op


class Elu(Activation):
    """The exponential linear unit.

        g(z) = z for z > 0, alpha (e^z - 1) otherwise

    Shapes      unchanged
    Source      Clevert, Unterthiner, Hochreiter 2016, arXiv:1511.07289
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, elu
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    alpha: float = arg("float", 1.0, above=0, doc="minus the limit far below 0")

    def apply(self, x: Sym) -> Sym:
        return op.relu(x) + (op.exp(op.negative_part(x)) - 1) * x.builder.setting(
            "alpha", self.alpha
        )
