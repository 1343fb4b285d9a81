"""What is measured: four dense networks from tiny to wide, two on images and two recurrent ones,
each a spec with its data and starting values.

Every implementation reads the same two files, so that all of them do the same work: `data.npz` with
the inputs and targets that the spec names, and `start.npz` with the parameters before the first
step.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import pictures

MODELS = Path(__file__).parent / "models"
SEED = 4
NOISE = 0.1
"""Share of wrong labels: the cost stays away from 0, where gradients vanish and steps get odd."""


@dataclass(frozen=True, slots=True)
class Workload:
    """One network and how it is trained.

    Attributes:
        sizes: inputs, units of each hidden layer, outputs.
        binary: one sigmoid unit with binary cross-entropy in place of a softmax.
        batch: examples per step.
        batches: how many batches the training set has.
        optimizer: adam or momentum, with the usual constants.
        lr: the learning rate in the form of the spec.
        l2: lambda, with the penalty lambda / (2 * examples) * sum W^2 on weights, not on biases.
        targets: per peer, the largest time of ours as a share of the peer's that passes.
        cell: `rnn` or `lstm` where the first layer is one, whose last state the rest goes on from.
        steps: over time, each of so many inputs; 1 without a cell.
        net: `lenet` or `resnet`, a network on images (see `pictures`).
        keep: where above 0, each hidden layer has batch normalisation before its rectifier and
            dropout behind it, which keeps this share; without the dropout where costs are compared,
            as no two libraries draw the same numbers.
    """

    name: str
    sizes: tuple[int, ...]
    binary: bool
    batch: int
    batches: int
    optimizer: str
    lr: float
    l2: float
    targets: Mapping[str, float]
    cell: str = ""
    steps: int = 1
    net: str = ""
    keep: float = 0.0

    @property
    def examples(self) -> int:
        """The size of the training set."""
        return self.batch * self.batches

    @property
    def parameters(self) -> int:
        """How many numbers are trained."""
        if self.net:
            return sum(prod(shape) for shape in pictures.shapes(self.net).values())
        layers = list(zip(self.sizes, self.sizes[1:], strict=False))
        if self.keep:
            # gamma and beta in place of b, but for the last layer.
            return sum(b * (a + 2) for a, b in layers) - self.sizes[-1]
        plain = sum(b * (a + 1) for a, b in layers[bool(self.cell) :])
        return plain + sum(b * (a + 1 + b) * GATES[self.cell] for a, b in layers[: bool(self.cell)])

    @property
    def title(self) -> str:
        """The workload in one line."""
        shape = "-".join(map(str, self.sizes))
        if self.cell:
            shape = f"{self.cell} {shape} over {self.steps} steps"
        if self.net:
            shape = f"{self.net} on {' x '.join(map(str, pictures.IMAGES[self.net]))}"
        if self.keep:
            shape = f"{shape} with batch normalisation and dropout"
        loss = "binary cross-entropy" if self.binary else "cross-entropy"
        penalty = f" + L2({self.l2:g})" if self.l2 else ""
        return f"{shape}, {loss}, batch {self.batch}, {self.optimizer}{penalty}"


ADAM_LR = 1e-3
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
BETA = 0.9
GATES = {"rnn": 1, "lstm": 4}
"""Rows of W, U and b per unit; those of an LSTM are i, f, o, g, one gate below the other."""

WORKLOADS: Mapping[str, Workload] = {
    w.name: w
    for w in (
        Workload(
            *("W1", (2, 10, 5, 1), True, 64, 16, "adam", ADAM_LR, 0.0),
            targets={"torch": 0.12, "torch-default": 0.12, "course": 1.0},
        ),
        Workload(
            *("W2", (64, 64, 32, 10), False, 64, 16, "adam", ADAM_LR, 0.1),
            targets={"torch": 0.2, "torch-default": 0.2, "course": 1.0},
        ),
        Workload(
            *("W3", (784, 512, 256, 10), False, 128, 16, "adam", ADAM_LR, 0.0),
            targets={"torch": 1.25, "torch-default": 1.25, "course": 1.0, "course-loop": 0.59},
        ),
        Workload(
            *("W3b", (784, 512, 256, 10), False, 128, 16, "adam", ADAM_LR, 0.0),
            targets={"torch": 0.9, "torch-default": 0.9},
            keep=0.8,
        ),
        Workload(
            *("W4", (784, 2048, 2048, 10), False, 512, 4, "momentum", 0.1, 0.0),
            targets={"torch": 1.1, "torch-default": 1.1, "course": 1.0},
        ),
        Workload(
            *("W5", (784, 10), False, 64, 16, "adam", ADAM_LR, 0.0),
            targets={"torch": 0.6, "torch-default": 0.6, "course": 1.0},
            net="lenet",
        ),
        Workload(
            *("W6", (3072, 10), False, 32, 8, "momentum", 0.1, 0.0),
            targets={"torch": 1.3, "torch-default": 1.3},
            net="resnet",
        ),
        Workload(
            *("W8r", (64, 64, 10), False, 32, 16, "adam", ADAM_LR, 0.0),
            targets={"torch": 0.33, "torch-default": 0.33, "course": 1.0},
            cell="rnn",
            steps=32,
        ),
        Workload(
            *("W8l", (64, 64, 10), False, 32, 16, "adam", ADAM_LR, 0.0),
            targets={"torch": 1.0, "torch-default": 1.0, "course": 1.0},
            cell="lstm",
            steps=32,
        ),
    )
}


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Data and starting values: inputs (examples, features), targets (examples,), weights and
    biases.
    """

    x: NDArray[np.float32]
    y: NDArray[np.int64]
    start: Mapping[str, NDArray[np.float32]]

    def batches(self, size: int) -> list[tuple[NDArray[np.float32], NDArray[np.int64]]]:
        """The examples in order, each batch an array of its own."""
        starts = range(0, len(self.x), size)
        return [(self.x[i : i + size].copy(), self.y[i : i + size].copy()) for i in starts]


