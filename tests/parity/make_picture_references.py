"""Writes references/pictures.npz with the installed PyTorch: run this file with Python.

The stored numbers were made with PyTorch 2.13.0 on a CPU. Tests compare the generated programs with
them everywhere, and them with PyTorch where it is installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pictures_torch
import torch
from picture_cases import CASES
from test_parity_pictures import PRECISIONS, shapes_of

FILE = Path(__file__).parent / "references" / "pictures.npz"


def main() -> None:
    """Run everything and write the file."""
    arrays = {"version": np.array(torch.__version__)}
    for precision in PRECISIONS:
        for case in CASES:
            trace = pictures_torch.train(case, precision, shapes_of(case.name))
            arrays[f"{precision}.{case.name}"] = trace.digest()
    np.savez_compressed(FILE, **arrays)
    sys.stdout.write(f"{FILE.name}: {FILE.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
