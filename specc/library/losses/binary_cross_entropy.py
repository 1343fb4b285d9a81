"""`binary_cross_entropy`: minus the log-likelihood of one of two classes."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.class_loss import ClassLoss
from specc.library.words import Task
from specc.ops import algebra as op


class BinaryCrossEntropy(ClassLoss):
    """Minus the log-likelihood of a yes-or-no target under the output of a sigmoid.

        L = c_t (-q log A - (1 - q) log(1 - A)),  A = 1 / (1 + e^-Z)
        c = `class_weights` (no, yes), 1 unless given
        q = (1 - s) t + s/2 with s = `label_smoothing`, else q = t

    Computed from Z as log(1 + e^Z) - q Z, one operation with the sigmoid: finite for every Z.

    With `target input` there are k outputs, each the share of a value between 0 and 1, and L is the
    mean over them.

    Shapes      A (1, m), t (1, m) of 0 and 1 -> L (1, m); with `target input` A (k, m), t (k, m)
    Units       natural logarithm; the cost is the mean over the examples, also with weights: twice
                the weights, twice the cost. `class_weights = (1, p)` is `pos_weight = p` of
                PyTorch; smoothing is that of Keras
    Errors      E0304 if the last layer is not one sigmoid unit, or if there are not 2 weights
    Source      Ng, "Neural Networks and Deep Learning", week 2; smoothing: Szegedy et al. 2015,
                arXiv:1512.00567, section 7
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1, sigmoid
        }
        init       he
        loss       binary_cross_entropy(class_weights = (1, 2))
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    task: ClassVar[Task] = "binary"
    activation: ClassVar[str] = "sigmoid"

    def classes(self, outputs: int) -> int:
        return 2

    def per_example(self, output: Sym, target: Sym) -> Sym:
        losses = op.sigmoid_cross_entropy(output, self.smoothed(target, 2))
        outputs = output.shape[0]
        if outputs != 1:  # an autoencoder: probabilities of many inputs
            return losses / output.builder.extent(outputs)
        return self.weighted(losses, target)
