"""The cases of `update_cases` in PyTorch, with its own optimisers, clipping and gradients.

Where conventions differ:

* `momentum` and `nesterov` average with the factor (1 - beta), `SGD(momentum)` leaves it out: its
  learning rate is (1 - beta) times ours.
* `adamw` shrinks weights alone: biases are in a group with `weight_decay = 0`.
* `NAdam` lets its momentum grow with the time; with a large `momentum_decay` it is constant.
* PyTorch has no Lion: algorithm 2 of Chen et al. 2023 is written out.
* `weight_decay` beside any optimiser: each weight times 1 - lr lambda before the step, which is
  what `AdamW` does.
* `clip_grad_norm_` divides by the length + 1e-6, so the length is asked for first, and the bound
  corrected by it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import parity_torch
import torch
from experiment import Trace
from parity_cases import EXAMPLES, Case
from parity_torch import Dense, Tensor, loss_of

NEVER_GROWS = 1e9


class Lion:
    """Chen et al. 2023, algorithm 2, with its decay on weights alone."""

    def __init__(self, weights: list[Tensor], biases: list[Tensor], s: dict[str, float]) -> None:
        self.groups = ((weights, s["decay"]), (biases, 0.0))
        self.s = s
        self.m = {id(p): torch.zeros_like(p) for p in (*weights, *biases)}

    def step(self) -> None:
        lr, beta1, beta2 = self.s["lr"], self.s["beta1"], self.s["beta2"]
        with torch.no_grad():
            for parameters, decay in self.groups:
                for p in parameters:
                    g, m = p.grad, self.m[id(p)]
                    assert g is not None
                    u = torch.sign(beta1 * m + (1 - beta1) * g)
                    self.m[id(p)] = beta2 * m + (1 - beta2) * g
                    p -= lr * (u + decay * p)


def optimizer_of(case: Case, weights: list[Tensor], biases: list[Tensor]) -> Any:
    """PyTorch's optimiser for the same path."""
    s = case.settings
    every = [*weights, *biases]
    lr = s["lr"]
    betas = (s.get("beta1", 0.0), s.get("beta2", 0.0))
    match case.optimizer:
        case "nesterov":
            rate = lr * (1 - s["beta"])
            return torch.optim.SGD(every, lr=rate, momentum=s["beta"], nesterov=True)
        case "adagrad":
            return torch.optim.Adagrad(every, lr=lr, eps=s["eps"])
        case "adadelta":
            return torch.optim.Adadelta(every, lr=lr, rho=s["beta"], eps=s["eps"])
        case "nadam":
            return torch.optim.NAdam(
                every, lr=lr, betas=betas, eps=s["eps"], momentum_decay=NEVER_GROWS
            )
        case "adamw":
            groups = [
                {"params": weights, "weight_decay": s["decay"]},
                {"params": biases, "weight_decay": 0.0},
            ]
            return torch.optim.AdamW(groups, lr=lr, betas=betas, eps=s["eps"])
        case "lion":
            return Lion(weights, biases, s)
    return parity_torch.optimizer_of(case, every)


def clip(case: Case, parameters: list[Tensor]) -> None:
    """PyTorch's clipping to the same bound."""
    word, _, bound = case.clip.rstrip(")").partition("(")
    if word == "value":
        torch.nn.utils.clip_grad_value_(parameters, float(bound))
    elif word == "norm":
        gradients = [p.grad.reshape(-1) for p in parameters if p.grad is not None]
        length = torch.linalg.vector_norm(torch.cat(gradients)).item()
        corrected = float(bound) * (length + 1e-6) / length
        torch.nn.utils.clip_grad_norm_(parameters, corrected)


def train(case: Case, dtype: str) -> Trace:
    """Ten steps; numbers that an optimiser keeps for itself are as wide as the parameters."""
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        return _train(case, dtype)
    finally:
        torch.set_default_dtype(torch.float32)


def _train(case: Case, dtype: str) -> Trace:
    net = Dense(case, dtype)
    penalties = [dict(case.regularised.of(i)) for i in range(len(net.weights))]
    optimizer = optimizer_of(case, net.weights, net.biases)
    costs = []
    for X, T in case.batches(dtype):
        cost = loss_of(case.loss, net.logits(X), torch.tensor(T))
        for w, penalty in zip(net.weights, penalties, strict=True):
            cost = cost + penalty.get("l2", 0.0) / (2 * EXAMPLES) * (w**2).sum()
        costs.append(cost.item())
        for p in net.parameters.values():
            p.grad = None
        cost.backward()
        clip(case, [*net.weights, *net.biases])
        with torch.no_grad():
            for w, penalty in zip(net.weights, penalties, strict=True):
                w *= 1 - case.settings["lr"] * penalty.get("weight_decay", 0.0)
        optimizer.step()
    return Trace(np.array(costs), net.numbers())
