"""What rules know about activations. They are silent about those that stand in no table."""

from __future__ import annotations

from math import inf

RANGES = {
    "sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, inf),
    "relu2": (0.0, inf),
    "softplus": (0.0, inf),
}
"""The values that an activation can give, where that is not every number."""

STEEPEST = {"sigmoid": 0.25}
"""The largest slope, where it is well below 1: a gradient shrinks by it at every layer."""

WANTED = {"relu": 2.0, "leaky_relu": 2.0, "tanh": 1.0}
"""The variance of weights, times the number of inputs, that keeps signals alike from layer to
layer: `he` draws 2, `xavier` 1. For tanh Glorot and Bengio 2010, for rectifiers He et al. 2015.
"""
