"""`max_norm`: no unit's weights may grow longer than a limit."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Regularizer
from specc.ops import algebra as op


class MaxNorm(Regularizer):
    """No unit's incoming weights may grow longer than `c`: after every update those that did are
    scaled back.

        w = w * c / max(|w|, c),  for the weights w that lead to one unit

    The cost stays as it is. Weights that are shorter than `c` are not touched at all.

    Units       |w| is the Euclidean length of a row of W, and of a filter over all its axes; biases
                are not held. `MaxNorm` of Keras and `renorm_` of PyTorch, which add 1e-7 to |w|
    Source      Srivastava et al. 2014, "Dropout: A Simple Way to Prevent Neural Networks from
                Overfitting", section 5.1
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1, sigmoid
        }
        init        he
        loss        binary_cross_entropy
        regularize  max_norm(3)
        optimizer   sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    c: float = arg("float", above=0, doc="largest length")

    def project(self, w: Sym, units: int) -> Sym | None:
        limit = w.builder.setting("max_norm", self.c)
        lengths = op.sqrt(w.builder.apply("sum", op.square(w), axis=1 - units))
        return w * (limit / op.maximum(lengths, limit))
