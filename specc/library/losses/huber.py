"""`huber`: squared error for small errors, absolute error for large ones."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Loss, Task
from specc.ops import algebra as op


class Huber(Loss):
    """Squared error for small errors, absolute error for large ones, averaged over the outputs.

        L = 1/k sum_k h(A_k - t_k)
        h(e) = 1/2 e^2                      where |e| <= delta
               delta (|e| - 1/2 delta)      outside

    Shapes      A (k, m), t (k, m) -> L (1, m)
    Units       delta is in the units of the target; the cost is the mean over examples and
                outputs, as `HuberLoss` of PyTorch and `Huber` of Keras. PyTorch's `SmoothL1Loss`
                with `beta = delta` is 1/delta times as large
    Source      Huber 1964, "Robust Estimation of a Location Parameter"
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1
        }
        init       he
        loss       huber(delta = 0.5)
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    task: ClassVar[Task] = "real"
    delta: float = arg("float", 1.0, above=0, doc="error from which on the loss is a straight line")

    def per_example(self, output: Sym, target: Sym) -> Sym:
        delta = output.builder.setting("delta", self.delta)
        each = op.sum_features(op.huber(output - target, delta))
        outputs = output.shape[0]
        return each if outputs == 1 else each / output.builder.extent(outputs)
