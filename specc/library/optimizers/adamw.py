"""`adamw`: Adam, and weights that shrink by themselves."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Optimizer
from specc.ops import algebra as op


class AdamW(Optimizer):
    """Adam, and apart from the gradient each weight shrinks by a share of itself.

        W = W - lr * decay * W            weights only, biases stay
        v = beta1 v + (1 - beta1) g,      v^ = v / (1 - beta1^t)
        s = beta2 s + (1 - beta2) g^2,    s^ = s / (1 - beta2^t)
        p = p - lr * v^ / (sqrt(s^) + eps)

    PyTorch's `AdamW(weight_decay = decay)` shrinks biases too, unless they are given in a group of
    their own. In the paper the shrinking follows the schedule but not lr itself: its lambda is lr *
    decay.

    Units       t = 1, 2, ... counts updates and is not reset per epoch; eps is added outside the
                root
    Source      Loshchilov, Hutter 2019, arXiv:1711.05101, algorithm 2
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
        optimizer  adamw(lr = 0.01, decay = 0.01)
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
    decay: float = arg(
        "float", 0.01, at_least=0, keyword=True, doc="share of a weight, times lr, that goes"
    )

    slots: ClassVar[tuple[str, ...]] = ("v", "s")

    def step(self, p: Sym, g: Sym, lr: Sym, t: Sym, *slots: Sym) -> tuple[Sym, ...]:
        v, s = slots
        beta1 = p.builder.setting("beta1", self.beta1)
        beta2 = p.builder.setting("beta2", self.beta2)
        v = beta1 * v + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * op.square(g)
        v_hat = v / (1 - beta1**t)
        s_hat = s / (1 - beta2**t)
        return p - lr * v_hat / (op.sqrt(s_hat) + p.builder.setting("eps", self.eps)), v, s

    def shrink(self, w: Sym, lr: Sym) -> Sym | None:
        return w * (1 - lr * w.builder.setting("decay", self.decay))
