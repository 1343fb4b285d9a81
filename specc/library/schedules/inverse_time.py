"""`inverse_time`: learning-rate decay by 1 / (1 + rate k)."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.clock import DELAY, EVERY, OVER, PER_EPOCH, Clock, Duration
from specc.library.define import arg, shared
from specc.library.words import Schedule


class InverseTime(Schedule):
    """The learning rate falls as one over time, fast at first and ever slower.

        lr_k = lr / (1 + rate * k),  k = epochs done (in units of `every`)

    At k = 0 it is lr, at k = 1/rate half of it. The course sets the rate behind epoch e, for the
    next one: `delay = 1 epoch` gives its rates.

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
        schedule   inverse_time(rate = 1)
        train { run 1 epoch }
        ```
    """

    rate_: float = arg("float", 1.0, at_least=0, doc="decay per unit of time")
    every: Duration = shared(EVERY)
    per: str = shared(PER_EPOCH)
    delay: Duration | None = shared(DELAY)
    over: Duration | None = shared(OVER)

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        decay = lr.builder.setting("decay_rate", self.rate_)
        return lr / (1 + decay * clock.passed(self.every, self.per))
