"""Small specs, and the result of a command: shared by the tests of the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "models"
COMMAND = (sys.executable, "-m", "specc")

GOOD = """\
spec 1

let width = 4

data {
    source  circles(n = 100, noise = 0.05, seed = 1)
    split   train = 80%, dev = 20%, seed = 1
}

network {
    input  2
    dense  width, tanh
    dense  1, sigmoid
}

init       xavier
loss       binary_cross_entropy
optimizer  adam(lr = 0.02)

train {
    run    60 epochs
    batch  16
    seed   3
}
"""
"""No finding. `dense  width` is in line 12, column 5. 17 parameters."""
TINY = (
    GOOD.replace("n = 100", "n = 80").replace("60 epochs", "50 epochs")
    + """
variant slow  { optimizer sgd(lr = 0.01) }
variant quick { optimizer sgd(lr = 0.5) }
"""
)
STEPS = 200
"""64 examples to train on: 4 updates per epoch, 50 epochs."""

TABLE = """\
spec 1

data {  # allow W0502: too few for more sets
    source  csv("points.csv", target = "label")  # allow W0501: small as they are
}

network {
    input  2
    dense  3, relu
    dense  2, softmax
}

init       he
loss       cross_entropy
optimizer  sgd(lr = 0.1)

train {
    run    2 epochs
    batch  4
}
"""
POINTS = "x,y,label\n" + "".join(f"{i},{i % 3}.5,{i % 2}\n" for i in range(12))
"""What `TABLE` trains on."""

RESULT = [
    "run",
    "status",
    "steps",
    "epochs",
    "seconds",
    "examples_per_second",
    "train",
    "dev",
    "test",
    "best",
    "expect",
    "errors",
    "classes",
    "confusion",
]
"""The keys of the object that a run ends with, in order."""


@dataclass(frozen=True)
class Result:
    """The end of a command."""

    status: int
    out: str
    err: str

    def decent(self) -> Result:
        """The result of a command that met no bug of ours: no traceback, and one of the promised
        exit statuses.
        """
        assert "Traceback" not in self.out + self.err, self.err
        assert "internal error" not in self.err, self.err
        assert self.status in (0, 1, 2, 130), self
        return self


Run = Callable[..., Result]
"""What the fixtures `process` and `specc` are."""


def environment(**extra: str) -> dict[str, str]:
    """Of a command: this one's, without what changes how text is laid out."""
    kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "PYTHONPATH")}
    return {**kept, **extra}


def started(
    folder: Path, *arguments: str, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[str]:
    """A command in a process of its own, whose output can be read while it runs."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def costs(directory: Path) -> list[float]:
    """The cost of every update, from `steps.bin` as the run directory's contract has it."""
    fields = [("step", "<u8"), ("seconds", "<f8"), ("rate", "<f8"), ("cost", "<f8")]
    records = np.fromfile(directory / "steps.bin", fields)
    assert records["step"].tolist() == list(range(len(records)))
    found: list[float] = records["cost"].tolist()
    return found


def refuse_constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def result(text: str) -> dict[str, Any]:
    """The one JSON document on stdout; NaN and Infinity are none."""
    found: dict[str, Any] = json.loads(text, parse_constant=refuse_constant)
    return found
