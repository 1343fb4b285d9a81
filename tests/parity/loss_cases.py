"""Losses with their arguments, and regularisers beyond penalties: what PyTorch and the generated
programs both run. Imports neither; see `parity_cases`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from parity_cases import ENDS, EXAMPLES, FEATURES, STEPS, Case, Regularised

HIDDEN = ((5, "tanh"), (4, "sigmoid"))
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

    @property
    def layers(self) -> tuple[tuple[int, str], ...]:
        return (*self.hidden, (self.outputs, ENDS.get(self.word, "linear")))

    def regularizer(self, layer: int) -> str:
        """What holds for a layer: its own words, or those of the network."""
        return self.own if layer == 0 and self.own else self.whole

    def text(self) -> str:
        network = [f"input {FEATURES}"]
        for i, (units, activation) in enumerate(self.layers):
            own = f", regularize = {self.own}" if i == 0 and self.own else ""
            network.append(f"dense {units}, {activation}{own}")
        optimizer = ", ".join(f"{k} = {v!r}" for k, v in self.settings.items())
        return "\n".join(
            [
                f"data {{ source circles(n = {EXAMPLES}) }}",
                "network {",
                *network,
                "}",
                f"loss {self.loss}",
                *([f"regularize {self.whole}"] if self.whole else []),
                f"optimizer {self.optimizer}({optimizer})",
                f"train {{ run {STEPS} steps\n batch 64 }}",
                "",
            ]
        )


def _cases() -> Iterator[WordCase]:
    for loss in LOSSES:
        yield WordCase(loss, HIDDEN, loss, Regularised(), "momentum")
    for words in REGULARISERS:
        for optimizer in ("sgd", "momentum", "adam"):
            name = f"{optimizer}-{words}"
            yield WordCase(name, HIDDEN, "mse", Regularised(), optimizer, whole=words)
    yield WordCase("own", HIDDEN, "mse", Regularised(), "adam", "l2(0.7)", "max_norm(0.5)")


WORD_CASES = tuple(_cases())
