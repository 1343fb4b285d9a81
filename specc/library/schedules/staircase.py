"""`staircase`: learning-rate decay in stairs."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.clock import COUNTED, DELAY, OVER, PER_EPOCH, Clock, Duration
from specc.library.define import arg, shared
from specc.library.words import Schedule
from specc.ops import algebra as op


class Staircase(Schedule):
    """The learning rate stays for a while, and then falls by a step.

        lr_j = lr / (1 + rate * j),  j = whole units of `every` that are over
        lr_j = lr * rate^j           with decay = exponential

    At j = 0 it is lr. The course sets the rate behind epoch e, for the next one: `delay = 1 epoch`
    gives its rates. With `decay = exponential` it is PyTorch's `StepLR(step_size = every, gamma =
    rate)`.

    Source      Ng, "Improving Deep Neural Networks", week 2 ("fixed interval scheduling")
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
        schedule   staircase(rate = 1, every = 2 epochs)
        train { run 5 epochs }
        ```
    """

    rate_: float = arg("float", 1.0, above=0, doc="decay per stair")
    every: Duration = arg("duration", Duration(1000, "epochs"), units=COUNTED, doc="length of one")
    decay: str = arg(
        "name",
        "inverse_time",
        one_of=("inverse_time", "exponential"),
        keyword=True,
        doc="which formula is cut into stairs",
    )
    per: str = shared(PER_EPOCH)
    delay: Duration | None = shared(DELAY)
    over: Duration | None = shared(OVER)

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        rate = lr.builder.setting("decay_rate", self.rate_)
        stairs = op.floor(clock.passed(self.every, self.per))
        return lr * rate**stairs if self.decay == "exponential" else lr / (1 + rate * stairs)
