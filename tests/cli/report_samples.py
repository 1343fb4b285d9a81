"""A spec without findings, for the tests of reports and fixes, which count its lines and words."""

from __future__ import annotations

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
"""`dense  width` is in line 12, column 5. 17 parameters."""
