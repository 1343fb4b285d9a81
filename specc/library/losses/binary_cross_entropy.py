"""`binary_cross_entropy`: minus the log-likelihood of one of two classes."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.words import Loss, Task
from specc.ops import algebra as op


class BinaryCrossEntropy(Loss):
    """Minus the log-likelihood of a yes-or-no target under the output of a sigmoid.

        L = -t log A - (1 - t) log(1 - A),  A = 1 / (1 + e^-Z)

    Computed from Z as log(1 + e^Z) - t Z, one operation with the sigmoid: finite for every Z.

    Shapes      A (1, m), t (1, m) of 0 and 1 -> L (1, m)
    Units       natural logarithm; the cost is the mean over the examples
    Errors      E0304 if the last layer is not one sigmoid unit
    Source      Ng, "Neural Networks and Deep Learning", week 2
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
        train { run 1 epoch }
        ```
    """

    task: ClassVar[Task] = "binary"
    activation: ClassVar[str] = "sigmoid"

    def per_example(self, output: Sym, target: Sym) -> Sym:
        return op.sigmoid_cross_entropy(output, target)
