"""`recall`: the share of a class that was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.library.class_metric import ClassMetric

if TYPE_CHECKING:
    from specc.library.words import Floats


class Recall(ClassMetric):
    """The share of a class that was found.

        binary:  true yes / (true yes + false no)
        classes: the same for each class, averaged over the classes (macro average)

    Units       a class without examples has recall 0. `recall_score` of scikit-learn, with
                `average = "macro"` for classes
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
            metrics  recall
        }
        ```
    """

    def share(self, hits: Floats, taken: Floats, true: Floats) -> tuple[Floats, Floats]:
        return hits, true
