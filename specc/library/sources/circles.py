"""Two rings, one inside the other."""

from __future__ import annotations

from specc.library.define import arg
from specc.library.points import Points, points_table
from specc.library.table import Table


class Circles(Points):
    """Points on two circles around the origin, with noise: two classes that no straight line parts.

        t_k = 2 pi k / n_c,   k = 0 .. n_c - 1
        class 0: (cos t, sin t),   n_0 = n // 2 points
        class 1: factor (cos t, sin t),   n_1 = n - n_0 points

    shuffled, then a normal draw with standard deviation `noise` is added to each coordinate. The
    points are those of scikit-learn's `make_circles` for the same seed, to the last bit.

    Shapes      inputs (n, 2), target (n,)
    Source      scikit-learn, `sklearn.datasets.make_circles`
    Example

    ```dl
    data {
        source  circles(300, noise = 0.05, seed = 1)
    }
    ```
    """

    n: int = arg("dim", 300, at_least=2, at_most=10_000_000, doc="how many points")
    noise: float = arg("float", 0.05, at_least=0, doc="standard deviation of the noise")
    seed: int = arg("int", 1, at_least=0, at_most=2**32 - 1, doc="seed of NumPy's legacy generator")
    factor: float = arg("float", 0.8, at_least=0, below=1, doc="radius of the inner circle")

    def load(self, folder: str) -> Table:
        import numpy as np

        outer = self.n // 2
        inner = self.n - outer
        t0 = np.linspace(0, 2 * np.pi, outer, endpoint=False)
        t1 = np.linspace(0, 2 * np.pi, inner, endpoint=False)
        x = np.append(np.cos(t0), np.cos(t1) * self.factor)
        y = np.append(np.sin(t0), np.sin(t1) * self.factor)
        return points_table(x, y, outer, self.noise, self.seed, self.word)
