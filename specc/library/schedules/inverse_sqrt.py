"""`inverse_sqrt`: learning-rate decay by one over the root of time."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.clock import DELAY, EVERY, OVER, PER_EPOCH, Clock, Duration
from specc.library.define import shared
from specc.library.words import Schedule
from specc.ops import algebra as op


class InverseSqrt(Schedule):
    """The learning rate falls as one over the root of time.

        lr_k = lr / sqrt(1 + k),  k = epochs done (in units of `every`)

    At k = 0 it is lr, at k = 3 half of it: with k + 1 as the number of the epoch, the course's
    lr / sqrt(epoch). Behind `warmup(n steps)`, `inverse_sqrt(every = n steps, per = step)` is the
    schedule of the Transformer, lr * min(t / n, sqrt(n / t)) at update t.

    Source      Ng, "Improving Deep Neural Networks", week 2; Vaswani et al. 2017, arXiv:1706.03762,
                eq. 3
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
        schedule   inverse_sqrt
        train { run 1 epoch }
        ```
    """

    every: Duration = shared(EVERY)
    per: str = shared(PER_EPOCH)
    delay: Duration | None = shared(DELAY)
    over: Duration | None = shared(OVER)

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        return lr / op.sqrt(1 + clock.passed(self.every, self.per))
