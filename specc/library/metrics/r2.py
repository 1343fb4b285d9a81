"""`r2`: the share of the targets' variance that is explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from specc.ir.builder import Sym
from specc.library.words import Metric, Task
from specc.ops import algebra as op

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from specc.library.words import Floats

ROWS = 4096
"""Targets that are looked at together."""


class R2(Metric):
    """The share of the targets' variance that is explained, averaged over the outputs.

        R^2 = 1 - sum (A - t)^2 / sum (t - mean t)^2,  per output

    1 is perfect, 0 as good as always saying the mean, and less is worse than that.

    Units       an output whose targets are all the same has 1 if it is hit exactly, else 0.
                `r2_score` of scikit-learn
    Source      Draper, Smith 1998, "Applied Regression Analysis", section 1.3
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
            metrics  r2
        }
        ```
    """

    tasks: ClassVar[tuple[Task, ...]] = ("real",)

    def totals(self, output: Sym, target: Sym, task: Task) -> tuple[Sym, ...]:
        squares = op.square(output - target)
        return (output.builder.apply("sum", squares, axis=1).named("squares"),)

    def value(self, totals: tuple[Floats, ...], targets: NDArray[Any]) -> float:
        """The targets' own variance from the targets, around their mean and in 64 bits: from sums
        of squares it would lose its digits where they are far from 0.
        """
        import numpy as np

        mean = targets.mean(axis=0, dtype=np.float64)
        spread = np.zeros_like(mean)
        for start in range(0, len(targets), ROWS):
            spread += np.square(targets[start : start + ROWS] - mean).sum(axis=0)
        left = totals[0].reshape(spread.shape)
        varied = spread > 0
        explained = np.where(left > 0, 0.0, 1.0)
        np.divide(left, spread, out=explained, where=varied)
        explained[varied] = 1 - explained[varied]
        return float(explained.mean())