def prepare(workload: Workload, folder: Path, seed: int = SEED) -> None:
    """Write the spec, its data and the starting values into a folder."""
    random = np.random.default_rng(seed)
    features = workload.steps * workload.sizes[0]
    x = random.standard_normal((workload.examples, features), dtype=np.float32)
    if workload.binary:
        y = (x[:, 0] * x[:, 1] > 0).astype(np.int64)
        classes = 2
    else:
        classes = workload.sizes[-1]
        teacher = random.standard_normal((features, classes), dtype=np.float32)
        y = (x @ teacher).argmax(axis=1)
    wrong = random.random(len(y)) < NOISE
    y[wrong] = random.integers(0, classes, int(wrong.sum()))
    start: dict[str, Any] = pictures.start(workload.net, random) if workload.net else {}
    layers = [] if workload.net else zip(workload.sizes, workload.sizes[1:], strict=False)
    for i, (a, b) in enumerate(layers, 1):
        rows = b
        if workload.cell and i == 1:
            rows = b * GATES[workload.cell]
            start["U1"] = (random.standard_normal((rows, b)) / np.sqrt(b)).astype(np.float32)
        start[f"W{i}"] = (random.standard_normal((rows, a)) * np.sqrt(2 / a)).astype(np.float32)
        bias = (random.standard_normal((rows, 1)) * 0.1).astype(np.float32)
        if workload.keep and i < len(workload.sizes) - 1:
            start[f"gamma_{i}"], start[f"beta_{i}"] = 1 + bias, bias[::-1].copy()
        else:
            start[f"b{i}"] = bias
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(MODELS / f"{workload.name.lower()}.dl", folder / "model.dl")
    np.savez(folder / "data.npz", x=x, y=y)
    np.savez(folder / "start.npz", **start)


def read(folder: Path) -> Given:
    """What `prepare` wrote."""
    with np.load(folder / "data.npz") as data, np.load(folder / "start.npz") as start:
        return Given(data["x"], data["y"], {name: start[name] for name in start.files})
