"""`l2`: a penalty on squared weights."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Regularizer
from specc.ops import algebra as op


class L2(Regularizer):
    """A penalty on squared weights: large ones are paid for, small ones hardly.

        J = L + lambda / (2 m) * sum W^2,  dW = ... + lambda / m * W

    Units       m is the number of training examples, not of the batch. PyTorch's `weight_decay` (in
                `SGD`) and
                twice Keras's `l2` are lambda / m. Biases are not penalised
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
        regularize  l2(0.1)
        optimizer   sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    lambda_: float = arg("float", at_least=0, doc="strength")

    def penalty(self, w: Sym, examples: Sym) -> Sym | None:
        strength = w.builder.setting("lambd", self.lambda_)
        return op.sum_of_squares(w) * (strength / (2 * examples))
