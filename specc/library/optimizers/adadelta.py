"""`adadelta`: steps in the units of the parameters."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Optimizer
from specc.ops import algebra as op


class Adadelta(Optimizer):
    """Each parameter's step is as large as its recent steps, in the direction of the gradient.

        s = beta s + (1 - beta) g^2
        d = sqrt(u + eps) / sqrt(s + eps) * g
        u = beta u + (1 - beta) d^2
        p = p - lr * d

    The paper has no learning rate: lr = 1 is its rule.

    Units       eps is added inside both roots; s and u start at 0, so the first steps are of the
                size of sqrt(eps)
    Source      Zeiler 2012, arXiv:1212.5701, algorithm 1; beta is its rho
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
        optimizer  adadelta(lr = 1)
        train { run 1 epoch }
        ```
    """

    lr: float = arg("float", 1.0, above=0, doc="learning rate, before any schedule")
    beta: float = arg("float", 0.9, at_least=0, below=1, doc="share of the old averages that stays")
    eps: float = arg("float", 1e-6, above=0, doc="added inside the roots")

    slots: ClassVar[tuple[str, ...]] = ("s", "u")

    def step(self, p: Sym, g: Sym, lr: Sym, t: Sym, *slots: Sym) -> tuple[Sym, ...]:
        s, u = slots
        beta, eps = p.builder.setting("beta", self.beta), p.builder.setting("eps", self.eps)
        s = beta * s + (1 - beta) * op.square(g)
        d = op.sqrt(u + eps) / op.sqrt(s + eps) * g
        u = beta * u + (1 - beta) * op.square(d)
        return p - lr * d, s, u
