"""`piecewise`: the learning rate changes at given times."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.clock import COUNTED, DELAY, OVER, Clock, Duration
from specc.library.define import arg, shared
from specc.library.words import Schedule
from specc.ops import algebra as op


class Piecewise(Schedule):
    """The learning rate changes by a factor at each of the given times, and stays between them.

        lr_k = lr * factor_1 * ... * factor_j,  j = how many of the times are over

    With one factor it serves all times: PyTorch's `MultiStepLR(milestones, gamma = factor)`. Of
    several, each serves one time, and the last one those that are left.

    Source      He et al. 2016, arXiv:1512.03385, section 3.4
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
        schedule   piecewise(30 epochs, 60 epochs, factor = 0.1)
        train { run 90 epochs }
        ```
    """

    at: tuple[Duration, ...] = arg("duration", many=True, units=COUNTED, doc="when it changes")
    factor: tuple[float, ...] = arg(
        "float", (0.1,), above=0, many=True, keyword=True, doc="by what, at each of the times"
    )
    delay: Duration | None = shared(DELAY)
    over: Duration | None = shared(OVER)

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        for i, time in enumerate(self.at):
            factor = self.factor[min(i, len(self.factor) - 1)]
            lr = lr * op.where(clock.step < clock.count(time), 1, factor)
        return lr
