"""A generated module and the arrays that it works on: one of the owners of mutable state.

Knows nothing of the compiler: any module with the functions of a generated one will do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.library.words import Metric
from specc.run.data import Part
from specc.run.events import Metrics

Step = Callable[[NDArray[Any], NDArray[Any], float, int], float]


def _arena(size: int) -> NDArray[np.uint8]:
    """Bytes that begin at a cache line; NumPy itself promises 16 only."""
    whole = np.empty(size + 64, np.uint8)
    start = -whole.ctypes.data % 64
    return whole[start : start + size]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a pass over a set gives: metrics, and the output (outputs, examples) where it was
    asked for.
    """

    metrics: Metrics
    output: NDArray[Any] | None


class Program:
    """theta, its gradient and its state, bound to a generated module.

    Attributes:
        theta, dtheta: all parameters and all gradients.
        state: the optimiser's vectors by name.
        examples: the size of the training set, which scales penalties.
    """

    def __init__(
        self, module: Any, *, examples: int, seed: int, metrics: tuple[Metric, ...] = ()
    ) -> None:
        self.module = module
        self.examples = examples
        self.seed = seed
        self.metrics = metrics
        self.theta: NDArray[Any] = np.zeros(module.SIZE, module.REAL)
        self.dtheta: NDArray[Any] = np.zeros(module.SIZE, module.REAL)
        self.state = {name: np.zeros(module.SIZE, module.REAL) for name in module.STATE}
        self._arena = _arena(module.TRAINING_ARENA)
        self._eval_arena: NDArray[np.uint8] | None = None
        self._steps: dict[int, Step] = {}
        self._evaluations: dict[int, Any] = {}

    def initialise(self) -> None:
        """Starting values of all parameters, state 0."""
        self.module.initialise(self.theta, self.seed)
        for vector in self.state.values():
            vector.fill(0)

    def step(self, m: int) -> Step:
        """The step for batches of m examples; all of them share one arena."""
        if m not in self._steps:
            vectors: tuple[NDArray[Any], ...] = (self.theta, self.dtheta)
            if hasattr(self.module, "training"):
                make, vectors = self.module.training, (*vectors, *self.state.values())
            else:
                make = self.module.gradient
            self._steps[m] = make(*vectors, m, self.examples, self.seed, self._arena)
        return self._steps[m]

    def arrays(self, m: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the arrays that the step for m examples really works on, by name."""
        step: Any = self.step(m)
        cells = zip(step.__code__.co_freevars, step.__closure__ or (), strict=True)
        found = ((name, cell.cell_contents) for name, cell in cells)
        return {name: x.shape for name, x in found if isinstance(x, np.ndarray)}

    def evaluate(self, part: Part, limit: int | None = None, *, output: bool = False) -> Evaluation:
        """Metrics over a set (or its first `limit` examples), a chunk at a time."""
        n = part.n if limit is None else min(part.n, limit)
        chunk = int(self.module.EVALUATION_EXAMPLES)
        sums: NDArray[np.float64] | None = None
        outputs: list[NDArray[Any]] = []
        penalty = 0.0
        for start in range(0, n, chunk):
            stop = min(start + chunk, n)
            X = part.X[start:stop] if part.rows is None else part.X[part.rows[start:stop]]
            result, totals, penalty = self._evaluation(stop - start)(X.T, part.T[start:stop].T)
            sums = np.array(totals, float) if sums is None else sums + totals
            if output:
                outputs.append(result.copy())
        if sums is None:
            raise ValueError("an empty set cannot be evaluated")
        loss = float(sums[0]) / n
        found: Metrics = {"cost": loss + penalty, "loss": loss}
        at = 1
        for metric in self.metrics:
            count = self.module.METRICS[metric.word]
            found[metric.word] = metric.value(tuple(float(s) for s in sums[at : at + count]), n)
            at += count
        return Evaluation(found, np.concatenate(outputs, axis=1) if output else None)

    def _evaluation(self, m: int) -> Any:
        if self._eval_arena is None:
            self._eval_arena = _arena(self.module.EVALUATION_ARENA)
        if m not in self._evaluations:
            self._evaluations[m] = self.module.evaluation(
                self.theta, m, self.examples, self._eval_arena
            )
        return self._evaluations[m]

    def parameters(self) -> Mapping[str, NDArray[Any]]:
        """Views of theta by parameter name."""
        return {
            name: self.theta[offset : offset + int(np.prod(shape))].reshape(shape)
            for name, offset, shape in self.module.PARAMETERS
        }

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Copies of everything that training changes, under the names of a checkpoint."""
        tensors = {name: value.copy() for name, value in self.parameters().items()}
        for name, vector in self.state.items():
            tensors[f"state.{name}"] = vector.copy()
        return tensors

    def restore(self, tensors: Mapping[str, NDArray[Any]]) -> None:
        """Put the tensors of a checkpoint back.

        Raises:
            KeyError, ValueError: a tensor is missing or has another shape.
        """
        for name, value in self.parameters().items():
            if tensors[name].shape != value.shape:
                raise ValueError(f"{name} is {tensors[name].shape}, not {value.shape}")
        for name, value in self.parameters().items():
            value[...] = tensors[name]
        for name, vector in self.state.items():
            vector[...] = tensors[f"state.{name}"]

    def first_not_finite(self) -> str | None:
        """The first parameter that holds NaN or inf."""
        for name, value in self.parameters().items():
            if not np.isfinite(value).all():
                return name
        return None
