"""`f1`: precision and recall in one number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.library.class_metric import ClassMetric

if TYPE_CHECKING:
    from specc.library.words import Floats


class F1(ClassMetric):
    """The harmonic mean of precision and recall.

        binary:  2 * true yes / (2 * true yes + false yes + false no)
        classes: the same for each class, averaged over the classes (macro average)

    Units       a class without examples that nothing was taken for has 0. `f1_score` of
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
            metrics  f1
        }
        ```
    """

    def share(self, hits: Floats, taken: Floats, true: Floats) -> tuple[Floats, Floats]:
        return 2 * hits, taken + true
