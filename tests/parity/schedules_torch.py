"""Learning rates over 40 updates in 8 epochs by PyTorch, for schedules of the language.

Where conventions differ:

* `warmup` begins at (k + 1) / n for update k = 0, ..., `LinearLR` at k / n: `start_factor` is our
  first factor, and it takes n - 1 updates from there.
* `OneCycleLR` ends at its last update, `one_cycle` behind it: it is asked for one update more.
* `ReduceLROnPlateau` counts results that are no improvement, and acts on the one behind `patience`
  of them: its `patience` is ours less 1. Its rate counts from the epoch behind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from schedule_cases import LR, PLATEAU, RESULTS, STEPS, STEPS_PER_EPOCH
from torch.optim import lr_scheduler as schedulers

Optimizer = torch.optim.Optimizer

PER_EPOCH: dict[str, Callable[[Optimizer], Any]] = {
    "constant": lambda o: schedulers.ConstantLR(o, factor=1.0),
    "exponential(rate = 0.9)": lambda o: schedulers.ExponentialLR(o, 0.9),
    "staircase(rate = 0.4, every = 3 epochs, decay = exponential)": lambda o: schedulers.StepLR(
        o, 3, 0.4
    ),
    "piecewise(2 epochs, 5 epochs, factor = 0.2)": lambda o: schedulers.MultiStepLR(o, [2, 5], 0.2),
    "cosine(to = 0.1, per = epoch)": lambda o: schedulers.CosineAnnealingLR(o, 8, LR * 0.1),
    "warmup(4 epochs, start = 0.2, per = epoch)": lambda o: schedulers.LinearLR(
        o, 0.2 + 0.8 / 4, 1.0, 3
    ),
}
PER_STEP: dict[str, Callable[[Optimizer], Any]] = {
    "piecewise(7 steps, 50%, factor = 0.3)": lambda o: schedulers.MultiStepLR(o, [7, 20], 0.3),
    "cosine": lambda o: schedulers.CosineAnnealingLR(o, STEPS),
    "cosine(to = 0.1)": lambda o: schedulers.CosineAnnealingLR(o, STEPS, LR * 0.1),
    "cosine(over = 10 steps) then cosine": lambda o: schedulers.CosineAnnealingWarmRestarts(
        o, 10, 3
    ),
    "warmup(10 steps, start = 0.2)": lambda o: schedulers.LinearLR(o, 0.2 + 0.8 / 10, 1.0, 9),
    "warmup(25%) then cosine(to = 0.05)": lambda o: schedulers.SequentialLR(
        o,
        [
            schedulers.LinearLR(o, 1 / 10, 1.0, 9),
            schedulers.CosineAnnealingLR(o, STEPS - 10, LR * 0.05),
        ],
        [10],
    ),
    "one_cycle": lambda o: _one_cycle(o, 0.3, 25, 1e4),
    "one_cycle(peak = 25%, start = 0.1, end = 0.002)": lambda o: _one_cycle(o, 0.25, 10, 50),
}


def _one_cycle(o: Optimizer, peak: float, div: float, final: float) -> Any:
    rise = peak * STEPS
    return schedulers.OneCycleLR(
        o,
        LR,
        total_steps=STEPS + 1,
        pct_start=(rise + 1) / (STEPS + 1),
        div_factor=div,
        final_div_factor=final,
        cycle_momentum=False,
    )


def _optimizer() -> Optimizer:
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=LR)


def _rate(o: Optimizer) -> float:
    return float(o.param_groups[0]["lr"])


def rates() -> dict[str, NDArray[np.float64]]:
    """The rate of every update, by schedule."""
    found = {}
    for every, cases in ((STEPS_PER_EPOCH, PER_EPOCH), (1, PER_STEP)):
        for name, make in cases.items():
            optimizer = _optimizer()
            scheduler = make(optimizer)
            path = []
            for step in range(STEPS):
                path.append(_rate(optimizer))
                optimizer.step()
                if (step + 1) % every == 0:
                    scheduler.step()
            found[name] = np.array(path)
    return found | {"plateau": plateau()}


def plateau() -> NDArray[np.float64]:
    """The rate behind each of `RESULTS`."""
    optimizer = _optimizer()
    scheduler = schedulers.ReduceLROnPlateau(
        optimizer,
        factor=PLATEAU["factor"],
        patience=int(PLATEAU["patience"]) - 1,
        threshold=PLATEAU["delta"],
        threshold_mode="abs",
        eps=0,
    )
    path = []
    for result in RESULTS:
        scheduler.step(result)
        path.append(_rate(optimizer))
    return np.array(path)
