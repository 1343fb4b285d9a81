"""Optimisers, decoupled decay and clipping: what PyTorch and the generated programs both run.

Imports neither; see `parity_cases`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from parity_cases import BATCH, Case, Regularised

HIDDEN = ((5, "tanh"), (4, "sigmoid"))
OPTIMIZERS: dict[str, dict[str, float]] = {
    "sgd": {"lr": 0.3},
    "momentum": {"lr": 0.4, "beta": 0.8},
    "rmsprop": {"lr": 0.02, "beta": 0.85, "eps": 1e-7},
    "adam": {"lr": 0.03, "beta1": 0.85, "beta2": 0.99, "eps": 1e-7},
    "nesterov": {"lr": 0.4, "beta": 0.8},
    "adagrad": {"lr": 0.1, "eps": 1e-7},
    "adadelta": {"lr": 1.5, "beta": 0.85, "eps": 1e-4},
    "adamw": {"lr": 0.03, "beta1": 0.85, "beta2": 0.99, "eps": 1e-7, "decay": 0.4},
    "nadam": {"lr": 0.03, "beta1": 0.85, "beta2": 0.99, "eps": 1e-7},
    "lion": {"lr": 0.01, "beta1": 0.85, "beta2": 0.95, "decay": 0.7},
}
LOSSES = ("mse", "binary_cross_entropy")
DECAY = Regularised((("weight_decay", 0.6),))
BOTH = Regularised((("l2", 0.9), ("weight_decay", 0.3)), {1: (("weight_decay", 0.8),)})
CLIPS = ("norm(0.2)", "norm(1000)", "value(0.05)")


@dataclass(frozen=True, slots=True, eq=False)
class UpdateCase(Case):
    """A case with a bound on the gradient."""

    clip: str = ""

    @property
    def settings(self) -> dict[str, float]:
        return OPTIMIZERS[self.optimizer]

    def text(self) -> str:
        text = Case.text(self)
        bound = f"\n clip {self.clip}" if self.clip else ""
        return text.replace(f"batch {BATCH}", f"batch {BATCH}{bound}")


def _cases() -> Iterator[UpdateCase]:
    for optimizer in OPTIMIZERS:
        for loss in LOSSES:
            yield UpdateCase(f"{optimizer}-{loss}", HIDDEN, loss, Regularised(), optimizer)
        yield UpdateCase(f"{optimizer}-decay", HIDDEN, "mse", DECAY, optimizer)
        yield UpdateCase(f"{optimizer}-norm", HIDDEN, "mse", Regularised(), optimizer, "norm(0.2)")
    for clip in CLIPS:
        for name, regularised in (("plain", Regularised()), ("both", BOTH)):
            yield UpdateCase(f"{name}-{clip}", HIDDEN, "mse", regularised, "momentum", clip)
    yield UpdateCase("adamw-both", HIDDEN, "mse", BOTH, "adamw")


UPDATE_CASES = tuple(_cases())
