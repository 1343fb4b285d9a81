"""`exponential`: learning-rate decay by a factor per epoch."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.clock import DELAY, EVERY, OVER, PER_EPOCH, Clock, Duration
from specc.library.define import arg, shared
from specc.library.words import Schedule


class Exponential(Schedule):
    """The learning rate shrinks by the same factor over and over.

        lr_k = lr * rate^k,  k = epochs done (in units of `every`)

    At k = 0 it is lr; with rate = 0.95 half of it after 13.5 epochs. The rate is the gamma of
    PyTorch's `ExponentialLR`.

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
        schedule   exponential(rate = 0.95)
        train { run 1 epoch }
        ```
    """

    rate_: float = arg("float", 0.95, above=0, at_most=1, doc="factor per unit of time")
    every: Duration = shared(EVERY)
    per: str = shared(PER_EPOCH)
    delay: Duration | None = shared(DELAY)
    over: Duration | None = shared(OVER)

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        decay = lr.builder.setting("decay_rate", self.rate_)
        return lr * decay ** clock.passed(self.every, self.per)
