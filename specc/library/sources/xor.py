"""The exclusive or, with noise."""

from __future__ import annotations

from specc.library.define import arg
from specc.library.points import Points, class_table
from specc.library.table import Table


class Xor(Points):
    """Points of a square, of which opposite quarters are one class: the smallest problem that a
    network without a hidden layer cannot learn.

        (x1, x2) uniform in [-1, 1)^2
        class = 1 where exactly one of x1 > 0, x2 > 0 holds

    then a normal draw with standard deviation `noise` is added to each coordinate, which takes
    points near the axes across them.

    Shapes      inputs (n, 2), target (n,)
    Source      Minsky, Papert 1969, "Perceptrons"
    Example

    ```dl
    data {
        source  xor(400, noise = 0.05, seed = 1)
    }
    ```
    """

    n: int = arg("dim", 400, at_least=2, at_most=10_000_000, doc="how many points")
    noise: float = arg("float", 0.05, at_least=0, doc="standard deviation of the noise")
    seed: int = arg("int", 1, at_least=0, at_most=2**32 - 1, doc="seed of NumPy's legacy generator")

    def load(self, folder: str) -> Table:
        import numpy as np

        random = np.random.RandomState(self.seed)
        points = random.uniform(-1.0, 1.0, size=(self.n, 2))
        classes = ((points[:, 0] > 0) != (points[:, 1] > 0)).astype(np.int64)
        points += random.normal(scale=self.noise, size=points.shape)
        return class_table(points, classes, self.word)
