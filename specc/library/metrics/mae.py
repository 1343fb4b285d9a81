"""`mae`: the mean absolute error."""

from __future__ import annotations

from typing import ClassVar, Literal

from specc.ir.builder import Sym
from specc.library.words import Metric, Task
from specc.ops import algebra as op


class Mae(Metric):
    """The mean absolute error, in the units of the target.

        mean |A - t| over examples and outputs

    Source      Bishop 2006, section 1.5.5
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1
        }
        init       he
        loss       mse
        optimizer  sgd(lr = 0.1)
        train {
            run      1 epoch
            metrics  mae
        }
        ```
    """

    tasks: ClassVar[tuple[Task, ...]] = ("real",)
    better: ClassVar[Literal["min", "max"]] = "min"

    def totals(self, output: Sym, target: Sym, task: Task) -> tuple[Sym, ...]:
        outputs = output.builder.extent(output.shape[0])
        return (op.total(op.absolute(output - target)) / outputs,)
