"""The cases of `loss_cases` in PyTorch, with its own losses, optimisers and gradients.

Where conventions differ:

* `class_weights` multiply the losses and the cost is their sum over m; `CrossEntropyLoss(weight)`
  divides by the sum of the weights in the batch, so its sum is taken here and divided by m.
* with `label_smoothing` PyTorch weighs each term by its own class, we weigh each example by its
  class; so its unweighted losses are taken and weighed.
* `binary_cross_entropy(class_weights = (1, p))` is `pos_weight = p`.
* smoothing of a yes-or-no target has no argument in PyTorch: the target is smoothed by hand.
* `max_norm` has no equal: `renorm` divides by the length + 1e-7; the formula is written out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from experiment import Trace
from loss_cases import WordCase
from parity_cases import EXAMPLES
from parity_torch import Dense, Tensor, optimizer_of
from torch.nn import functional as F


def _weights(z: Tensor, *numbers: float) -> Tensor:
    return torch.tensor(numbers, dtype=z.dtype)


def _weighted(z: Tensor, t: Tensor) -> Tensor:
    w = _weights(z, 1, 2, 0.5)
    return F.cross_entropy(z, t.long(), weight=w, reduction="sum") / len(t)


def _weighted_and_smooth(z: Tensor, t: Tensor) -> Tensor:
    each = F.cross_entropy(z, t.long(), label_smoothing=0.2, reduction="none")
    return (each * _weights(z, 1, 2, 0.5)[t.long()]).mean()


def _binary(z: Tensor, t: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(z, t, pos_weight=_weights(z, 3))


def _binary_smooth(z: Tensor, t: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(z, t * 0.9 + 0.05)


def _binary_both(z: Tensor, t: Tensor) -> Tensor:
    weight = torch.where(t > 0, 2.0, 0.5).to(z.dtype)
    return F.binary_cross_entropy_with_logits(z, t * 0.8 + 0.1, weight=weight)


LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "mse": F.mse_loss,
    "huber": F.huber_loss,
    "huber(delta = 0.3)": lambda z, t: F.huber_loss(z, t, delta=0.3),
    "mae": F.l1_loss,
    "cross_entropy(class_weights = (1, 2, 0.5))": _weighted,
    "cross_entropy(label_smoothing = 0.1)": lambda z, t: F.cross_entropy(
        z, t.long(), label_smoothing=0.1
    ),
    "cross_entropy(class_weights = (1, 2, 0.5), label_smoothing = 0.2)": _weighted_and_smooth,
    "binary_cross_entropy(class_weights = (1, 3))": _binary,
    "binary_cross_entropy(label_smoothing = 0.1)": _binary_smooth,
    "binary_cross_entropy(class_weights = (0.5, 2), label_smoothing = 0.2)": _binary_both,
}
PENALTIES: dict[str, tuple[float, float, float]] = {
    # l1, l2, largest length of a row (0: any)
    "": (0, 0, 0),
    "l2(0.7)": (0, 0.7, 0),
    "elastic(l1 = 0.4, l2 = 0.9)": (0.4, 0.9, 0),
    "max_norm(0.9)": (0, 0, 0.9),
    "max_norm(0.5)": (0, 0, 0.5),
    "max_norm(0.9), l2(0.7)": (0, 0.7, 0.9),
}


def train(case: WordCase, dtype: str) -> Trace:
    """Ten steps."""
    net = Dense(case, dtype)
    optimizer = optimizer_of(case, [{"params": [*net.weights, *net.biases]}])
    held = [PENALTIES[case.holding(i)] for i in range(len(net.weights))]
    costs = []
    for X, T in case.batches(dtype):
        cost = LOSSES[case.loss](net.logits(X), torch.tensor(T))
        for w, (l1, l2, _) in zip(net.weights, held, strict=True):
            cost = cost + l1 / EXAMPLES * w.abs().sum() + l2 / (2 * EXAMPLES) * (w**2).sum()
        costs.append(cost.item())
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()
        with torch.no_grad():
            for w, (_, _, limit) in zip(net.weights, held, strict=True):
                if limit:
                    w *= (limit / w.norm(dim=1, keepdim=True)).clamp(max=1)
    return Trace(np.array(costs), net.numbers())
