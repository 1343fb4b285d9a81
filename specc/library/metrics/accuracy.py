"""`accuracy`: the share of examples that are classified right."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.words import Metric, Task
from specc.ops import algebra as op


class Accuracy(Metric):
    """The share of examples that are classified right.

        classes: the most probable class is the target
        binary:  A > 1/2 exactly when the target is 1

    Source      Ng, "Neural Networks and Deep Learning", week 2: a probability of exactly 1/2 counts
                as "no"
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
        train {
            run      1 epoch
            metrics  accuracy
        }
        ```
    """

    tasks: ClassVar[tuple[Task, ...]] = ("classes", "binary")

    def totals(self, output: Sym, target: Sym, task: Task) -> tuple[Sym, ...]:
        if task == "classes":
            right = op.equal(op.argmax(output), target)
        else:
            right = op.equal(output > 0.5, target > 0.5)
        return (op.total(right),)
