"""`mae`: the mean absolute error."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.words import Loss, Task
from specc.ops import algebra as op


class Mae(Loss):
    """The absolute distance of output and target, averaged over the outputs.

        L = 1/k sum_k |A_k - t_k|,  the slope where A_k = t_k is 0

    Far points pull no harder than near ones: the best constant is the median.

    Shapes      A (k, m), t (k, m) -> L (1, m)
    Units       the cost is the mean over examples and outputs, as `L1Loss` of PyTorch and `mae` of
                Keras
    Source      Bishop 2006, section 1.5.5
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1
        }
        init       he
        loss       mae
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    task: ClassVar[Task] = "real"

    def per_example(self, output: Sym, target: Sym) -> Sym:
        distances = op.sum_features(op.absolute(output - target))
        outputs = output.shape[0]
        return distances if outputs == 1 else distances / output.builder.extent(outputs)
