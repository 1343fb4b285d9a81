"""`sgd`: gradient descent."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Optimizer


class Sgd(Optimizer):
    """Gradient descent: a step down the slope.

        p = p - lr * g

    With `batch full` this is batch gradient descent, with `batch 64` mini-batch, with `batch 1`
    stochastic.

    Source      Ng, "Improving Deep Neural Networks", week 2
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

    lr: float = arg("float", 0.01, above=0, doc="learning rate, before any schedule")

    def step(self, p: Sym, g: Sym, lr: Sym, t: Sym, *slots: Sym) -> tuple[Sym, ...]:
        return (p - lr * g,)
