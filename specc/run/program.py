"""A generated module and the arrays that it works on: one of the owners of mutable state.

Knows nothing of the compiler: any module with the functions of a generated one will do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.library.words import Metric
from specc.run.confusion import Counts, confusion
from specc.run.data import Part
from specc.run.events import Metrics
from specc.run.rows import blocks

Place = tuple[str, int, tuple[int, ...]]
"""Name of a tensor, where it begins in its vector, shape."""
Step = Callable[[NDArray[Any], NDArray[Any], float, int], float]


def _arena(size: int) -> NDArray[np.uint8]:
    """Bytes that begin at a cache line; NumPy itself promises 16 only."""
    whole = np.empty(size + 64, np.uint8)
    start = -whole.ctypes.data % 64
    return whole[start : start + size]


def _closure(function: Any) -> list[tuple[str, Any]]:
    """What a function of a generated module is bound to."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return [(name, cell.cell_contents) for name, cell in cells]


def _views(vector: NDArray[Any], places: Iterable[Place]) -> dict[str, NDArray[Any]]:
    return {
        name: vector[offset : offset + math.prod(shape)].reshape(shape)
        for name, offset, shape in places
    }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a pass over a set gives: metrics, and where they were asked for the output (outputs,
    examples) and the confusion matrix (classes, classes).
    """

    metrics: Metrics
    output: NDArray[Any] | None
    confusion: Counts | None = None


class Program:
    """theta, its gradient and its state, bound to a generated module.

    Attributes:
        theta, dtheta: all parameters and all gradients.
        state: the optimiser's vectors by name.
        running: tensors that training keeps up beside the parameters, such as averages of batch
            normalisation; empty where no layer has any.
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
        self._places: tuple[Place, ...] = getattr(module, "RUNNING", ())
        count = sum(math.prod(shape) for _, _, shape in self._places)
        self.running: NDArray[Any] = np.zeros(count, module.REAL)
        self._arena = _arena(module.TRAINING_ARENA)
        self._eval_arena: NDArray[np.uint8] | None = None
        self._steps: dict[int, Step] = {}
        self._evaluations: dict[int, Any] = {}

    def initialise(self) -> None:
        """Starting values of all parameters and running tensors, state 0."""
        self.module.initialise(self.theta, *self._if_running(), self.seed)
        for vector in self.state.values():
            vector.fill(0)

    def step(self, m: int) -> Step:
        """The step for batches of m examples; all of them share one arena."""
        if m not in self._steps:
            vectors: tuple[NDArray[Any], ...] = (self.theta, self.dtheta)
            if hasattr(self.module, "training"):
                make = self.module.training
                vectors = (*vectors, *self.state.values(), *self._if_running())
            else:
                make = self.module.gradient
            self._steps[m] = make(*vectors, m, self.examples, self.seed, self._arena)
        return self._steps[m]

    def arrays(self, m: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the arrays that the step for m examples really works on, by name."""
        found = _closure(self.step(m))
        return {name: x.shape for name, x in found if isinstance(x, np.ndarray)}

    def evaluate(
        self, part: Part, limit: int | None = None, *, output: bool = False, classes: int = 0
    ) -> Evaluation:
        """Metrics over a set (or its first `limit` examples), a chunk at a time; with `classes`
        (2 for a yes-or-no target) also how often each was taken for each.
        """
        n = part.n if limit is None else min(part.n, limit)
        sums: list[NDArray[np.float64]] = []
        outputs: list[NDArray[Any]] = []
        counts = np.zeros((classes, classes), np.int64)
        penalty, seen = 0.0, 0
        for result, totals, added in self._passes(part, n):
            penalty = added
            # Sums of a chunk may lie in arrays that the next one overwrites.
            new = [np.array(total, np.float64) for total in totals]
            sums = [a + b for a, b in zip(sums, new, strict=True)] if sums else new
            if output:
                outputs.append(result.copy())
            if classes:
                labels = part.T[seen : seen + result.shape[1]]
                counts += confusion(result, labels, classes)
            seen += result.shape[1]
        if not sums:
            raise ValueError("an empty set cannot be evaluated")
        loss = float(sums[0]) / n
        found: Metrics = {"cost": loss + penalty, "loss": loss}
        at = 1
        for metric in self.metrics:
            end = at + self.module.METRICS[metric.word]
            if metric.number:
                found[metric.word] = metric.value(tuple(sums[at:end]), part.targets(n))
            at = end
        return Evaluation(
            found,
            np.concatenate(outputs, axis=1) if output else None,
            counts if classes else None,
        )

    def over(self, module: Any) -> Program:
        """Another module of the same network over the vectors of this program."""
        other = Program(module, examples=self.examples, seed=self.seed)
        other.theta, other.running = self.theta, self.running
        return other

    def values(self, part: Part) -> dict[str, NDArray[Any]]:
        """What the arrays of a forward pass hold after it, by name; the module keeps those that it
        was made to keep, and the next pass overwrites them.
        """
        for _ in self._passes(part, part.n):
            pass
        evaluate = self._evaluation(part.n)
        return {name: x for name, x in _closure(evaluate) if isinstance(x, np.ndarray)}

    def output(self, part: Part) -> NDArray[Any]:
        """The output (outputs, examples) for the inputs of a set, whose targets need not be
        known: numbers of the right kind must stand there, and nothing depends on them.
        """
        return np.concatenate([result.copy() for result, *_ in self._passes(part, part.n)], axis=1)

    def _passes(self, part: Part, n: int) -> Iterator[tuple[Any, ...]]:
        """What a forward pass gives, chunk by chunk; the output is overwritten by the next one."""
        chunk = int(self.module.EVALUATION_EXAMPLES)
        start = 0
        for X in blocks(part.X, part.rows, chunk, n):
            T = X if part.T is part.X else part.T[start : start + len(X)]
            yield self._evaluation(len(X))(X.T, T.T)
            start += len(X)

    def _evaluation(self, m: int) -> Any:
        if self._eval_arena is None:
            self._eval_arena = _arena(self.module.EVALUATION_ARENA)
        if m not in self._evaluations:
            self._evaluations[m] = self.module.evaluation(
                self.theta, *self._if_running(), m, self.examples, self._eval_arena
            )
        return self._evaluations[m]

    def _if_running(self) -> tuple[NDArray[Any], ...]:
        """The vector `running` as an argument of the module's functions, which take it only where
        there is something in it.
        """
        return (self.running,) if self._places else ()

    def parameters(self) -> Mapping[str, NDArray[Any]]:
        """Views of theta by parameter name."""
        return _views(self.theta, self.module.PARAMETERS)

    def stored(self) -> Mapping[str, NDArray[Any]]:
        """Views of all that makes up the network: parameters, and running tensors under names such
        as `running.batchnorm1.mean`.
        """
        running = _views(self.running, self._places)
        return {**self.parameters(), **{f"running.{name}": x for name, x in running.items()}}

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Copies of everything that training changes, under the names of a checkpoint."""
        tensors = {name: value.copy() for name, value in self.stored().items()}
        for name, vector in self.state.items():
            tensors[f"state.{name}"] = vector.copy()
        return tensors

    def restore(self, tensors: Mapping[str, NDArray[Any]]) -> None:
        """Put the tensors of a checkpoint back.

        Raises:
            KeyError, ValueError: a tensor is missing or has another shape.
        """
        for name, value in self.stored().items():
            if tensors[name].shape != value.shape:
                raise ValueError(f"{name} is {tensors[name].shape}, not {value.shape}")
        for name, value in self.stored().items():
            value[...] = tensors[name]
        for name, vector in self.state.items():
            vector[...] = tensors[f"state.{name}"]

    def first_not_finite(self) -> str | None:
        """The first parameter or running tensor that holds NaN or inf."""
        for name, value in self.stored().items():
            if not np.isfinite(value).all():
                return name
        return None
