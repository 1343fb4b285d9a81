"""`zeros`: every weight starts at 0."""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.library.words import Init
from specc.shapes import Shape


class Zeros(Init):
    """Every weight starts at 0. All units of a layer then stay the same for ever: a lesson, not a
    choice.

        W = 0

    Source      Ng, "Improving Deep Neural Networks", week 1
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1, sigmoid
        }
        init       zeros
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    def draw(self, b: Builder, shape: Shape, n_in: int, n_out: int, purpose: int) -> Sym:
        return b.apply("filled", shape=shape, value=0.0)
