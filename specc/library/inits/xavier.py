"""`xavier`: normal draws that keep the variance through tanh."""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.library.define import arg
from specc.library.words import Init
from specc.ops import algebra as op
from specc.shapes import Shape


class Xavier(Init):
    """Normal draws that keep the variance through tanh.

        W = scale * sqrt(1 / n_in) * N(0, 1)

    Source      Ng, "Improving Deep Neural Networks", week 1, after Glorot, Bengio 2010; Glorot's
                own form averages n_in and n_out
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1, sigmoid
        }
        init       xavier
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    scale: float = arg("float", 1.0, above=0, keyword=True, doc="factor on every draw")

    def draw(self, b: Builder, shape: Shape, n_in: int, n_out: int, purpose: int) -> Sym:
        draws = b.apply("normal", shape=shape, purpose=purpose)
        scaled = draws * op.sqrt(b.lift(1) / n_in)
        return scaled if self.scale == 1 else scaled * self.scale
