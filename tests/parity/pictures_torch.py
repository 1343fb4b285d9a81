"""The networks on images in PyTorch, with its own layers and gradients.

Where conventions differ:

* Images are (examples, channels, height, width) in PyTorch, weights of a convolution (units,
  channels / groups, height, width). Features of an image run height, width, channels here, so
  `flatten` comes behind a permutation.
* `pad = same` with a stride above 1 is TensorFlow's: what does not halve goes behind. PyTorch has
  no such argument, so the image is padded before.
* A mean over the edge counts what is inside, `count_include_pad = False`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from experiment import Arrays, Trace
from parity_torch import ACTIVATIONS, Tensor, optimizer_of
from picture_cases import CLASSES, Case
from torch.nn import functional as F


def pair(value: Any) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


def padded(
    x: Tensor, size: tuple[int, int], stride: tuple[int, int], given: dict[str, Any], fill: float
) -> Tensor:
    """The image with its padding, as `pad` says."""
    pad = given.get("pad", "valid")
    dilation = pair(given.get("dilation", 1))
    both = []
    for n, k, s, d in zip(x.shape[2:], size, stride, dilation, strict=True):
        if pad == "same":
            whole = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
            both.append((whole // 2, whole - whole // 2))
        else:
            both.append((0, 0) if pad == "valid" else (pad, pad))
    (top, bottom), (left, right) = both
    return F.pad(x, (left, right, top, bottom), value=fill)


def layer(word: str, given: dict[str, Any], x: Tensor, parameters: list[Tensor]) -> Tensor:
    """One layer; its parameters are taken from the front of the list."""
    if word == "conv":
        size, stride = pair(given.get("kernel", 3)), pair(given.get("stride", 1))
        W = parameters.pop(0)
        b = parameters.pop(0).reshape(-1) if given.get("bias", True) else None
        z = F.conv2d(
            padded(x, size, stride, given, 0.0),
            W.permute(3, 2, 0, 1),
            b,
            stride=stride,
            dilation=pair(given.get("dilation", 1)),
            groups=given.get("groups", 1),
        )
        return ACTIVATIONS[given["activation"]](z)
    if word in ("maxpool", "avgpool"):
        if given["size"] == "global":
            return x.amax((2, 3)) if word == "maxpool" else x.mean((2, 3))
        size = pair(given["size"])
        stride = pair(given.get("stride", size))
        if word == "maxpool":
            return F.max_pool2d(padded(x, size, stride, given, -np.inf), size, stride)
        ones = padded(torch.ones_like(x), size, stride, given, 0.0)
        total = F.avg_pool2d(padded(x, size, stride, given, 0.0), size, stride)
        return total / F.avg_pool2d(ones, size, stride)
    if word == "upsample":
        return F.interpolate(x, scale_factor=tuple(map(float, pair(given["times"]))))
    if word == "flatten":
        return x.permute(0, 2, 3, 1).flatten(1)
    if word == "reshape":
        return x.reshape(-1, *given["size"]).permute(0, 3, 1, 2)
    return ACTIVATIONS[word](x)


def forward(case: Case, X: Any, parameters: list[Tensor]) -> Tensor:
    """The logits (examples, classes)."""
    left = list(parameters)
    height, width, channels = case.image
    x = torch.tensor(X).reshape(-1, height, width, channels).permute(0, 3, 1, 2)
    for word, given in case.layers:
        x = layer(word, given, x, left)
    if case.flat:
        x = x.permute(0, 2, 3, 1).flatten(1)
    W, b = left
    return x @ W.T + b.T


def train(case: Case, dtype: str) -> Trace:
    """Ten steps."""
    parameters = {
        name: torch.tensor(value.astype(dtype), requires_grad=True)
        for name, value in case.start().items()
    }
    optimizer = optimizer_of(case, parameters.values())
    costs = []
    gradient: Arrays = {}
    output: Arrays = {}
    for X, T in case.batches(dtype):
        z = forward(case, X, list(parameters.values()))
        assert z.shape[1] == CLASSES
        loss = F.cross_entropy(z, torch.tensor(T).long())
        costs.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        if not output:
            output = {"output": torch.softmax(z, 1).detach().numpy().T}
            gradient = {n: p.grad.numpy().copy() for n, p in parameters.items()}  # type: ignore[union-attr]
        optimizer.step()
    final = {name: value.detach().numpy() for name, value in parameters.items()}
    return Trace(np.array(costs), final, gradient, output=output)
