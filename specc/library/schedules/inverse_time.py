"""`inverse_time`: learning-rate decay by 1 / (1 + rate k)."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import COUNTED, Clock, Duration, Schedule


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
    every: Duration = arg("duration", Duration(1, "epochs"), units=COUNTED, doc="unit of k")
    per: str = arg(
        "name",
        "epoch",
        one_of=("epoch", "step"),
        keyword=True,
        doc="when the rate changes: at the start of an epoch, or at every step",
    )
    delay: Duration | None = arg(
        "duration", None, units=COUNTED, keyword=True, doc="time at the first rate before it begins"
    )
    over: Duration | None = arg(
        "duration",
        None,
        units=COUNTED,
        keyword=True,
        doc="how long it lasts, for the rest of the run unless given; then the rate stays",
    )

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        decay = lr.builder.setting("decay_rate", self.rate_)
        return lr / (1 + decay * clock.passed(self.every, self.per))
