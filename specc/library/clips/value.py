"""`value`: each element of the gradient is kept within bounds."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Clip
from specc.ops import algebra as op


class Value(Clip):
    """Each element of the gradient is kept within bounds; its direction may change.

        g = min(max(g, -most), most)

    The gradient is that of the cost, penalties included. PyTorch's `clip_grad_value_`.

    Source      Mikolov 2012, "Statistical language models based on neural networks", section 3.2.2
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
            clip  value(0.5)
        }
        ```
    """

    most: float = arg("float", 1.0, above=0, doc="the largest size of an element")

    def apply(self, g: Sym) -> Sym:
        most = g.builder.setting("most", self.most)
        return op.minimum(op.maximum(g, -most), most)
