"""`last`: the last step of a sequence."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.words import Layer, Place
from specc.ops import algebra as op


class Last(Layer):
    """The last of all steps, in which a recurrent layer has seen the whole sequence.

        A = A[steps]

    Shapes      A (steps, n, m) -> A (n, m)
    Errors      E0302 if one example is not steps of features
    Source      Ng, "Sequence Models", week 1: many-to-one networks
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2, 1
            rnn    8
            last
            dense  1, sigmoid
        }
        init       xavier
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    axes: ClassVar[int | None] = 2
    takes: ClassVar[str] = "steps of features"

    def build(self, at: Place, x: Sym) -> Sym:
        y = op.last(x)
        if x.node.name:
            y.builder.rename(y.id, f"{x.node.name}_last")
        return y

    def formula(self) -> str:
        return "A = A[steps]"
