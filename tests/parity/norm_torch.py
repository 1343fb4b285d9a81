"""The cases of `norm_cases` in PyTorch, with its own layers.

Where conventions differ:

* `BatchNorm` has momentum = 1 - average.
* It averages m / (m - 1) times the variance that it divides by, m being the values per feature of
  a batch; here the variance itself. What each batch added is divided by that factor.
* Images are (channels, height, width) there, (height, width, channels) here; sequences in
  `BatchNorm1d` (features, steps) there, (steps, features) here.
* `l2(lambda)` adds lambda / (2 examples) sum W^2; it is `weight_decay` on the weights alone, and
  PyTorch's loss leaves the term out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from experiment import Arrays, Trace
from norm_cases import EXAMPLES, Case, Part
from numpy.typing import NDArray
from parity_torch import Tensor, optimizer_of
from torch import nn

DECAY = 0.7 / EXAMPLES

Layer = tuple[str, Part, tuple[int, ...], Any]


def turned(values: NDArray[Any]) -> NDArray[Any]:
    """Our gamma or beta as PyTorch has it."""
    return values[..., 0].transpose(2, 0, 1) if values.ndim == 4 else values[:, 0]


def back(values: NDArray[Any]) -> NDArray[Any]:
    """The way back."""
    return (values.transpose(1, 2, 0) if values.ndim == 3 else values)[..., None]


def module(name: str, part: Part, sizes: tuple[int, ...], given: Arrays, dtype: str) -> Any:
    """A layer of PyTorch with these starting values."""
    made: Any
    if part.word == "dense":
        made = nn.Linear(sizes[0], part.units, bias=f"{name}.b" in given)
        values = {"weight": given[f"{name}.W"]}
        if f"{name}.b" in given:
            values["bias"] = given[f"{name}.b"][:, 0]
    elif part.word == "conv":
        made = nn.Conv2d(sizes[2], part.units, 3, bias=f"{name}.b" in given)
        values = {"weight": given[f"{name}.W"].transpose(3, 2, 0, 1)}
        if f"{name}.b" in given:
            values["bias"] = given[f"{name}.b"].reshape(-1)
    elif part.word in ("batchnorm", "layernorm"):
        eps = 1e-5 if part.eps is None else part.eps
        if part.word == "batchnorm":
            share = 0.9 if part.average is None else part.average
            kind = nn.BatchNorm2d if len(sizes) == 3 else nn.BatchNorm1d
            made = kind(sizes[-1], eps=eps, momentum=1 - share)
        else:
            last = [sizes[2], sizes[0], sizes[1]] if len(sizes) == 3 else sizes[-1]
            made = nn.LayerNorm(last, eps=eps)
        gamma, beta = given[f"{name}.gamma"], given[f"{name}.beta"]
        values = {"weight": turned(gamma), "bias": turned(beta)}
    else:
        return {"relu": torch.relu, "tanh": torch.tanh}.get(part.word)
    made = made.to(getattr(torch, dtype))
    for key, value in values.items():
        getattr(made, key).data.copy_(torch.from_numpy(value.astype(dtype)))
    return made


def forward(layers: list[Layer], X: NDArray[Any]) -> Tensor:
    """The logits."""
    a = torch.from_numpy(X)
    for _, part, sizes, made in layers:
        if part.word == "flatten":
            continue
        if len(sizes) == 3:  # rows to (channels, height, width) and back
            image = a.reshape(len(a), *sizes).permute(0, 3, 1, 2)
            a = made(image).permute(0, 2, 3, 1).reshape(len(a), -1)
        elif len(sizes) == 2 and part.word == "batchnorm":
            steps = a.reshape(len(a), *sizes).permute(0, 2, 1)
            a = made(steps).permute(0, 2, 1).reshape(len(a), -1)
        elif len(sizes) == 2:
            a = made(a.reshape(len(a), *sizes)).reshape(len(a), -1)
        else:
            a = made(a)
    return a


def taken(layers: list[Layer], *, gradient: bool) -> Arrays:
    """Parameters, or their gradients, in our names and shapes."""

    def numbers(parameter: Any) -> NDArray[Any]:
        return (parameter.grad if gradient else parameter.detach()).numpy().copy()

    found: Arrays = {}
    for name, part, _, made in layers:
        if part.word == "dense":
            found[f"{name}.W"] = numbers(made.weight)
            if made.bias is not None:
                found[f"{name}.b"] = numbers(made.bias)[:, None]
        elif part.word == "conv":
            found[f"{name}.W"] = numbers(made.weight).transpose(2, 3, 1, 0)
            if made.bias is not None:
                found[f"{name}.b"] = numbers(made.bias).reshape(1, 1, -1, 1)
        elif part.word in ("batchnorm", "layernorm"):
            found[f"{name}.gamma"] = back(numbers(made.weight))
            found[f"{name}.beta"] = back(numbers(made.bias))
    return found


def train(case: Case, dtype: str) -> Trace:
    """Ten steps, and the output after them."""
    given = case.start()
    layers = [(n, p, s, module(n, p, s, given, dtype)) for n, p, s in case.shapes()]
    modules = [made for *_, made in layers if isinstance(made, nn.Module)]
    every = [p for made in modules for p in made.parameters()]
    weights = [m.weight for m in modules if isinstance(m, nn.Linear | nn.Conv2d)]
    rest = [p for p in every if all(p is not w for w in weights)]
    groups = [{"params": weights, "weight_decay": DECAY}, {"params": rest}]
    optimizer = optimizer_of(case, groups)
    norms = [(n, s, made) for n, p, s, made in layers if p.word == "batchnorm"]
    ours = {name: made.running_var.double().numpy().copy() for name, _, made in norms}
    costs, first = [], {}
    for X, T in case.batches(dtype):
        before = {name: made.running_var.double().numpy().copy() for name, _, made in norms}
        loss = nn.functional.cross_entropy(forward(layers, X), torch.from_numpy(T).long())
        with torch.no_grad():
            squares = sum(DECAY / 2 * (w.double() ** 2).sum().item() for w in weights)
        costs.append(loss.item() + squares)
        optimizer.zero_grad()
        loss.backward()
        first = first or _with_penalty(taken(layers, gradient=True), layers)
        optimizer.step()
        for name, sizes, made in norms:
            count = len(X) * int(np.prod(sizes[:-1]))
            share = 1 - made.momentum
            added = made.running_var.double().numpy() - share * before[name]
            ours[name] = share * ours[name] + added * (count - 1) / count
    running: Arrays = {}
    for name, _, made in norms:
        running[f"running.{name}.mean"] = made.running_mean.numpy()[:, None]
        running[f"running.{name}.var"] = ours[name][:, None]
        made.running_var.copy_(torch.from_numpy(ours[name]))
    for made in modules:
        made.eval()
    with torch.no_grad():
        output = torch.softmax(forward(layers, case.data(dtype)[0]), dim=1).numpy().T
    final = taken(layers, gradient=False)
    return Trace(np.array(costs), final, first, running, {"output": output})


def _with_penalty(gradient: Arrays, layers: list[Layer]) -> Arrays:
    """PyTorch adds the penalty's gradient in the update."""
    for name, part, _, made in layers:
        if part.word == "dense":
            gradient[f"{name}.W"] += DECAY * made.weight.detach().numpy()
        elif part.word == "conv":
            weight = made.weight.detach().numpy().transpose(2, 3, 1, 0)
            gradient[f"{name}.W"] = gradient[f"{name}.W"] + DECAY * weight
    return gradient
