"""Writes references/losses.npz with the installed PyTorch.

    python tests/parity/make_loss_references.py

The stored numbers were made with PyTorch 2.13.0 on a CPU.
"""

from __future__ import annotations

import sys
from pathlib import Path

import losses_torch
import numpy as np
import torch
from loss_cases import WORD_CASES
from parity_cases import digest

FILE = Path(__file__).parent / "references" / "losses.npz"


def main() -> None:
    """Run everything and write the file."""
    names = np.array([c.name for c in WORD_CASES])
    arrays = {"version": np.array(torch.__version__), "names": names}
    for precision in ("float32", "float64"):
        traces = [losses_torch.train(case, precision) for case in WORD_CASES]
        arrays[f"costs.{precision}"] = np.array([t.costs for t in traces])
        arrays[f"digests.{precision}"] = np.array([digest(t.parameters) for t in traces])
    np.savez_compressed(FILE, **arrays)
    sys.stdout.write(f"{FILE.name}: {FILE.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
