"""`uniform`: even draws of a fixed width."""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.library.define import arg
from specc.library.words import Init
from specc.shapes import Shape


class Uniform(Init):
    """Even draws between -`scale` and `scale`, whatever the size of the layer.

        W = scale * U(-1, 1)

    Units       the standard deviation is scale / sqrt(3)
    Source      `uniform_` of PyTorch and `RandomUniform` of Keras, from -scale to scale
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1, sigmoid
        }
        init       uniform(0.5)
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    scale: float = arg("float", 0.01, above=0, doc="largest size of a draw")

    def draw(self, b: Builder, shape: Shape, n_in: int, n_out: int, purpose: int) -> Sym:
        return b.apply("symmetric", shape=shape, purpose=purpose) * self.scale
