"""What generators of points share: two coordinates, names, places, and for two curves the shuffle
and the noise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.library.table import DataSource, Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Points(DataSource):
    """A generator of points of the plane."""

    @property
    def generated(self) -> int:
        return 2


def points_table(
    x: NDArray[np.float64], y: NDArray[np.float64], first: int, noise: float, seed: int, word: str
) -> Table:
    """Points (x, y), of which the `first` ones are class 0, shuffled and with noise added.

    The draws are those of scikit-learn, in its order: `shuffle(arange(n))`, then `normal(size=(n,
    2))`.
    """
    import numpy as np

    random = np.random.RandomState(seed)
    order = np.arange(len(x))
    random.shuffle(order)
    points = np.column_stack([x, y])[order]
    points += random.normal(scale=noise, size=points.shape)
    return class_table(points, (order >= first).astype(np.int64), word)


def class_table(points: NDArray[np.float64], classes: NDArray[Any], word: str) -> Table:
    """Points (n, features) and the number of the class of each, made by the generator `word`."""
    columns = tuple(f"x{i + 1}" for i in range(points.shape[1]))

    def where(example: int, column: int | None) -> str:
        return f"`{word}`, point {example}" + ("" if column is None else f", `{columns[column]}`")

    return Table(points, classes, columns, "class", where)
