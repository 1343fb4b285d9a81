"""`softmax`: probabilities over the classes."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.words import Activation
from specc.ops import algebra as op


class Softmax(Activation):
    """Probabilities over the classes.

        g(z)_i = e^z_i / sum_j e^z_j

    Shapes      unchanged
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

    def apply(self, x: Sym) -> Sym:
        return op.softmax(x)
