"""`cross_entropy`: minus the log-likelihood of one of k classes."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.words import Loss, Task
from specc.ops import algebra as op


class CrossEntropy(Loss):
    """Minus the log-likelihood of the right one of k classes under the output of a softmax.

        L = -sum_k t_k log A_k,  A = softmax(Z)

    Computed from Z as log sum_k e^Z_k - Z_t with the largest Z taken off first, one operation with
    the softmax: finite for every Z.

    Shapes      A (k, m), t (m) of class numbers -> L (1, m)
    Units       natural logarithm; the cost is the mean over the examples
    Errors      E0304 if the last layer is not a softmax over at least 2 classes
    Source      Ng, "Improving Deep Neural Networks", week 3
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  2, softmax
        }
        init       he
        loss       cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    task: ClassVar[Task] = "classes"
    activation: ClassVar[str] = "softmax"

    def per_example(self, output: Sym, target: Sym) -> Sym:
        return op.softmax_cross_entropy(output, target)
