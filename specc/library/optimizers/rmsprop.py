"""`rmsprop`: steps divided by the recent size of the gradient."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Optimizer
from specc.ops import algebra as op


class Rmsprop(Optimizer):
    """Each parameter's step is divided by the recent size of its gradient.

        s = beta s + (1 - beta) g^2
        p = p - lr * g / (sqrt(s) + eps)

    Units       eps is added outside the root, as in PyTorch; s is not bias-corrected
    Source      Hinton, Tieleman 2012, lecture 6e; Ng, "Improving Deep Neural Networks", week 2
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
        optimizer  rmsprop(lr = 0.01)
        train { run 1 epoch }
        ```
    """

    lr: float = arg("float", 0.001, above=0, doc="learning rate, before any schedule")
    beta: float = arg("float", 0.9, at_least=0, below=1, doc="share of the old average that stays")
    eps: float = arg("float", 1e-8, above=0, doc="added outside the root")

    slots: ClassVar[tuple[str, ...]] = ("s",)

    def step(self, p: Sym, g: Sym, lr: Sym, t: Sym, *slots: Sym) -> tuple[Sym, ...]:
        (s,) = slots
        beta = p.builder.setting("beta", self.beta)
        s = beta * s + (1 - beta) * op.square(g)
        return p - lr * g / (op.sqrt(s) + p.builder.setting("eps", self.eps)), s
