"""`precision`: the share of right ones among what was taken for a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.library.class_metric import ClassMetric

if TYPE_CHECKING:
    from specc.library.words import Floats


class Precision(ClassMetric):
    """The share of right ones among what was taken for a class.

        binary:  true yes / (true yes + false yes)
        classes: the same for each class, averaged over the classes (macro average)

    Units       a class that nothing was taken for has precision 0. `precision_score` of
                scikit-learn, with `average = "macro"` for classes
    Source      van Rijsbergen 1979, "Information Retrieval", chapter 7
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
            metrics  precision
        }
        ```
    """

    def share(self, hits: Floats, taken: Floats, true: Floats) -> tuple[Floats, Floats]:
        return hits, taken
