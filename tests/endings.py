"""Networks that end as a loss wants it, and their evaluation on random data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from oracle import batch_for, compiled, program, settle

from specc.driver import make_plan
from specc.library.registry import Registry
from specc.library.words import Loss

REGISTRY = Registry()


def outputs_of(loss: str) -> tuple[int, ...]:
    """Numbers of outputs that a loss takes."""
    return {"binary": (1,), "classes": (2, 4), "real": (1, 4)}[loss_kind(loss).task]


def loss_kind(loss: str) -> type[Loss]:
    kind = REGISTRY.find("losses", loss)
    assert kind is not None
    assert issubclass(kind, Loss)
    return kind


def with_strength(regularizer: str, strength: float) -> str:
    """A regulariser with the same number for everything that it asks for."""
    kind = REGISTRY.find("regularizers", regularizer)
    assert kind is not None
    return f"{regularizer}({', '.join(str(strength) for a in kind.args if a.required)})"


def ending(loss: str, outputs: int) -> str:
    """A network that ends as a loss wants it."""
    kind = loss_kind(loss)
    end = f", {kind.activation}" if kind.activation else ""
    return f"input 5; dense 4, tanh; dense {outputs}{end}"


def evaluated(text: str, n: int = 1500, precision: str = "float64") -> tuple[Any, Any, Any]:
    """A program with random parameters, and n random examples in rows: more than one chunk."""
    compilation = compiled(text)
    made = program(make_plan(compilation, 8, precision), compilation.model)
    settle(made.theta)
    X, T = batch_for(compilation.model, n, precision)
    return made, np.ascontiguousarray(X.T), np.ascontiguousarray(T.T)


losses_and_outputs = pytest.mark.parametrize(
    ("word", "outputs"), [(w, k) for w in REGISTRY.words("losses") for k in outputs_of(w)]
)
