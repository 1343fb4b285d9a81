"""`confusion`: which classes are taken for which."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.words import Metric, Task


class Confusion(Metric):
    """Which classes are taken for which: a table that the final result of each set gets.

        C_ij = number of examples of class i that were taken for class j

    A network with up to 20 classes gets it without being asked. It is counted from the outputs at
    the end of a run, is no number, and so stands in no claim.

    Units       rows are true classes, columns predicted ones, as `confusion_matrix` of
                scikit-learn; of a yes-or-no target first no, then yes
    Source      Stehman 1997, "Selecting and interpreting measures of thematic classification
                accuracy"
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
            metrics  confusion
        }
        ```
    """

    tasks: ClassVar[tuple[Task, ...]] = ("classes", "binary")
    number: ClassVar[bool] = False

    def totals(self, output: Sym, target: Sym, task: Task) -> tuple[Sym, ...]:
        return ()
