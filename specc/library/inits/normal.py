"""`normal`: normal draws of a fixed width."""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.library.define import arg
from specc.library.words import Init
from specc.shapes import Shape


class Normal(Init):
    """Normal draws with standard deviation `scale`, whatever the size of the layer.

        W = scale * N(0, 1)

    Source      Ng, "Improving Deep Neural Networks", week 1: `normal(10)` is its "large random"
                start
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1, sigmoid
        }
        init       normal(10)
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    scale: float = arg("float", 0.01, above=0, doc="standard deviation")

    def draw(self, b: Builder, shape: Shape, n_in: int, n_out: int, purpose: int) -> Sym:
        return b.apply("normal", shape=shape, purpose=purpose) * self.scale
