"""`constant`: the learning rate stays."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.clock import COUNTED, Clock, Duration
from specc.library.define import arg
from specc.library.words import Schedule


class Constant(Schedule):
    """The learning rate stays what the optimiser was given.

        lr_k = lr
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
        schedule   constant
        train { run 1 epoch }
        ```
    """

    over: Duration | None = arg(
        "duration", None, units=COUNTED, doc="how long, for the rest of the run unless given"
    )

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        return lr
