"""`constant`: every weight starts at the same number."""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.library.define import arg
from specc.library.words import Init
from specc.shapes import Shape


class Constant(Init):
    """Every weight starts at the same number; units stay alike, as with `zeros`.

        W = c
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1, sigmoid
        }
        init       constant(0.5)
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    c: float = arg("float", doc="the number")

    def draw(self, b: Builder, shape: Shape, n_in: int, n_out: int, purpose: int) -> Sym:
        return b.apply("filled", shape=shape, value=self.c)
