"""`nadam`: Adam whose momentum looks ahead."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Optimizer
from specc.ops import algebra as op


class Nadam(Optimizer):
    """Adam whose momentum looks ahead, as in `nesterov`.

        v = beta1 v + (1 - beta1) g
        s = beta2 s + (1 - beta2) g^2,    s^ = s / (1 - beta2^t)
        n = beta1 v / (1 - beta1^(t+1)) + (1 - beta1) g / (1 - beta1^t)
        p = p - lr * n / (sqrt(s^) + eps)

    beta1 stays the same. PyTorch's `NAdam` lets it grow to its value as 1 - 0.96^(t *
    momentum_decay) / 2; with a large `momentum_decay` it is the same path.

    Units       t = 1, 2, ... counts updates and is not reset per epoch; eps is added outside the
                root
    Source      Dozat 2016, "Incorporating Nesterov momentum into Adam", algorithm 2 with mu_t =
                beta1
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
        optimizer  nadam(lr = 0.01)
        train { run 1 epoch }
        ```
    """

    lr: float = arg("float", 0.001, above=0, doc="learning rate, before any schedule")
    beta1: float = arg(
        "float", 0.9, at_least=0, below=1, doc="share of the old average of g that stays"
    )
    beta2: float = arg(
        "float", 0.999, at_least=0, below=1, doc="share of the old average of g^2 that stays"
    )
    eps: float = arg("float", 1e-8, above=0, doc="added outside the root")

    slots: ClassVar[tuple[str, ...]] = ("v", "s")

    def step(self, p: Sym, g: Sym, lr: Sym, t: Sym, *slots: Sym) -> tuple[Sym, ...]:
        v, s = slots
        beta1 = p.builder.setting("beta1", self.beta1)
        beta2 = p.builder.setting("beta2", self.beta2)
        v = beta1 * v + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * op.square(g)
        ahead = beta1 / (1 - beta1 ** (t + 1)) * v + (1 - beta1) / (1 - beta1**t) * g
        s_hat = s / (1 - beta2**t)
        return p - lr * ahead / (op.sqrt(s_hat) + p.builder.setting("eps", self.eps)), v, s
