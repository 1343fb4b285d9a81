"""The cases of `sequence_cases` in PyTorch, with its own layers.

Where conventions differ:

* PyTorch has two biases in every recurrent layer, whose sum counts in `RNN` and `LSTM`; the second
  one stays 0 here. In `GRU` the second bias of the candidate lies inside of the product with the
  reset gate, where there is none in the other; it stays 0 too.
* The gates of `LSTM` are i, f, g, o there and i, f, o, g here.
* `Embedding` keeps a row per token there, a column here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from experiment import Arrays, Trace
from numpy.typing import NDArray
from parity_torch import optimizer_of
from sequence_cases import FEATURES, TIMES, VOCABULARY, Case, Part
from torch import nn


def turned(part: Part, values: NDArray[Any]) -> NDArray[Any]:
    """Rows of gates from one order to the other, which is the same way back."""
    if part.word != "lstm":
        return values
    i, f, o, g = np.split(values, 4)
    return np.concatenate([i, f, g, o])


def module(part: Part, n: int, given: Arrays, name: str, dtype: str) -> nn.Module:
    """A layer of PyTorch with these starting values."""
    made: Any
    if part.word == "embedding":
        made = nn.Embedding(VOCABULARY, part.units)
        values = {"weight": given[f"{name}.W"].T}
    else:
        extra = {"nonlinearity": part.ending} if part.word == "rnn" else {}
        kind = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[part.word]
        made = kind(n, part.units, bias=part.bias, batch_first=True, **extra)
        values = {"weight_ih_l0": turned(part, given[f"{name}.W"])}
        values["weight_hh_l0"] = turned(part, given[f"{name}.U"])
        if part.bias:
            values["bias_ih_l0"] = turned(part, given[f"{name}.b"])[:, 0]
            values["bias_hh_l0"] = np.zeros(len(given[f"{name}.b"]))
    made = made.to(getattr(torch, dtype))
    for key, value in values.items():
        parameter = getattr(made, key)
        parameter.data.copy_(torch.from_numpy(value.astype(dtype)))
        parameter.requires_grad = key != "bias_hh_l0"
    layer: nn.Module = made
    return layer


def taken(parts: list[tuple[str, Part, nn.Module]], dense: nn.Linear, *, gradient: bool) -> Arrays:
    """Parameters, or their gradients, in our names and shapes."""

    def numbers(parameter: Any) -> NDArray[Any]:
        found = parameter.grad if gradient else parameter.detach()
        return np.array(found.numpy())

    found: Arrays = {}
    for name, part, made in parts:
        layer: Any = made
        if part.word == "embedding":
            found[f"{name}.W"] = numbers(layer.weight).T
            continue
        found[f"{name}.W"] = turned(part, numbers(layer.weight_ih_l0))
        found[f"{name}.U"] = turned(part, numbers(layer.weight_hh_l0))
        if part.bias:
            found[f"{name}.b"] = turned(part, numbers(layer.bias_ih_l0))[:, None]
    found["dense1.W"] = numbers(dense.weight)
    found["dense1.b"] = numbers(dense.bias)[:, None]
    return found


def train(case: Case, dtype: str) -> Trace:
    """Ten steps."""
    given, n = case.start(), FEATURES
    counts: dict[str, int] = {}
    parts: list[tuple[str, Part, nn.Module]] = []
    for part in case.parts:
        counts[part.word] = counts.get(part.word, 0) + 1
        name = f"{part.word}{counts[part.word]}"
        parts.append((name, part, module(part, n, given, name, dtype)))
        n = part.units
    W = given["dense1.W"]
    dense = nn.Linear(W.shape[1], W.shape[0]).to(getattr(torch, dtype))
    dense.weight.data.copy_(torch.from_numpy(W.astype(dtype)))
    dense.bias.data.copy_(torch.from_numpy(given["dense1.b"][:, 0].astype(dtype)))
    every = [*(p for _, _, m in parts for p in m.parameters() if p.requires_grad)]
    every += dense.parameters()
    optimizer = optimizer_of(case, every)
    costs: list[float] = []
    first: Arrays = {}
    for X, T in case.batches(dtype):
        a = torch.from_numpy(X)
        a = a.long() if case.tokens else a.reshape(len(X), TIMES, FEATURES)
        for _, part, made in parts:
            a = made(a) if part.word == "embedding" else made(a)[0]
        a = a[:, -1] if case.end == "last" else a.reshape(len(X), -1)
        loss = nn.functional.cross_entropy(dense(a), torch.from_numpy(T).long())
        costs.append(loss.item())
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        first = first or taken(parts, dense, gradient=True)
        optimizer.step()
    return Trace(np.array(costs), taken(parts, dense, gradient=False), first)
