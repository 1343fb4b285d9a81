"""One of two values."""

from __future__ import annotations

from typing import ClassVar

from specc.library.words import Target, Task


class Binary(Target):
    """The target is one of two values, numbers or text; the second in their order counts as 1.

    `binary_cross_entropy` says so already. For `mse` and its like, which take any numbers, it makes
    the two values into 0 and 1, and `accuracy` is measured in place of `mae`.

    Shapes      one column of two values -> t (1, m) of 0 and 1; the network has 1 output
    Errors      E0309 if the loss takes classes, or the network has several outputs; E0504 if the
                target has not two values
    Example
        ```dl
        data {
            source  circles(n = 100)
            target  binary
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

    task: ClassVar[Task] = "binary"

    @property
    def outputs(self) -> int | None:
        return 1
