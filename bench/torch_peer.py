"""PyTorch, eager, as its own tutorials write it; with the fused optimiser and with the default one.

Where PyTorch is given less to do than we are, it keeps the advantage: it never turns the loss into
a number, and its loss leaves out the value of the L2 penalty (its gradient is there, as
`weight_decay`). Only when the costs are asked for, for the comparison of results, both are
computed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench import pictures
from bench.workloads import BETA, BETA1, BETA2, EPS, Given, Workload, read


def _cell(workload: Workload, given: Given) -> Any:
    """PyTorch's recurrent layer, and of its output the last step.

    It has two biases, whose sum counts: the second is 0 and stays so, which leaves PyTorch a little
    less to do. Its gates are i, f, g, o.
    """
    import torch
    from torch import nn

    class Cell(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            kind = {"rnn": nn.RNN, "lstm": nn.LSTM}[workload.cell]
            self.cell: Any = kind(*workload.sizes[:2], batch_first=True)

        def forward(self, x: Any) -> Any:
            return self.cell(x.reshape(len(x), workload.steps, -1))[0][:, -1]

    made = Cell()
    order = (0, 1, 3, 2) if workload.cell == "lstm" else (0,)
    for ours, theirs in (("W1", "weight_ih_l0"), ("U1", "weight_hh_l0"), ("b1", "bias_ih_l0")):
        gates = np.split(given.start[ours], len(order))
        values = torch.from_numpy(np.concatenate([gates[k] for k in order]))
        parameter = getattr(made.cell, theirs)
        parameter.data.copy_(values.reshape(parameter.shape))
    made.cell.bias_hh_l0.data.zero_()
    made.cell.bias_hh_l0.requires_grad = False
    return made


def step(
    workload: Workload, folder: Path, costs: list[float] | None = None, *, fused: bool = True
) -> Callable[[int], int]:
    """Steps on batches that lie in memory. The number of threads is the caller's to set."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    given = read(folder)
    layers: list[nn.Module] = []
    last = len(workload.sizes) - 1
    if workload.cell:
        layers.append(_cell(workload, given))
    if workload.net:
        layers.append(pictures.torch_net(workload.net, given.start))
    for k in range(last + 1 if workload.net else 1 + len(layers), last + 1):
        normalised = bool(workload.keep) and k < last
        linear = nn.Linear(workload.sizes[k - 1], workload.sizes[k], bias=not normalised)
        linear.weight.data.copy_(torch.from_numpy(given.start[f"W{k}"]))
        if not normalised:
            linear.bias.data.copy_(torch.from_numpy(given.start[f"b{k}"][:, 0]))
        layers.append(linear)
        if normalised:
            norm = nn.BatchNorm1d(workload.sizes[k])
            norm.weight.data.copy_(torch.from_numpy(given.start[f"gamma_{k}"][:, 0]))
            norm.bias.data.copy_(torch.from_numpy(given.start[f"beta_{k}"][:, 0]))
            layers.append(norm)
        if k < last:
            layers.append(nn.ReLU())
        if normalised and costs is None:
            layers.append(nn.Dropout(1 - workload.keep))
    net = nn.Sequential(*layers).train()
    weights = [p for p in net.parameters() if p.dim() == 2]
    biases = [p for p in net.parameters() if p.dim() == 1]
    decay = workload.l2 / workload.examples
    groups: Any = [{"params": weights, "weight_decay": decay}, {"params": biases}]
    if not decay:
        groups = net.parameters()
    faster = {"fused": True} if fused else {}
    optimizer: torch.optim.Optimizer
    if workload.optimizer == "adam":
        optimizer = torch.optim.Adam(
            groups, lr=workload.lr, betas=(BETA1, BETA2), eps=EPS, **faster
        )
    else:
        # PyTorch's v is ours divided by (1 - beta); the smaller rate makes the path the same.
        optimizer = torch.optim.SGD(groups, lr=workload.lr * (1 - BETA), momentum=BETA, **faster)
    batches = []
    for x, y in given.batches(workload.batch):
        target = torch.from_numpy(y)
        batches.append(
            (torch.from_numpy(x), target.float()[:, None] if workload.binary else target)
        )
    loss_of = F.binary_cross_entropy_with_logits if workload.binary else F.cross_entropy
    done = 0

    def run(n: int) -> int:
        nonlocal done
        for _ in range(n):
            x, y = batches[done % len(batches)]
            done += 1
            optimizer.zero_grad()
            loss: Any = loss_of(net(x), y)
            loss.backward()
            if costs is not None:
                penalty = sum(float(w.detach().square().sum()) for w in weights) * decay / 2
                costs.append(float(loss.detach()) + penalty)
            optimizer.step()
        return n

    return run
