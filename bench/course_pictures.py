"""LeNet as a course would write it once loops over pixels have become too slow: all windows of an
image as rows of one matrix (`im2col`), fresh arrays everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.course import Arrays, steps
from bench.pictures import IMAGES
from bench.workloads import Workload, read

Array = NDArray[Any]


def im2col(x: Array, k: int) -> Array:
    """(examples, height, width, channels) -> (examples * places, k * k * channels)."""
    m, height, width, channels = x.shape
    rows, columns = height - k + 1, width - k + 1
    col = np.empty((m, rows, columns, k, k, channels), x.dtype)
    for i in range(k):
        for j in range(k):
            col[:, :, :, i, j] = x[:, i : i + rows, j : j + columns]
    return col.reshape(m * rows * columns, -1)


def col2im(col: Array, shape: tuple[int, ...], k: int) -> Array:
    """Each window's gradient added where the window was."""
    m, height, width, channels = shape
    rows, columns = height - k + 1, width - k + 1
    parts = col.reshape(m, rows, columns, k, k, channels)
    x = np.zeros(shape, col.dtype)
    for i in range(k):
        for j in range(k):
            x[:, i : i + rows, j : j + columns] += parts[:, :, :, i, j]
    return x


def conv(x: Array, W: Array, b: Array) -> tuple[Array, Array]:
    """The sums of windows, and the windows."""
    k, units = W.shape[0], W.shape[3]
    col = im2col(x, k)
    z = col @ W.reshape(-1, units) + b.reshape(-1)
    return z.reshape(len(x), x.shape[1] - k + 1, x.shape[2] - k + 1, units), col


def pool(x: Array) -> tuple[Array, Array]:
    """The largest of each 2 x 2, and a mask of where it was."""
    m, height, width, channels = x.shape
    windows = x.reshape(m, height // 2, 2, width // 2, 2, channels)
    largest = windows.max(axis=(2, 4))
    return largest, windows == largest[:, :, None, :, None]


def unpool(d: Array, mask: Array) -> Array:
    """The gradient at the largest of each window."""
    m, rows, _, columns, _, channels = mask.shape
    spread = d[:, :, None, :, None] * mask / mask.sum(axis=(2, 4), keepdims=True)
    x: Array = spread.reshape(m, rows * 2, columns * 2, channels).astype(d.dtype)
    return x


def step(
    workload: Workload, folder: Path, costs: list[float] | None = None
) -> Callable[[int], int]:
    """Steps on batches that lie in memory."""
    image = IMAGES[workload.net]
    batches = [(x.reshape(-1, *image), y) for x, y in read(folder).batches(workload.batch)]
    return steps(workload, folder, lambda epoch: batches, _gradients, costs)


def _gradients(p: Arrays, x: Array, y: Array) -> tuple[float, Arrays]:
    """The cost and its gradient."""
    m = len(x)
    z1, col1 = conv(x, p["W1"], p["b1"])
    p1, mask1 = pool(np.maximum(0, z1))
    z2, col2 = conv(p1, p["W2"], p["b2"])
    p2, mask2 = pool(np.maximum(0, z2))
    a = [p2.reshape(m, -1)]
    for k in (3, 4):
        a.append(np.maximum(0, a[-1] @ p[f"W{k}"].T + p[f"b{k}"].T))
    z = a[-1] @ p["W5"].T + p["b5"].T
    e = np.exp(z - z.max(axis=1, keepdims=True))
    probability = e / e.sum(axis=1, keepdims=True)
    cost = -float(np.mean(np.log(probability[np.arange(m), y])))
    d = probability
    d[np.arange(m), y] -= 1
    d = d / m
    g: Arrays = {}
    for k in (5, 4, 3):
        g[f"W{k}"], g[f"b{k}"] = d.T @ a[k - 3], d.sum(axis=0)[:, None]
        d = d @ p[f"W{k}"]
        if k > 3:
            d = d * (a[k - 3] > 0)
    d = unpool(d.reshape(p2.shape), mask2) * (z2 > 0)
    flat = d.reshape(-1, d.shape[3])
    g["W2"] = (col2.T @ flat).reshape(p["W2"].shape)
    g["b2"] = flat.sum(axis=0).reshape(p["b2"].shape)
    d = col2im(flat @ p["W2"].reshape(-1, flat.shape[1]).T, p1.shape, p["W2"].shape[0])
    d = unpool(d, mask1) * (z1 > 0)
    flat = d.reshape(-1, d.shape[3])
    g["W1"] = (col1.T @ flat).reshape(p["W1"].shape)
    g["b1"] = flat.sum(axis=0).reshape(p["b1"].shape)
    return cost, g
