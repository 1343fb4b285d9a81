"""Recurrent networks as a course teaches them: one function per cell, a cache per step, fresh
arrays everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.course import Arrays, steps
from bench.workloads import Workload, read

Cache = list[tuple[NDArray[Any], ...]]


def sigmoid(z: NDArray[Any]) -> NDArray[Any]:
    """1 / (1 + e^-z)."""
    return 1 / (1 + np.exp(-z))


def rnn_forward(x: NDArray[Any], p: Arrays) -> tuple[NDArray[Any], Cache]:
    """The last state, and what each step needs on the way back; x (steps, features, m)."""
    a = np.zeros((p["U1"].shape[1], x.shape[2]), np.float32)
    caches: Cache = []
    for xt in x:
        before = a
        a = np.tanh(p["U1"] @ before + p["W1"] @ xt + p["b1"])
        caches.append((xt, before, a))
    return a, caches


def rnn_backward(da: NDArray[Any], caches: Cache, p: Arrays) -> Arrays:
    """The gradient of the weights from that of the last state."""
    g = {k: np.zeros_like(p[k]) for k in ("W1", "U1", "b1")}
    for xt, before, a in reversed(caches):
        dz = da * (1 - a**2)
        g["W1"] += dz @ xt.T
        g["U1"] += dz @ before.T
        g["b1"] += dz.sum(axis=1, keepdims=True)
        da = p["U1"].T @ dz
    return g


def lstm_forward(x: NDArray[Any], p: Arrays) -> tuple[NDArray[Any], Cache]:
    """As `rnn_forward`, with gates i, f, o, g."""
    a = c = np.zeros((p["U1"].shape[1], x.shape[2]), np.float32)
    caches: Cache = []
    for xt in x:
        before, c_before = a, c
        zi, zf, zo, zg = np.split(p["U1"] @ before + p["W1"] @ xt + p["b1"], 4)
        i, f, o, g = sigmoid(zi), sigmoid(zf), sigmoid(zo), np.tanh(zg)
        c = f * c_before + i * g
        a = o * np.tanh(c)
        caches.append((xt, before, c_before, i, f, o, g, c))
    return a, caches


def lstm_backward(da: NDArray[Any], caches: Cache, p: Arrays) -> Arrays:
    """As `rnn_backward`."""
    gradients = {k: np.zeros_like(p[k]) for k in ("W1", "U1", "b1")}
    dc = np.zeros_like(da)
    for xt, before, c_before, i, f, o, g, c in reversed(caches):
        dc = dc + da * o * (1 - np.tanh(c) ** 2)
        do = da * np.tanh(c) * o * (1 - o)
        di, df, dg = dc * g * i * (1 - i), dc * c_before * f * (1 - f), dc * i * (1 - g**2)
        dz = np.concatenate([di, df, do, dg])
        gradients["W1"] += dz @ xt.T
        gradients["U1"] += dz @ before.T
        gradients["b1"] += dz.sum(axis=1, keepdims=True)
        da, dc = p["U1"].T @ dz, dc * f
    return gradients


def step(
    workload: Workload, folder: Path, costs: list[float] | None = None
) -> Callable[[int], int]:
    """Steps on batches that lie in memory."""
    forward, backward = {
        "rnn": (rnn_forward, rnn_backward),
        "lstm": (lstm_forward, lstm_backward),
    }[workload.cell]
    eye = np.eye(workload.sizes[-1], dtype=np.float32)
    batches = [
        (x.reshape(len(x), workload.steps, -1).transpose(1, 2, 0).copy(), eye[:, y].copy())
        for x, y in read(folder).batches(workload.batch)
    ]

    def gradients(p: Arrays, X: NDArray[Any], Y: NDArray[Any]) -> tuple[float, Arrays]:
        m = Y.shape[1]
        state, caches = forward(X, p)
        Z = p["W2"] @ state + p["b2"]
        E = np.exp(Z - Z.max(axis=0, keepdims=True))
        A = E / E.sum(axis=0, keepdims=True)
        dZ = (A - Y) / m
        found = {"W2": dZ @ state.T, "b2": dZ.sum(axis=1, keepdims=True)}
        found |= backward(p["W2"].T @ dZ, caches, p)
        return -float(np.sum(Y * np.log(A))) / m, found

    return steps(workload, folder, lambda epoch: batches, gradients, costs)
