"""`elastic`: penalties on the size and on the square of weights together."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Regularizer
from specc.ops import algebra as op


class Elastic(Regularizer):
    """Penalties on the size and on the square of weights: few stay, and those stay small.

        J = L + l1 / m * sum |W| + l2 / (2 m) * sum W^2
        dW = ... + (l1 * sign(W) + l2 * W) / m

    The same as `l1(a), l2(b)`, in one word.

    Units       m is the number of training examples, not of the batch. Keras's `L1L2` takes l1 / m
                and l2 / (2 m). Biases are not penalised
    Source      Zou, Hastie 2005, "Regularization and variable selection via the elastic net",
                equation 3
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
        regularize  elastic(l1 = 0.1, l2 = 0.7)
        optimizer   sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    l1: float = arg("float", at_least=0, doc="strength on the size of the weights")
    l2: float = arg("float", at_least=0, doc="strength on their squares")

    def penalty(self, w: Sym, examples: Sym) -> Sym | None:
        size = w.builder.setting("l1", self.l1)
        square = w.builder.setting("l2", self.l2)
        return op.total(op.absolute(w)) * (size / examples) + op.sum_of_squares(w) * (
            square / (2 * examples)
        )
