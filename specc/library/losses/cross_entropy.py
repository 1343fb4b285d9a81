"""`cross_entropy`: minus the log-likelihood of one of k classes."""

from __future__ import annotations

from typing import ClassVar, cast

from specc.ir.builder import Sym
from specc.library.class_loss import ClassLoss
from specc.library.words import Task
from specc.ops import algebra as op


class CrossEntropy(ClassLoss):
    """Minus the log-likelihood of the right one of k classes under the output of a softmax.

        L = -c_t sum_k q_k log A_k,  A = softmax(Z)
        c = `class_weights`, 1 unless given;  t is the class of the example
        q_k = (1 - s) [k = t] + s/K over K classes with s = `label_smoothing`, else [k = t]

    Computed from Z as log sum_k e^Z_k - sum_k q_k Z_k with the largest Z taken off first, one
    operation with the softmax: finite for every Z.

    Shapes      A (k, m), t (m) of class numbers -> L (1, m)
    Units       natural logarithm; the cost is the mean over the examples, also with weights: each
                is divided by m, as `class_weight` of Keras, so that batches add up. PyTorch divides
                by the sum of the weights in the batch: its loss is ours times m / sum of c_t (and
                with smoothing it weighs each term of the sum by its own class)
    Errors      E0304 if the last layer is not a softmax over at least 2 classes, or if there is
                not one weight per class
    Source      Ng, "Improving Deep Neural Networks", week 3; smoothing: Szegedy et al. 2015,
                arXiv:1512.00567, section 7
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  2, softmax
        }
        init       he
        loss       cross_entropy(label_smoothing = 0.1)
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    task: ClassVar[Task] = "classes"
    activation: ClassVar[str] = "softmax"

    def per_example(self, output: Sym, target: Sym) -> Sym:
        q = self.smoothed(target, cast(int, output.shape[0]))
        return self.weighted(op.softmax_cross_entropy(output, q), target)
