"""`lion`: steps of one size along the sign of an average."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Optimizer
from specc.ops import algebra as op


class Lion(Optimizer):
    """A step of the size lr for each parameter, along the sign of an average.

        W = W - lr * decay * W            weights only, biases stay
        p = p - lr * sign(beta1 v + (1 - beta1) g),  sign(0) = 0
        v = beta2 v + (1 - beta2) g

    The average that gives the direction forgets faster than the one that is kept. Good learning
    rates are 3 to 10 times smaller than Adam's, and decays as much larger.

    Source      Chen et al. 2023, arXiv:2302.06675, algorithm 2
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
        optimizer  lion(lr = 0.001)
        train { run 1 epoch }
        ```
    """

    lr: float = arg("float", 1e-4, above=0, doc="learning rate, before any schedule")
    beta1: float = arg(
        "float", 0.9, at_least=0, below=1, doc="share of the average in the direction"
    )
    beta2: float = arg(
        "float", 0.99, at_least=0, below=1, doc="share of the old average that stays"
    )
    decay: float = arg(
        "float", 0.0, at_least=0, keyword=True, doc="share of a weight, times lr, that goes"
    )

    slots: ClassVar[tuple[str, ...]] = ("v",)

    def step(self, p: Sym, g: Sym, lr: Sym, t: Sym, *slots: Sym) -> tuple[Sym, ...]:
        (v,) = slots
        beta1 = p.builder.setting("beta1", self.beta1)
        beta2 = p.builder.setting("beta2", self.beta2)
        step = op.sign(beta1 * v + (1 - beta1) * g)
        return p - lr * step, beta2 * v + (1 - beta2) * g

    def shrink(self, w: Sym, lr: Sym) -> Sym | None:
        if self.decay == 0:
            return None
        return w * (1 - lr * w.builder.setting("decay", self.decay))
