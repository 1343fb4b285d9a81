"""`early`: end a run when a result no longer improves."""

from __future__ import annotations

from specc.library.clock import COUNTED, Duration
from specc.library.define import arg
from specc.library.words import Stop


class Early(Stop):
    """End a run when a result has not improved for a while; the best checkpoint is kept.

    The result is taken after every epoch. It has improved when it is better than the best so far by
    more than `delta`.

    Errors      E0403 if `on` looks at the dev set and there is none
    Source      Prechelt 1998, "Early stopping - but when?"
    Example
        ```dl
        data {
            source  circles(n = 100)
            split   train = 80%, dev = 20%
        }
        network {
            input  2
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train {
            run   100 epochs
            stop  early(on = dev.cost, patience = 5 epochs)
        }
        ```
    """

    on: str = arg("metric", "dev.cost", doc="what is watched")
    patience: Duration = arg(
        "duration", Duration(5, "epochs"), units=COUNTED, doc="how long without improvement"
    )
    delta: float = arg(
        "float", 0.0, at_least=0, keyword=True, doc="the least improvement that counts"
    )
