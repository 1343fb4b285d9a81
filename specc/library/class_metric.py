"""What metrics on classes share: how often each class was taken for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from specc.ir.builder import Sym
from specc.library.words import Metric, Task
from specc.ops import algebra as op

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from specc.library.words import Floats


class ClassMetric(Metric):
    """A share of what was hit among two counts, averaged over the classes.

    For a yes-or-no target it is that of the yes; for classes the plain mean over all of them, where
    a class without examples and guesses counts as 0.
    """

    tasks: ClassVar[tuple[Task, ...]] = ("classes", "binary")

    def totals(self, output: Sym, target: Sym, task: Task) -> tuple[Sym, ...]:
        if task == "binary":
            said, true = output > 0.5, target > 0.5
            return op.total(said * true), op.total(said), op.total(true)
        classes = cast(int, output.shape[0])
        taken = op.one_hot(op.argmax(output), classes).named("P")
        matrix = op.one_hot(target, classes) @ taken.T
        return (matrix.named("confusion"),)

    def value(self, totals: tuple[Floats, ...], targets: NDArray[Any]) -> float:
        import numpy as np

        if len(totals) == 3:
            hits, taken, true = (np.atleast_1d(t) for t in totals)
        else:
            (matrix,) = totals
            hits, taken, true = np.diagonal(matrix), matrix.sum(axis=0), matrix.sum(axis=1)
        over, under = self.share(hits, taken, true)
        return float(np.divide(over, under, out=np.zeros_like(over), where=under > 0).mean())

    def share(self, hits: Floats, taken: Floats, true: Floats) -> tuple[Floats, Floats]:
        """Per class: what is divided by what, from the examples that were hit, that were taken for
        the class, and that are of it.
        """
        raise NotImplementedError
