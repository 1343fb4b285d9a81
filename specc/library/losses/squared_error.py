"""`squared_error`: half the squared distance, as in the course."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.words import Loss, Task
from specc.ops import algebra as op


class SquaredError(Loss):
    """Half the squared distance of output and target, summed over the outputs, as in the course.

        L = 1/2 sum_k (A_k - t_k)^2

    Shapes      A (k, m), t (k, m) -> L (1, m)
    Units       the cost is the mean over the examples, the sum over the outputs; k/2 times `mse`
    Source      Ng, "Neural Networks and Deep Learning", week 2
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1
        }
        init       he
        loss       squared_error
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    task: ClassVar[Task] = "real"

    def per_example(self, output: Sym, target: Sym) -> Sym:
        return op.sum_features(op.square(output - target)) * 0.5
