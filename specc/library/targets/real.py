"""Real numbers."""

from __future__ import annotations

from typing import ClassVar

from specc.library.define import arg
from specc.library.words import Target, Task


class Real(Target):
    """The target is `count` real numbers, from as many columns.

    `mse` and its like say so already, and this then checks the number of outputs.

    Shapes      `count` columns -> t (count, m); the network has `count` outputs
    Errors      E0309 if the loss takes no numbers, or the network has another number of outputs;
                E0510 if the data has another number of target columns
    Example
        ```dl
        data {
            source  circles(n = 100)
            target  real(1)
        }
        network {
            input  2
            dense  8, relu
            dense  1
        }
        loss       mse
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    task: ClassVar[Task] = "real"
    count: int = arg("dim", 1, at_least=1, doc="how many numbers")

    @property
    def outputs(self) -> int | None:
        return self.count
