"""Dense networks with every optimiser, penalty, loss and activation, and logits that overflow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from experiment import STEPS, Arrays, Batch, Experiment
from numpy.typing import NDArray
from references import References

REFERENCES = References("torch", {"digests": "parameters"})
Penalties = tuple[tuple[str, float], ...]
"""`(("l1", 0.4), ("l2", 0.7))`: added up."""

EXAMPLES, BATCH, FEATURES = 150, 64, 6
"""Two whole batches and one of 22 per epoch, three epochs and one batch."""

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
LOSSES = {"binary_cross_entropy": 1, "cross_entropy": 3, "squared_error": 2, "mse": 2}
"""With the number of outputs."""
HIDDEN = ((5, "tanh"), (4, "sigmoid"))
ENDS = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}


@dataclass(frozen=True, slots=True)
class Regularised:
    """Penalties of the whole network, and of single layers in their place."""

    whole: Penalties = ()
    layers: dict[int, Penalties] = field(default_factory=dict)

    def of(self, layer: int) -> Penalties:
        return self.layers.get(layer, self.whole)


REGULARISERS = {
    "none": Regularised(),
    "l2": Regularised((("l2", 0.7),)),
    "l1": Regularised((("l1", 0.4),)),
    "l1+l2": Regularised((("l1", 0.4), ("l2", 0.9))),
    "per-layer": Regularised((("l2", 0.8),), {0: (("l1", 0.5),), 1: (("l2", 2.0),)}),
}
ACTIVATIONS = (
    "linear relu leaky_relu leaky_relu(alpha=0.2) elu elu(alpha=0.7) selu gelu silu softplus "
    "relu2 sigmoid tanh softmax"
).split()


@dataclass(frozen=True, slots=True, eq=False)
class Case(Experiment):
    """One network and how it is trained."""

    examples: ClassVar = EXAMPLES
    batch: ClassVar = BATCH
    name: str
    hidden: tuple[tuple[int, str], ...]
    loss: str
    regularised: Regularised
    optimizer: str
    clip: str = ""

    @property
    def word(self) -> str:
        """The loss without its arguments."""
        return self.loss.partition("(")[0]

    @property
    def outputs(self) -> int:
        return LOSSES[self.loss]

    @property
    def settings(self) -> dict[str, float]:
        return OPTIMIZERS[self.optimizer]

    @property
    def layers(self) -> tuple[tuple[int, str], ...]:
        """Units and activation of every layer; the output's is linear where the loss needs none."""
        return (*self.hidden, (self.outputs, ENDS.get(self.word, "linear")))

    def regularizer(self, layer: int | None) -> str:
        """The words that stand with a layer, or for None those of the whole network."""
        r = self.regularised
        return _words(r.whole if layer is None else r.layers.get(layer, ()))

    def text(self) -> str:
        network = [f"input {FEATURES}"]
        for i, (units, activation) in enumerate(self.layers):
            own = self.regularizer(i)
            extra = f", regularize = {own}" if own else ""
            network.append(f"dense {units}, {activation}{extra}")
        optimizer = ", ".join(f"{k} = {v!r}" for k, v in self.settings.items())
        whole = self.regularizer(None)
        return "\n".join(
            [
                f"data {{ source circles(n = {EXAMPLES}) }}",
                "network {",
                *network,
                "}",
                f"loss {self.loss}",
                *([f"regularize {whole}"] if whole else []),
                f"optimizer {self.optimizer}({optimizer})",
                f"train {{ run {STEPS} steps\n batch {BATCH}",
                *([f" clip {self.clip}"] if self.clip else []),
                "}",
                "",
            ]
        )

    def data(self, dtype: str) -> Batch:
        random = np.random.RandomState(5)
        X = random.standard_normal((EXAMPLES, FEATURES)).astype(dtype)
        if self.word == "cross_entropy":
            return X, random.randint(0, self.outputs, EXAMPLES).astype(np.int32)
        T: Any = random.standard_normal((EXAMPLES, self.outputs))
        return X, (T > 0 if self.word == "binary_cross_entropy" else T).astype(dtype)

    def start(self) -> Arrays:
        random = np.random.RandomState(11)
        made: Arrays = {}
        n_in = FEATURES
        for i, (units, _) in enumerate(self.layers, 1):
            made[f"dense{i}.W"] = random.standard_normal((units, n_in)) * 0.6
            made[f"dense{i}.b"] = random.standard_normal((units, 1)) * 0.3
            n_in = units
        return made


def _words(penalties: Penalties) -> str:
    return ", ".join(f"{word}({strength!r})" for word, strength in penalties)


def _grid() -> Iterator[Case]:
    for optimizer in ("sgd", "momentum", "rmsprop", "adam"):
        for name, regularised in REGULARISERS.items():
            for loss in LOSSES:
                yield Case(f"{optimizer}-{name}-{loss}", HIDDEN, loss, regularised, optimizer)
    for activation in ACTIVATIONS:
        both = ((5, activation), (4, activation))
        yield Case(activation, both, "binary_cross_entropy", Regularised(), "momentum")
        yield Case(f"{activation}-deep", (*both, (4, activation)), "mse", Regularised(), "adam")


CASES = tuple(_grid())


LOGITS = (1e4, -1e4, 300.0, -300.0, 90.0, -90.0, 30.0, -30.0, 12.0, -12.0, 1.0, -1.0, 0.0)
"""Outputs before the activation that overflow or vanish where the maths is written down naively."""


def stable_batches() -> dict[str, tuple[str, NDArray[np.float64], NDArray[Any]]]:
    """Name -> loss, logits (examples, outputs), targets: every logit with every target."""
    z = np.array(LOGITS)
    yes, no = np.ones((len(z), 1)), np.zeros((len(z), 1))
    made: dict[str, tuple[str, NDArray[np.float64], NDArray[Any]]] = {
        "binary-yes": ("binary_cross_entropy", z[:, None], yes),
        "binary-no": ("binary_cross_entropy", z[:, None], no),
    }
    right = (z > 0).astype(float)[:, None]
    made["binary-right"] = ("binary_cross_entropy", z[:-1, None], right[:-1])
    three = np.array([(a, b, c) for a in z for b in (1e4, 0.0, -30.0) for c in (-1e4, 2.0)])
    for target in range(3):
        labels = np.full(len(three), target, np.int32)
        made[f"classes-{target}"] = ("cross_entropy", three, labels)
    return made
