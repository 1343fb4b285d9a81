"""`nesterov`: momentum that looks ahead."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Optimizer


class Nesterov(Optimizer):
    """Momentum with the gradient of a step ahead.

        v = beta v + (1 - beta) g
        p = p - lr * (beta v + (1 - beta) g)

    The course's averages, without bias correction. PyTorch's `SGD(momentum = beta, nesterov =
    True)` leaves out (1 - beta): its lr is (1 - beta) times this one for the same path.

    Source      Nesterov 1983, in the form of Sutskever et al. 2013, "On the importance of
                initialization and momentum in deep learning"
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
        optimizer  nesterov(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    lr: float = arg("float", 0.01, above=0, doc="learning rate, before any schedule")
    beta: float = arg("float", 0.9, at_least=0, below=1, doc="share of the old average that stays")

    slots: ClassVar[tuple[str, ...]] = ("v",)

    def step(self, p: Sym, g: Sym, lr: Sym, t: Sym, *slots: Sym) -> tuple[Sym, ...]:
        (v,) = slots
        beta = p.builder.setting("beta", self.beta)
        v = beta * v + (1 - beta) * g
        return p - lr * (beta * v + (1 - beta) * g), v
