"""`one_cycle`: the learning rate rises and falls once."""

from __future__ import annotations

import math

from specc.ir.builder import Sym
from specc.library.clock import DELAY, OVER, PER_STEP, Clock, Duration
from specc.library.define import arg, shared
from specc.library.words import Schedule
from specc.ops import algebra as op


class OneCycle(Schedule):
    """The learning rate rises to that of the optimiser and falls far below its start, in two waves.

        rise = peak * n updates:  lr_k = lr * (start + (1 - start) * wave(k / rise))
        then fall = n - rise:     lr_k = lr * (1 + (end - 1) * wave((k - rise) / fall))
        wave(x) = (1 - cos(pi x)) / 2

    The optimiser's lr is the largest rate; momentum is not cycled. PyTorch's `OneCycleLR(max_lr =
    lr)` with `div_factor` = 1 / start and `final_div_factor` = start / end reaches the end at its
    last update, and not behind it: it is the same with `total_steps = n + 1` and `pct_start` =
    (rise + 1) / (n + 1).

    Source      Smith, Topin 2018, arXiv:1708.07120
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
        schedule   one_cycle(peak = 30%)
        train { run 10 epochs }
        ```
    """

    peak: float = arg("float", 0.3, above=0, below=1, doc="share of the time until the peak")
    start: float = arg("float", 0.04, above=0, at_most=1, doc="share of lr that it begins from")
    end: float = arg("float", 4e-6, at_least=0, at_most=1, doc="share of lr that it ends at")
    over: Duration | None = shared(OVER)
    per: str = shared(PER_STEP)
    delay: Duration | None = shared(DELAY)

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        b = lr.builder
        pi, peak = b.setting("pi", math.pi), b.setting("peak", self.peak)
        start, end = b.setting("start", self.start), b.setting("end", self.end)
        part = clock.part(self.per).named("part")
        rise = lr * (start + (1 - start) * (1 - op.cos(pi * part / peak)) / 2)
        fall = lr * (1 + (end - 1) * (1 - op.cos(pi * (part - peak) / (1 - peak))) / 2)
        return op.where(part < peak, rise, fall)
