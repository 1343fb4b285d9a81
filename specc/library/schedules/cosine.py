"""`cosine`: the learning rate falls along half a wave."""

from __future__ import annotations

import math

from specc.ir.builder import Sym
from specc.library.clock import DELAY, OVER, PER_STEP, Clock, Duration
from specc.library.define import arg, shared
from specc.library.words import Schedule
from specc.ops import algebra as op


class Cosine(Schedule):
    """The learning rate falls along half a wave: slowly at first, fast in the middle.

        lr_k = lr * (to + (1 - to) * (1 + cos(pi * k / n)) / 2),  k = 0, ..., n - 1 of n updates

    It reaches to * lr behind the last of the n updates. PyTorch's `CosineAnnealingLR(T_max = n,
    eta_min = to * lr)`. Joined to itself it restarts: `cosine(over = 10 epochs) then cosine`.

    Source      Loshchilov, Hutter 2017, arXiv:1608.03983, eq. 5
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
        schedule   cosine(to = 0.01)
        train { run 1 epoch }
        ```
    """

    to: float = arg("float", 0.0, at_least=0, at_most=1, doc="share of lr at the end")
    over: Duration | None = shared(OVER, keyword=False)
    per: str = shared(PER_STEP)
    delay: Duration | None = shared(DELAY)

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        b = lr.builder
        wave = (1 + op.cos(b.setting("pi", math.pi) * clock.part(self.per))) / 2
        if self.to == 0:
            return lr * wave
        to = b.setting("to", self.to)
        return lr * (to + (1 - to) * wave)
