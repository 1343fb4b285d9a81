"""`l1`: a penalty on the size of weights."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Regularizer
from specc.ops import algebra as op


class L1(Regularizer):
    """A penalty on the size of weights: many of them end at 0.

        J = L + lambda / m * sum |W|,  dW = ... + lambda / m * sign(W),  sign(0) = 0

    Units       m is the number of training examples, not of the batch. Keras's `l1` is lambda / m.
                Biases are
                not penalised
    Source      Ng, "Improving Deep Neural Networks", week 1
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
        regularize  l1(0.1)
        optimizer   sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    lambda_: float = arg("float", at_least=0, doc="strength")

    def penalty(self, w: Sym, examples: Sym) -> Sym | None:
        strength = w.builder.setting("lambd", self.lambda_)
        return op.total(op.absolute(w)) * (strength / examples)
