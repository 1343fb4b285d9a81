"""`weight_decay`: weights shrink by a share of themselves, apart from the gradient."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Regularizer


class WeightDecay(Regularizer):
    """Each weight shrinks by a share of itself before each update, whatever the optimiser.

        W = W - lr * lambda * W

    It is no part of the cost or of its gradient, so averages of gradients know nothing of it. With
    `sgd` it is `l2(lambda * m)`; with the others it is not. The number of examples plays no part.

    Units       lr is the learning rate of the update, schedule included. Biases do not shrink
    Source      Loshchilov, Hutter 2019, arXiv:1711.05101, eq. 1, with PyTorch's factor lr
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
        regularize  weight_decay(0.01)
        optimizer   adam(lr = 0.01)
        train { run 1 epoch }
        ```
    """

    lambda_: float = arg("float", 0.01, at_least=0, doc="share of a weight, times lr, that goes")

    def shrink(self, w: Sym, lr: Sym) -> Sym | None:
        return w * (1 - lr * w.builder.setting("lambd", self.lambda_))
