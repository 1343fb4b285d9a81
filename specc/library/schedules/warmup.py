"""`warmup`: the learning rate rises to what the optimiser was given."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.clock import COUNTED, PER_STEP, Clock, Duration
from specc.library.define import arg, shared
from specc.library.words import Schedule
from specc.ops import algebra as op


class Warmup(Schedule):
    """The learning rate rises along a line to what the optimiser was given, and stays there.

        lr_k = lr * (start + (1 - start) * (k + 1) / n),  k = 0, ..., n - 1 of n updates

    The first update runs at lr / n rather than at 0, and update n at lr. PyTorch's `LinearLR`
    counts k / n instead: with `start_factor = start + (1 - start) / n` and `total_iters = n - 1` it
    is the same.

    Source      Goyal et al. 2017, arXiv:1706.02677, section 2.2 ("gradual warmup")
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
        schedule   warmup(20%) then cosine
        train { run 10 epochs }
        ```
    """

    over: Duration = arg(
        "duration", Duration(0.05, "share"), units=COUNTED, doc="how long it rises"
    )
    start: float = arg("float", 0.0, at_least=0, below=1, doc="share of lr that it begins from")
    per: str = shared(PER_STEP)

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        done, all_ = clock.step + 1, clock.steps
        if self.per == "epoch":
            done, all_ = clock.epoch + 1, clock.epochs
        part = op.minimum(done / all_, 1)
        if self.start == 0:
            return lr * part
        start = lr.builder.setting("start", self.start)
        return lr * (start + (1 - start) * part)
