"""One of several classes."""

from __future__ import annotations

from typing import ClassVar

from specc.library.define import arg
from specc.library.words import Target, Task


class Classes(Target):
    """The target is one of `count` classes, by number from 0 or by name.

    `cross_entropy` says so already, and this then checks the number. For `mse` and its like, which
    take any numbers, it makes the labels into columns of 0 with a 1 for the class.

        t_k = 1 for the class of the example, else 0

    Shapes      one column of labels -> t (count, m); the network has `count` outputs
    Errors      E0309 if the loss takes no classes, or the network has another number of outputs;
                E0504 if the labels are not those of so many classes
    Source      Bishop 2006, section 4.1.3, least squares for classification
    Example
        ```dl
        data {
            source  circles(n = 100)
            target  classes(2)
        }
        network {
            input  2
            dense  8, relu
            dense  2, softmax
        }
        loss       cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    task: ClassVar[Task] = "classes"
    count: int = arg("dim", at_least=2, doc="how many classes")

    @property
    def outputs(self) -> int | None:
        return self.count
