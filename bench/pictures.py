"""The networks on images: their parameters, and the same networks in PyTorch.

Ours are (kernel height, kernel width, channels, units), PyTorch's (units, channels, kernel height,
kernel width); features of an image run height, width, channels here, channels, height, width there.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Shapes = dict[str, tuple[int, ...]]

IMAGES = {"lenet": (28, 28, 1), "resnet": (32, 32, 3)}
BLOCKS, CHANNELS = 3, 16
"""Of the residual network: two convolutions per block."""


def shapes(net: str) -> Shapes:
    """Every parameter by its symbol."""
    if net == "lenet":
        found: Shapes = {"W1": (5, 5, 1, 6), "W2": (5, 5, 6, 16)}
        found |= {"W3": (120, 256), "W4": (84, 120), "W5": (10, 84)}
        biases = {"b1": (1, 1, 6, 1), "b2": (1, 1, 16, 1)}
        return found | biases | {f"b{k}": (found[f"W{k}"][0], 1) for k in (3, 4, 5)}
    found = {}
    for k in range(1, 2 * BLOCKS + 2):
        found[f"W{k}"] = (3, 3, 3 if k == 1 else CHANNELS, CHANNELS)
        found[f"gamma_{k}"] = found[f"beta_{k}"] = (CHANNELS, 1)
    last = 2 * BLOCKS + 2
    return found | {f"W{last}": (10, CHANNELS), f"b{last}": (10, 1)}


def start(net: str, random: np.random.Generator) -> dict[str, Floats]:
    """Starting values: He, biases not 0, scales of a batch norm around 1."""
    made: dict[str, Floats] = {}
    for symbol, shape in shapes(net).items():
        drawn = random.standard_normal(shape, dtype=np.float32)
        fan = prod(shape[:3]) if len(shape) == 4 else shape[1]
        scale = np.sqrt(2 / fan) if symbol[0] == "W" else 0.1
        made[symbol] = (drawn * scale + (symbol[:5] == "gamma")).astype(np.float32)
    return made


def torch_net(net: str, given: Mapping[str, Floats]) -> Any:
    """The network as a module that takes (examples, height * width * channels)."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    def values(symbol: str) -> Any:
        return torch.from_numpy(np.ascontiguousarray(given[symbol]))

    def conv(k: int, bias: bool = True, pad: int = 0) -> Any:
        W = values(f"W{k}")
        height, width, channels, units = W.shape
        made = nn.Conv2d(channels, units, (height, width), padding=pad, bias=bias)
        made.weight.data.copy_(W.permute(3, 2, 0, 1))
        if made.bias is not None:
            made.bias.data.copy_(values(f"b{k}").reshape(-1))
        return made

    def dense(k: int, image: tuple[int, ...] = ()) -> Any:
        W = values(f"W{k}")
        made = nn.Linear(W.shape[1], W.shape[0])
        if image:
            W = W.reshape(-1, *image).permute(0, 3, 1, 2).reshape(W.shape)
        made.weight.data.copy_(W)
        made.bias.data.copy_(values(f"b{k}").reshape(-1))
        return made

    def normed(k: int) -> Any:
        norm = nn.BatchNorm2d(CHANNELS)
        norm.weight.data.copy_(values(f"gamma_{k}").reshape(-1))
        norm.bias.data.copy_(values(f"beta_{k}").reshape(-1))
        return nn.Sequential(conv(k, bias=False, pad=1), norm)

    class Image(nn.Module):
        """Examples as they lie in memory, seen as PyTorch sees images."""

        def forward(self, x: Any) -> Any:
            height, width, channels = IMAGES[net]
            if channels == 1:
                return x.reshape(-1, 1, height, width)
            return x.reshape(-1, height, width, channels).permute(0, 3, 1, 2).contiguous()

    class Block(nn.Module):
        def __init__(self, k: int) -> None:
            super().__init__()
            self.first, self.second = normed(k), normed(k + 1)

        def forward(self, x: Any) -> Any:
            return F.relu(x + self.second(F.relu(self.first(x))))

    if net == "lenet":
        pooled = [nn.ReLU(), nn.MaxPool2d(2)]
        body = [conv(1), *pooled, conv(2), *pooled, nn.Flatten(), dense(3, (4, 4, 16))]
        return nn.Sequential(Image(), *body, nn.ReLU(), dense(4), nn.ReLU(), dense(5))
    blocks = [Block(k) for k in range(2, 2 * BLOCKS + 2, 2)]
    mean = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(Image(), normed(1), nn.ReLU(), *blocks, *mean, dense(2 * BLOCKS + 2))
