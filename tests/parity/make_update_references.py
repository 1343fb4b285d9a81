"""Writes references/updates.npz with the installed PyTorch, run as a script.

The stored numbers were made with PyTorch 2.13.0 on a CPU.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
import updates_torch
from parity_cases import digest
from update_cases import UPDATE_CASES

FILE = Path(__file__).parent / "references" / "updates.npz"


def main() -> None:
    """Run everything and write the file."""
    names = np.array([c.name for c in UPDATE_CASES])
    arrays = {"version": np.array(torch.__version__), "names": names}
    for precision in ("float32", "float64"):
        traces = [updates_torch.train(case, precision) for case in UPDATE_CASES]
        arrays[f"costs.{precision}"] = np.array([t.costs for t in traces])
        arrays[f"digests.{precision}"] = np.array([digest(t.parameters) for t in traces])
    np.savez_compressed(FILE, **arrays)
    sys.stdout.write(f"{FILE.name}: {FILE.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
