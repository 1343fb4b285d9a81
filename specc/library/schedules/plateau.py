"""`plateau`: the learning rate falls when a result no longer improves."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.clock import COUNTED, DELAY, OVER, Clock, Duration
from specc.library.define import arg, shared
from specc.library.words import Schedule
from specc.ops import algebra as op


class Plateau(Schedule):
    """The learning rate falls by a factor whenever a result has not improved for a while.

        lr_k = lr * factor^drops

    The result is taken when the run measures, which is after every epoch unless `log` says
    otherwise. It has improved when it is better than the best so far by more than `delta`. After
    `patience` without that the rate drops, and the wait begins anew. PyTorch's `ReduceLROnPlateau`
    waits one epoch longer: its `patience` is this one less 1, with `threshold = delta` and
    `threshold_mode = "abs"`.

    Errors      E0403 if `on` looks at the dev set and there is none
    Source      PyTorch, torch.optim.lr_scheduler.ReduceLROnPlateau
    Example
        ```dl
        data {
            source  circles(n = 100)
            split   train = 80%, dev = 20%
        }
        network {
            input  2
            dense  8, relu
            dense  1, sigmoid
        }
        init       he
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        schedule   plateau(factor = 0.5, patience = 3 epochs, on = dev.cost)
        train { run 20 epochs }
        ```
    """

    factor: float = arg("float", 0.1, above=0, below=1, doc="by what the rate falls")
    patience: Duration = arg(
        "duration", Duration(10, "epochs"), units=COUNTED, doc="how long without improvement"
    )
    on: str = arg("metric", "dev.cost", doc="what is watched")
    delta: float = arg(
        "float", 0.0, at_least=0, keyword=True, doc="the least improvement that counts"
    )
    to: float = arg(
        "float", 0.0, at_least=0, below=1, keyword=True, doc="share of lr that it stays above"
    )
    delay: Duration | None = shared(DELAY, doc="time before it begins to watch")
    over: Duration | None = shared(OVER)

    def rate(self, lr: Sym, clock: Clock) -> Sym:
        share = lr.builder.setting("factor", self.factor) ** clock.drops
        return lr * (op.maximum(share, self.to) if self.to else share)
