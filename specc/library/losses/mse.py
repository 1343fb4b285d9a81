"""`mse`: the mean squared error."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.words import Loss, Task
from specc.ops import algebra as op


class Mse(Loss):
    """The squared distance of output and target, averaged over the outputs.

        L = 1/k sum_k (A_k - t_k)^2

    Shapes      A (k, m), t (k, m) -> L (1, m)
    Units       the cost is the mean over examples and outputs, as `MSELoss` of PyTorch and `mse` of
                Keras
    Source      Bishop 2006, section 1.2.5
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1
        }
        init       he
        loss       mse
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    task: ClassVar[Task] = "real"

    def per_example(self, output: Sym, target: Sym) -> Sym:
        squares = op.sum_features(op.square(output - target))
        outputs = output.shape[0]
        return squares if outputs == 1 else squares / output.builder.extent(outputs)
