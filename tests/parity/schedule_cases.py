"""The run that PyTorch's schedulers and the schedules of the language are both asked about."""

from __future__ import annotations

import numpy as np

LR, STEPS, EPOCHS, STEPS_PER_EPOCH = 0.3, 40, 8, 5
PLATEAU = {"factor": 0.5, "patience": 3, "delta": 0.02}
RESULTS = tuple(
    # Falls, stays, falls again, and stays for good.
    np.concatenate([np.linspace(1, 0.5, 8), np.full(9, 0.5), np.linspace(0.49, 0.3, 7)]).tolist()
    + [0.29, 0.31] * 6
)
