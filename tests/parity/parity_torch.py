"""The same experiments in PyTorch, with its own layers, losses, optimisers and gradients.

Where conventions differ:

* Examples are rows in PyTorch, columns here.
* `momentum` keeps v = beta v + (1 - beta) g, `SGD(momentum)` v = beta v + g: its learning rate is
  (1 - beta) times ours.
* `l2(lambda)` adds lambda / (2 m) sum W^2 with m training examples: it is `weight_decay` =
  lambda / m on the weights alone. PyTorch's loss leaves the term out, so it is added to J.
* `l1(lambda)` adds lambda / m sum |W|; PyTorch has none, so the term is part of the loss there.
* `squared_error` is 1/2 sum over the outputs, mean over the examples: k/2 times `MSELoss`.
* `gelu` is the tanh form, `approximate = "tanh"` in PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from experiment import Arrays, Experiment, Trace
from numpy.typing import NDArray
from parity_cases import EXAMPLES, Case, stable_batches
from torch.nn import functional as F

torch.set_num_threads(1)

Tensor = torch.Tensor

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "linear": lambda z: z,
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    "leaky_relu(alpha=0.2)": lambda z: F.leaky_relu(z, 0.2),
    "elu": F.elu,
    "elu(alpha=0.7)": lambda z: F.elu(z, 0.7),
    "selu": F.selu,
    "gelu": lambda z: F.gelu(z, approximate="tanh"),
    "silu": F.silu,
    "softplus": F.softplus,
    "relu2": lambda z: torch.relu(z) ** 2,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softmax": lambda z: torch.softmax(z, dim=1),
}


def loss_of(name: str, z: Tensor, t: Tensor) -> Tensor:
    """The mean loss of a batch, from what goes into the last activation."""
    if name == "binary_cross_entropy":
        return F.binary_cross_entropy_with_logits(z, t)
    if name == "cross_entropy":
        return F.cross_entropy(z, t.long())
    mean = F.mse_loss(z, t)
    return mean * z.shape[1] / 2 if name == "squared_error" else mean


def optimizer_of(case: Experiment, groups: Any) -> torch.optim.Optimizer:
    """PyTorch's optimiser for the same path."""
    s = case.settings
    match case.optimizer:
        case "sgd":
            return torch.optim.SGD(groups, lr=s["lr"])
        case "momentum":
            return torch.optim.SGD(groups, lr=s["lr"] * (1 - s["beta"]), momentum=s["beta"])
        case "rmsprop":
            return torch.optim.RMSprop(groups, lr=s["lr"], alpha=s["beta"], eps=s["eps"])
    return torch.optim.Adam(groups, lr=s["lr"], betas=(s["beta1"], s["beta2"]), eps=s["eps"])


class Dense:
    """The layers of a case at its starting values.

    Attributes:
        weights, biases: W and b of each layer.
    """

    def __init__(self, case: Case, dtype: str) -> None:
        self.activations = [activation for _, activation in case.layers]
        self.parameters = {
            name: torch.tensor(value.astype(dtype), requires_grad=True)
            for name, value in case.start().items()
        }
        numbers = range(1, len(self.activations) + 1)
        self.weights = [self.parameters[f"dense{i}.W"] for i in numbers]
        self.biases = [self.parameters[f"dense{i}.b"] for i in numbers]

    def logits(self, X: NDArray[Any]) -> Tensor:
        """What goes into the last activation."""
        a = torch.tensor(X)
        for i, (W, b) in enumerate(zip(self.weights, self.biases, strict=True), 1):
            a = a @ W.T + b.T
            if i < len(self.weights):
                a = ACTIVATIONS[self.activations[i - 1]](a)
        return a

    def numbers(self) -> Arrays:
        """The parameters as they are."""
        return {name: value.detach().numpy() for name, value in self.parameters.items()}


def train(case: Case, dtype: str) -> Trace:
    """Ten steps."""
    net = Dense(case, dtype)
    strength = [dict(case.regularised.of(i)) for i in range(len(net.weights))]
    decays = [s.get("l2", 0.0) / EXAMPLES for s in strength]
    groups: list[dict[str, Any]] = [{"params": net.biases}]
    groups += [{"params": [w], "weight_decay": d} for w, d in zip(net.weights, decays, strict=True)]
    optimizer = optimizer_of(case, groups)
    costs = []
    for X, T in case.batches(dtype):
        loss = loss_of(case.loss, net.logits(X), torch.tensor(T))
        for w, s in zip(net.weights, strength, strict=True):
            if "l1" in s:
                loss = loss + s["l1"] / EXAMPLES * w.abs().sum()
        with torch.no_grad():
            pairs = zip(net.weights, decays, strict=True)
            squares = sum(d / 2 * (w.double() ** 2).sum().item() for w, d in pairs)
        costs.append(loss.item() + squares)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return Trace(np.array(costs), net.numbers())


def stable(dtype: str) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64], float]]:
    """Per name: loss and gradient of the logits for each example alone, and the batch's cost."""
    found = {}
    for name, (loss, z, t) in stable_batches().items():
        logits = torch.tensor(z.astype(dtype), requires_grad=True)
        kind = np.int64 if t.dtype == np.int32 else dtype
        targets = torch.tensor(t.astype(kind))
        alone = (slice(i, i + 1) for i in range(len(z)))
        each = torch.stack([loss_of(loss, logits[i], targets[i]) for i in alone])
        each.sum().backward()
        gradient = logits.grad
        assert gradient is not None
        whole = loss_of(loss, logits.detach(), targets).item()
        found[name] = (each.detach().double().numpy(), gradient.double().numpy(), whole)
    return found
