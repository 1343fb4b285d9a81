"""A training run that PyTorch and a generated program both do, and the numbers that come out of it.

No module of cases imports PyTorch: data and starting values come from NumPy's frozen legacy
generator, so that stored results stay comparable. Every difference of convention is converted on
PyTorch's side, none is covered by a tolerance.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
Batch = tuple[NDArray[Any], NDArray[Any]]

STEPS = 10
PRECISIONS = ("float32", "float64")
DEFAULTS = {"momentum": {"beta": 0.9}, "adam": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}}
"""What the optimisers take beside `lr` unless told."""


class Experiment(ABC):
    """A network, its data and how it is trained. Examples are rows, as PyTorch has them."""

    __slots__ = ()
    examples: ClassVar[int]
    batch: ClassVar[int]
    """Not a divisor of `examples`: the last batch of an epoch is smaller."""
    name: str
    optimizer: str

    @property
    @abstractmethod
    def settings(self) -> dict[str, float]:
        """The arguments of the optimiser, `lr` among them."""

    @abstractmethod
    def text(self) -> str:
        """The case as a spec."""

    @abstractmethod
    def data(self, dtype: str) -> Batch:
        """Inputs (examples, features), and labels (examples,) or targets (examples, outputs)."""

    @abstractmethod
    def start(self) -> Arrays:
        """Starting values by parameter name; biases are not 0, so that they matter."""

    def batches(self, dtype: str) -> Iterator[Batch]:
        """The batch of each step: the data in its order, over and over."""
        X, T = self.data(dtype)
        starts = range(0, self.examples, self.batch)
        for step in range(STEPS):
            first = starts[step % len(starts)]
            yield X[first : first + self.batch], T[first : first + self.batch]


@dataclass(frozen=True, slots=True)
class Trace:
    """What a run leaves: the cost before each update, the gradient before the first, all
    parameters and running averages after the last, and an output, where the cases ask for it.
    """

    costs: NDArray[np.float64]
    parameters: Arrays
    gradient: Arrays = field(default_factory=dict)
    running: Arrays = field(default_factory=dict)
    output: Arrays = field(default_factory=dict)
