"""A small spec, and the result of a command: shared by the tests of the command line."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "models"
COMMAND = (sys.executable, "-m", "specc")

TINY = """\
spec 1

let width = 4

data {
    source  circles(n = 80, noise = 0.05, seed = 1)
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
    run    50 epochs
    batch  16
    seed   3
}

variant slow  { optimizer sgd(lr = 0.01) }
variant quick { optimizer sgd(lr = 0.5) }
"""
STEPS = 200
"""64 examples to train on: 4 updates per epoch, 50 epochs. 17 parameters, and no finding."""

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


def environment(**extra: str) -> dict[str, str]:
    """Of a command: this one's, without what changes how text is laid out."""
    kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "PYTHONPATH")}
    return {**kept, **extra}
