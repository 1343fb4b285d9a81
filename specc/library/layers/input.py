"""`input`: the sizes of one example."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Layer, Place


class Input(Layer):
    """The sizes of one example, before anything happens to it.

    Shapes      -> X (n, m): n features of m examples, one column per example
    Errors      E0306 if a size is not a whole positive number; E0510 if the data has another number
                of features
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    axes: ClassVar[int | None] = 0
    sizes: tuple[int, ...] = arg(
        "dim", many=True, at_least=1, doc="features of one example; several for images"
    )

    def build(self, at: Place, x: Sym) -> Sym:
        return x
