"""`adagrad`: steps divided by the size of all gradients so far."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Optimizer
from specc.ops import algebra as op


class Adagrad(Optimizer):
    """Each parameter's step is divided by the size of all its gradients so far.

        s = s + g^2
        p = p - lr * g / (sqrt(s) + eps)

    Units       eps is added outside the root, as in PyTorch; s starts at 0
    Source      Duchi, Hazan, Singer 2011, "Adaptive subgradient methods", section 1.3
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
        optimizer  adagrad(lr = 0.05)
        train { run 1 epoch }
        ```
    """

    lr: float = arg("float", 0.01, above=0, doc="learning rate, before any schedule")
    eps: float = arg("float", 1e-10, above=0, doc="added outside the root")

    slots: ClassVar[tuple[str, ...]] = ("s",)

    def step(self, p: Sym, g: Sym, lr: Sym, t: Sym, *slots: Sym) -> tuple[Sym, ...]:
        (s,) = slots
        s = s + op.square(g)
        return p - lr * g / (op.sqrt(s) + p.builder.setting("eps", self.eps)), s
