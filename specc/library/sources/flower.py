"""A flower with petals of two classes."""

from __future__ import annotations

from specc.library.define import arg
from specc.library.points import Points, class_table
from specc.library.table import Table


class Flower(Points):
    """Points on the petals of a flower, the planar data of the course: two classes that a line
    cannot part, as petals of both stand on every side.

        t_k = 3.12 (j + k / (n_j - 1)) + noise e_k,   k = 0 .. n_j - 1, class j = 0, 1
        r_k = 4 sin(4 t_k) + noise e'_k
        point (r sin t, r cos t)

    e and e' are standard normal; the n_j of a class are drawn before its n_j radii, class 0 first,
    and nothing is shuffled. n_0 = n // 2, n_1 = n - n_0. With the defaults the points are those of
    the course, to the last bit.

    Shapes      inputs (n, 2), target (n,)
    Source      Ng, "Neural Networks and Deep Learning", week 3, planar data classification
    Example

    ```dl
    data {
        source  flower(400, seed = 1)
    }
    ```
    """

    n: int = arg("dim", 400, at_least=2, at_most=10_000_000, doc="how many points")
    noise: float = arg(
        "float", 0.2, at_least=0, doc="standard deviation of the noise of angle and radius"
    )
    seed: int = arg("int", 1, at_least=0, at_most=2**32 - 1, doc="seed of NumPy's legacy generator")

    def load(self, folder: str) -> Table:
        import numpy as np

        random = np.random.RandomState(self.seed)
        sizes = (self.n // 2, self.n - self.n // 2)
        petals = []
        for j, size in enumerate(sizes):
            t = np.linspace(j * 3.12, (j + 1) * 3.12, size) + random.randn(size) * self.noise
            r = 4 * np.sin(4 * t) + random.randn(size) * self.noise
            petals.append(np.column_stack([r * np.sin(t), r * np.cos(t)]))
        return class_table(np.concatenate(petals), np.repeat([0, 1], sizes), self.word)
