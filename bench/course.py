"""The loop that a course teaches: dictionaries of parameters, one line per formula, fresh arrays
everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.workloads import BETA, BETA1, BETA2, EPS, Workload, read

Arrays = dict[str, NDArray[Any]]
Batch = tuple[NDArray[Any], NDArray[Any]]
Gradients = Callable[[Arrays, NDArray[Any], NDArray[Any]], tuple[float, Arrays]]
"""Parameters, inputs and targets -> the cost and its gradient."""


def forward(parameters: Arrays, X: NDArray[Any], layers: int, binary: bool) -> Arrays:
    """All Z and A; examples are columns."""
    cache = {"A0": X}
    for k in range(1, layers + 1):
        Z = parameters[f"W{k}"] @ cache[f"A{k - 1}"] + parameters[f"b{k}"]
        if k < layers:
            A = np.maximum(0, Z)
        elif binary:
            A = 1 / (1 + np.exp(-Z))
        else:
            E = np.exp(Z - Z.max(axis=0, keepdims=True))
            A = E / E.sum(axis=0, keepdims=True)
        cache[f"Z{k}"], cache[f"A{k}"] = Z, A
    return cache


def cost(
    parameters: Arrays, A: NDArray[Any], Y: NDArray[Any], penalty: float, binary: bool
) -> float:
    """The mean loss and `penalty` / 2 times the sum of all squared weights."""
    m = Y.shape[1]
    loss = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) if binary else -np.sum(Y * np.log(A))
    total: float = float(loss) / m
    if penalty:
        total += (
            penalty / 2 * sum(float(np.sum(W**2)) for k, W in parameters.items() if k[0] == "W")
        )
    return total


def backward(
    parameters: Arrays, cache: Arrays, Y: NDArray[Any], layers: int, penalty: float
) -> Arrays:
    """The gradient of the cost."""
    m = Y.shape[1]
    gradients = {}
    dZ = cache[f"A{layers}"] - Y
    for k in range(layers, 0, -1):
        gradients[f"W{k}"] = dZ @ cache[f"A{k - 1}"].T / m
        if penalty:
            gradients[f"W{k}"] = gradients[f"W{k}"] + penalty * parameters[f"W{k}"]
        gradients[f"b{k}"] = np.sum(dZ, axis=1, keepdims=True) / m
        if k > 1:
            dZ = (parameters[f"W{k}"].T @ dZ) * (cache[f"Z{k - 1}"] > 0)
    return gradients


def adam(parameters: Arrays, gradients: Arrays, v: Arrays, s: Arrays, lr: float, t: int) -> None:
    """Adam, corrected for its start at 0."""
    for k in parameters:
        v[k] = BETA1 * v[k] + (1 - BETA1) * gradients[k]
        s[k] = BETA2 * s[k] + (1 - BETA2) * gradients[k] ** 2
        v_corrected = v[k] / (1 - BETA1**t)
        s_corrected = s[k] / (1 - BETA2**t)
        parameters[k] = parameters[k] - lr * v_corrected / (np.sqrt(s_corrected) + EPS)


def momentum(parameters: Arrays, gradients: Arrays, v: Arrays, lr: float) -> None:
    """Gradient descent along an average of the gradients."""
    for k in parameters:
        v[k] = BETA * v[k] + (1 - BETA) * gradients[k]
        parameters[k] = parameters[k] - lr * v[k]


def random_mini_batches(X: NDArray[Any], Y: NDArray[Any], size: int, seed: int) -> list[Batch]:
    """All examples in another order, cut into batches."""
    permutation = np.random.RandomState(seed).permutation(X.shape[1])
    X, Y = X[:, permutation], Y[:, permutation]
    return [(X[:, k : k + size], Y[:, k : k + size]) for k in range(0, X.shape[1], size)]


def step(
    workload: Workload, folder: Path, costs: list[float] | None = None
) -> Callable[[int], int]:
    """Steps on batches that lie in memory."""
    batches = [(X.copy(), Y.copy()) for X, Y in _batches(workload, folder)]
    return steps(workload, folder, lambda epoch: batches, _gradients(workload), costs)


def loop(
    workload: Workload, folder: Path, costs: list[float] | None = None
) -> Callable[[int], int]:
    """The whole loop as it is taught: in 64 bits, which NumPy has unless told otherwise, and before
    each epoch all examples are put into another order.
    """
    cut = _batches(workload, folder)
    X, Y = (np.concatenate(p, axis=1, dtype=np.float64) for p in zip(*cut, strict=True))
    return steps(
        workload,
        folder,
        lambda epoch: random_mini_batches(X, Y, workload.batch, epoch),
        _gradients(workload),
        costs,
        np.float64,
    )


def _batches(workload: Workload, folder: Path) -> list[Batch]:
    """Inputs and targets as columns."""
    eye = np.eye(workload.sizes[-1], dtype=np.float32)
    return [
        (x.T, y[None].astype(np.float32) if workload.binary else eye[:, y])
        for x, y in read(folder).batches(workload.batch)
    ]


def _gradients(workload: Workload) -> Gradients:
    layers = len(workload.sizes) - 1
    penalty = workload.l2 / workload.examples

    def gradients(parameters: Arrays, X: NDArray[Any], Y: NDArray[Any]) -> tuple[float, Arrays]:
        cache = forward(parameters, X, layers, workload.binary)
        found = cost(parameters, cache[f"A{layers}"], Y, penalty, workload.binary)
        return found, backward(parameters, cache, Y, layers, penalty)

    return gradients


def steps(
    workload: Workload,
    folder: Path,
    epoch: Callable[[int], list[Batch]],
    gradients: Gradients,
    costs: list[float] | None,
    precision: Any = np.float32,
) -> Callable[[int], int]:
    """So many more steps whenever it is called, on the batches of each epoch in turn."""
    batches = epoch(0)
    parameters = {k: a.astype(precision) for k, a in read(folder).start.items()}
    v = {k: np.zeros_like(a) for k, a in parameters.items()}
    s = {k: np.zeros_like(a) for k, a in parameters.items()}
    done = 0

    def run(n: int) -> int:
        nonlocal done, batches
        for _ in range(n):
            if done and done % len(batches) == 0:
                batches = epoch(done // len(batches))
            X, Y = batches[done % len(batches)]
            done += 1
            found, slopes = gradients(parameters, X, Y)
            if workload.optimizer == "adam":
                adam(parameters, slopes, v, s, workload.lr, done)
            else:
                momentum(parameters, slopes, v, workload.lr)
            if costs is not None:
                costs.append(found)
        return n

    return run
