"""`norm`: gradients longer than a bound are shortened to it."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Clip
from specc.ops import algebra as op


class Norm(Clip):
    """A gradient that is longer than a bound is shortened to it; its direction stays.

        g = g * most / max(|g|, most),  |g| = sqrt(sum g^2) over all parameters

    The length is that of the whole gradient of the cost, penalties included. PyTorch's
    `clip_grad_norm_` adds 1e-6 to |g|.

    Source      Pascanu, Mikolov, Bengio 2013, arXiv:1211.5063, algorithm 1
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1, sigmoid
        }
        init       he
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train {
            run   1 epoch
            clip  norm(1)
        }
        ```
    """

    most: float = arg("float", 1.0, above=0, doc="the largest length")

    def apply(self, g: Sym) -> Sym:
        most = g.builder.setting("most", self.most)
        length = op.sqrt(op.sum_of_squares(g))
        return g * (most / op.maximum(length, most))
