"""`he`: normal draws that keep the variance through rectifiers."""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.library.define import arg
from specc.library.words import Init
from specc.ops import algebra as op
from specc.shapes import Shape


class He(Init):
    """Normal draws that keep the variance through rectifiers.

        W = scale * sqrt(2 / n_in) * N(0, 1)

    Source      He et al. 2015, arXiv:1502.01852, equation 10
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

    scale: float = arg("float", 1.0, above=0, keyword=True, doc="factor on every draw")

    def draw(self, b: Builder, shape: Shape, n_in: int, n_out: int, purpose: int) -> Sym:
        draws = b.apply("normal", shape=shape, purpose=purpose)
        scaled = draws * op.sqrt(b.lift(2) / n_in)
        return scaled if self.scale == 1 else scaled * self.scale
