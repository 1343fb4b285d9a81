"""Losses with their arguments, and regularisers beyond penalties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from parity_cases import HIDDEN, Case, Regularised
from references import References

REFERENCES = References("losses", {"digests": "parameters"})
LOSSES = {
    "huber": 2,
    "huber(delta = 0.3)": 1,
    "mae": 2,
    "cross_entropy(class_weights = (1, 2, 0.5))": 3,
    "cross_entropy(label_smoothing = 0.1)": 3,
    "cross_entropy(class_weights = (1, 2, 0.5), label_smoothing = 0.2)": 3,
    "binary_cross_entropy(class_weights = (1, 3))": 1,
    "binary_cross_entropy(label_smoothing = 0.1)": 1,
    "binary_cross_entropy(class_weights = (0.5, 2), label_smoothing = 0.2)": 1,
}
"""With the number of outputs."""
REGULARISERS = ("elastic(l1 = 0.4, l2 = 0.9)", "max_norm(0.9)", "max_norm(0.9), l2(0.7)")


@dataclass(frozen=True, slots=True, eq=False)
class WordCase(Case):
    """A case whose loss and regulariser stand there as a spec has them."""

    whole: str = ""
    own: str = ""

    @property
    def outputs(self) -> int:
        return {**LOSSES, "mse": 2}[self.loss]

    def regularizer(self, layer: int | None) -> str:
        return self.whole if layer is None else self.own if layer == 0 else ""

    def holding(self, layer: int) -> str:
        """What holds for a layer: its own words, or those of the network."""
        return self.regularizer(layer) or self.whole


def _cases() -> Iterator[WordCase]:
    for loss in LOSSES:
        yield WordCase(loss, HIDDEN, loss, Regularised(), "momentum")
    for words in REGULARISERS:
        for optimizer in ("sgd", "momentum", "adam"):
            name = f"{optimizer}-{words}"
            yield WordCase(name, HIDDEN, "mse", Regularised(), optimizer, whole=words)
    own = {"whole": "l2(0.7)", "own": "max_norm(0.5)"}
    yield WordCase("own", HIDDEN, "mse", Regularised(), "adam", **own)


CASES = tuple(_cases())
