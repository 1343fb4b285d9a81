"""Round clouds of points."""

from __future__ import annotations

from specc.diag.diagnostic import Diagnostic, Help, Label, RunError
from specc.library.define import arg
from specc.library.points import class_table
from specc.library.table import DataSource, Table

_MOST = 1 << 28


class Blobs(DataSource):
    """Normal draws around centres, a cloud per class.

        c_j uniform in [-10, 10]^features,   j = 0 .. classes - 1
        x = c_j + noise e,   e standard normal

    shuffled. Of n points the first classes get one more where n is no multiple of `classes`. The
    points are those of scikit-learn's `make_blobs` for the same seed, to the last bit; `classes`
    is its `centers`, `noise` its `cluster_std`.

    Shapes      inputs (n, features), target (n,)
    Errors      E0514 if n times `features` numbers are too many for any machine
    Source      scikit-learn, `sklearn.datasets.make_blobs`
    Example

    ```dl
    data {
        source  blobs(300, classes = 2, features = 2, seed = 1)
    }
    ```
    """

    n: int = arg("dim", 300, at_least=2, at_most=10_000_000, doc="how many points")
    classes: int = arg("dim", 3, at_least=1, at_most=100_000, doc="how many clouds")
    features: int = arg("dim", 2, at_least=1, at_most=100_000, doc="coordinates of a point")
    noise: float = arg("float", 1.0, at_least=0, doc="standard deviation of a cloud")
    seed: int = arg("int", 1, at_least=0, at_most=2**32 - 1, doc="seed of NumPy's legacy generator")

    @property
    def generated(self) -> int:
        return self.features

    def load(self, folder: str) -> Table:
        import numpy as np

        if self.n * self.features > _MOST:
            fix = Help(f"no more than {_MOST:_} numbers together")
            at = self.span("features")
            message = f"{self.n:_} points of {self.features:_} coordinates do not fit in memory"
            label = Label(at, "too many numbers") if at else None
            raise RunError(Diagnostic("E0514", message, label, helps=(fix,)))
        random = np.random.RandomState(self.seed)
        centres = random.uniform(-10.0, 10.0, size=(self.classes, self.features))
        sizes = [self.n // self.classes + (j < self.n % self.classes) for j in range(self.classes)]
        points = np.concatenate(
            [
                random.normal(loc=centre, scale=self.noise, size=(size, self.features))
                for centre, size in zip(centres, sizes, strict=True)
            ]
        )
        order = np.arange(self.n)
        random.shuffle(order)
        return class_table(
            points[order], np.repeat(np.arange(self.classes), sizes)[order], self.word
        )
