"""Spirals that wind around each other."""

from __future__ import annotations

from specc.library.define import arg
from specc.library.points import Points, class_table
from specc.library.table import Table


class Spirals(Points):
    """Points on the arms of a spiral, with noise: an arm per class, each around all the others.

        s_i = (i + 1) / n_j,   i = 0 .. n_j - 1, class j = 0 .. classes - 1
        t = 2 pi (turns s + j / classes)
        point s (cos t, sin t)

    shuffled, then a normal draw with standard deviation `noise` is added to each coordinate. The
    outer ends lie at distance 1 from the origin; of n points the first classes get one more where n
    is no multiple of `classes`.

    Shapes      inputs (n, 2), target (n,)
    Source      Lang, Witbrock 1988, "Learning to tell two spirals apart", with any number of arms,
                points at equal distances of radius, and noise
    Example

    ```dl
    data {
        source  spirals(300, classes = 2, turns = 1.5, noise = 0.02, seed = 1)
    }
    ```
    """

    n: int = arg("dim", 300, at_least=2, at_most=10_000_000, doc="how many points")
    classes: int = arg("dim", 2, at_least=2, at_most=1000, doc="how many arms")
    turns: float = arg("float", 1.5, above=0, at_most=100, doc="how often an arm winds around")
    noise: float = arg("float", 0.02, at_least=0, doc="standard deviation of the noise")
    seed: int = arg("int", 1, at_least=0, at_most=2**32 - 1, doc="seed of NumPy's legacy generator")

    def load(self, folder: str) -> Table:
        import numpy as np

        labels = np.sort(np.arange(self.n) % self.classes)
        sizes = np.bincount(labels, minlength=self.classes)
        s = np.concatenate([np.arange(1, size + 1) / size for size in sizes if size])
        t = 2 * np.pi * (self.turns * s + labels / self.classes)
        random = np.random.RandomState(self.seed)
        order = random.permutation(self.n)
        points = np.column_stack([s * np.cos(t), s * np.sin(t)])[order]
        points += random.normal(scale=self.noise, size=points.shape)
        return class_table(points, labels[order], self.word)
