"""`top_k`: the share of examples whose class is among the k most probable."""

from __future__ import annotations

from typing import ClassVar, cast

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.misfit import Misfit
from specc.library.words import Metric, Task
from specc.ops import algebra as op


class TopK(Metric):
    """The share of examples whose class is among the k most probable.

        right: at most k classes have a probability of A_t or more, t the class of the example

    Units       of classes that tie, all must fit into the k: a network that says the same of every
                class is never right. `top_k_accuracy_score` of scikit-learn, which goes by the
                number of the class in a tie
    Errors      E0304 if there are not more than k classes
    Source      Russakovsky et al. 2015, arXiv:1409.0575, section 4.1
    Example
        ```dl
        data { source blobs(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  3, softmax
        }
        init       he
        loss       cross_entropy
        optimizer  sgd(lr = 0.1)
        train {
            run      1 epoch
            metrics  top_k(2)
        }
        ```
    """

    tasks: ClassVar[tuple[Task, ...]] = ("classes",)
    k: int = arg("int", 5, at_least=1, doc="how many classes may be named")

    def totals(self, output: Sym, target: Sym, task: Task) -> tuple[Sym, ...]:
        classes = cast(int, output.shape[0])
        own = op.sum_features(output * op.one_hot(target, classes))
        below = op.sum_features(output < own)
        return (op.total(below > classes - self.k - 0.5),)

    def misfit(self, outputs: int) -> Misfit | None:
        if self.k < outputs:
            return None
        return Misfit(
            "k",
            f"`top_k({self.k})` of {outputs} classes is always 100%",
            f"needs more than {self.k} classes",
            "take a smaller `k`",
        )
