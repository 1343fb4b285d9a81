"""Writes references/torch.npz with the installed PyTorch: `python tests/parity/make_references.py`.

The stored numbers were made with PyTorch 2.13.0 on a CPU. Tests compare the generated programs with
them everywhere, and them with PyTorch where it is installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import parity_torch
import torch
from parity_cases import CASES, digest

FILE = Path(__file__).parent / "references" / "torch.npz"
PRECISIONS = ("float32", "float64")


def main() -> None:
    """Run everything and write the file."""
    arrays = {"version": np.array(torch.__version__), "names": np.array([c.name for c in CASES])}
    for precision in PRECISIONS:
        traces = [parity_torch.train(case, precision) for case in CASES]
        arrays[f"costs.{precision}"] = np.array([t.costs for t in traces])
        arrays[f"digests.{precision}"] = np.array([digest(t.parameters) for t in traces])
        for name, (losses, gradient, cost) in parity_torch.stable(precision).items():
            arrays[f"stable.{precision}.{name}.losses"] = losses
            arrays[f"stable.{precision}.{name}.gradient"] = gradient
            arrays[f"stable.{precision}.{name}.cost"] = np.array(cost)
    FILE.parent.mkdir(exist_ok=True)
    np.savez_compressed(FILE, **arrays)
    sys.stdout.write(f"{FILE.name}: {FILE.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
