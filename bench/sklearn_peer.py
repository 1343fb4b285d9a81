"""scikit-learn's MLPClassifier, a batch per `partial_fit`: the API that its documentation gives
for batches.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.workloads import BETA, BETA1, BETA2, EPS, Workload, read


def step(
    workload: Workload, folder: Path, costs: list[float] | None = None
) -> Callable[[int], int]:
    """Steps on batches that lie in memory."""
    neural_network = importlib.import_module("sklearn.neural_network")
    given = read(folder)
    batches = given.batches(workload.batch)
    classes = np.unique(given.y)
    hidden = workload.sizes[1:-1]
    # Its penalty is alpha / (2 m) with m of the batch, ours is of the training set.
    alpha = workload.l2 * workload.batch / workload.examples
    settings: dict[str, Any] = {"hidden_layer_sizes": hidden, "alpha": alpha, "shuffle": False}
    if workload.optimizer == "adam":
        settings |= {"solver": "adam", "learning_rate_init": workload.lr}
        settings |= {"beta_1": BETA1, "beta_2": BETA2, "epsilon": EPS}
    else:
        settings |= {"solver": "sgd", "learning_rate_init": workload.lr * (1 - BETA)}
        settings |= {"momentum": BETA, "nesterovs_momentum": False}
    net = neural_network.MLPClassifier(batch_size=workload.batch, **settings)
    # The first call makes the arrays; then starting values and state are set to those of all
    # others.
    net.partial_fit(*batches[0], classes=classes)
    for k in range(1, len(workload.sizes)):
        net.coefs_[k - 1][...] = given.start[f"W{k}"].T
        net.intercepts_[k - 1][...] = given.start[f"b{k}"][:, 0]
    state = net._optimizer
    for name in ("ms", "vs", "velocities"):
        for array in getattr(state, name, ()):
            array[...] = 0
    if workload.optimizer == "adam":
        state.t = 0
    done = 0

    def run(n: int) -> int:
        nonlocal done
        for _ in range(n):
            net.partial_fit(*batches[done % len(batches)])
            done += 1
            if costs is not None:
                costs.append(float(net.loss_))
        return n

    return run
