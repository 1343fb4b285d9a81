"""Writes the files in references/, or those that are named, with the installed PyTorch:

    PYTHONPATH=tests python tests/parity/make_references.py [NAME ...]

The stored numbers were made with PyTorch 2.13.0 on a CPU.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import loss_cases
import losses_torch
import norm_cases
import norm_torch
import numpy as np
import parity_cases
import parity_torch
import picture_cases
import pictures_torch
import schedules_torch
import sequence_cases
import sequence_torch
import torch
import update_cases
import updates_torch
from experiment import PRECISIONS
from references import FOLDER


def networks() -> dict[str, Any]:
    """The dense networks, and losses of logits that overflow."""
    arrays = parity_cases.REFERENCES.arrays(parity_cases.CASES, parity_torch.train)
    for precision in PRECISIONS:
        for name, (losses, gradient, cost) in parity_torch.stable(precision).items():
            arrays[f"stable.{precision}.{name}.losses"] = losses
            arrays[f"stable.{precision}.{name}.gradient"] = gradient
            arrays[f"stable.{precision}.{name}.cost"] = np.array(cost)
    return arrays


def pictures() -> dict[str, Any]:
    """One array per case."""
    return {
        f"{precision}.{case.name}": picture_cases.digest(pictures_torch.train(case, precision))
        for precision in PRECISIONS
        for case in picture_cases.CASES
    }


FILES: dict[str, Callable[[], dict[str, Any]]] = {
    "torch": networks,
    "losses": lambda: loss_cases.REFERENCES.arrays(loss_cases.CASES, losses_torch.train),
    "updates": lambda: update_cases.REFERENCES.arrays(update_cases.CASES, updates_torch.train),
    "norms": lambda: norm_cases.REFERENCES.arrays(norm_cases.CASES, norm_torch.train),
    "sequences": lambda: sequence_cases.REFERENCES.arrays(
        sequence_cases.CASES, sequence_torch.train
    ),
    "pictures": pictures,
    "schedules": schedules_torch.rates,
}


def main(names: list[str]) -> None:
    """Run what is asked for and write the files."""
    for name in names or FILES:
        file = FOLDER / f"{name}.npz"
        np.savez_compressed(file, version=np.array(torch.__version__), **FILES[name]())
        sys.stdout.write(f"{file.name}: {file.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1:])
