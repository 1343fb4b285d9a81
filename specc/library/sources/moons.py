"""Two half circles that reach into each other."""

from __future__ import annotations

from specc.library.define import arg
from specc.library.points import Points, points_table
from specc.library.table import Table


class Moons(Points):
    """Points on two interleaved half circles, with noise.

        t_k = pi k / (n_c - 1),   k = 0 .. n_c - 1
        class 0: (cos t, sin t),   n_0 = n // 2 points
        class 1: (1 - cos t, 1/2 - sin t),   n_1 = n - n_0 points

    shuffled, then a normal draw with standard deviation `noise` is added to each coordinate. The
    points are those of scikit-learn's `make_moons` for the same seed, to the last bit.

    Shapes      inputs (n, 2), target (n,)
    Source      scikit-learn, `sklearn.datasets.make_moons`
    Example

    ```dl
    data {
        source  moons(300, noise = 0.2, seed = 3)
    }
    ```
    """

    n: int = arg("dim", 300, at_least=2, at_most=10_000_000, doc="how many points")
    noise: float = arg("float", 0.2, at_least=0, doc="standard deviation of the noise")
    seed: int = arg("int", 1, at_least=0, at_most=2**32 - 1, doc="seed of NumPy's legacy generator")

    def load(self, folder: str) -> Table:
        import numpy as np

        outer = self.n // 2
        t0 = np.linspace(0, np.pi, outer)
        t1 = np.linspace(0, np.pi, self.n - outer)
        x = np.append(np.cos(t0), 1 - np.cos(t1))
        # In this order, because (1 - sin) - 1/2 and 1/2 - sin differ in the last bit.
        y = np.append(np.sin(t0), 1 - np.sin(t1) - 0.5)
        return points_table(x, y, outer, self.noise, self.seed, self.word)
