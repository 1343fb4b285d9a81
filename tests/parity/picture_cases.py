"""Networks on images: every argument of `conv` and of the pools is there, alone and with others, on
images whose sizes divide by nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np
from experiment import DEFAULTS, STEPS, Arrays, Batch, Experiment, Trace
from numpy.typing import NDArray
from oracle import compiled
from references import flat, signed_sums

Layer = tuple[str, dict[str, Any]]

EXAMPLES, BATCH, CLASSES = 40, 16, 3
"""Two whole batches and one of 8 per epoch."""
RATE = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Case(Experiment):
    """One network: what stands between `input` and the last dense layer."""

    examples: ClassVar = EXAMPLES
    batch: ClassVar = BATCH
    optimizer: ClassVar = "adam"
    name: str
    layers: tuple[Layer, ...]
    image: tuple[int, int, int] = (9, 7, 2)
    flat: bool = True

    @property
    def settings(self) -> dict[str, float]:
        return {"lr": RATE, **DEFAULTS[self.optimizer]}

    def text(self) -> str:
        body = [f"    input {', '.join(map(str, self.image))}"]
        body += [f"    {_statement(word, given)}" for word, given in self.layers]
        body += ["    flatten"] * self.flat
        return "\n".join(
            [
                f"data {{ source circles(n = {EXAMPLES}) }}",
                "network {",
                *body,
                f"    dense {CLASSES}, softmax",
                "}",
                "loss cross_entropy",
                f"optimizer {self.optimizer}(lr = {RATE!r})",
                f"train {{\n    run {STEPS} steps\n    batch {BATCH}\n}}",
                "",
            ]
        )

    def data(self, dtype: str) -> Batch:
        random = np.random.RandomState(5)
        X = random.standard_normal((EXAMPLES, prod(self.image))).astype(dtype)
        return X, random.randint(0, CLASSES, EXAMPLES).astype(np.int32)

    def start(self) -> Arrays:
        """The shapes are those that the compiler finds."""
        random = np.random.RandomState(11)
        return {
            p.name: random.standard_normal(p.shape) * (0.3 if p.name.endswith("W") else 0.2)
            for p in compiled(self.text()).model.parameters
        }


def _statement(word: str, given: dict[str, Any]) -> str:
    items = []
    for name, value in given.items():
        said = f"({', '.join(map(str, value))})" if isinstance(value, tuple) else str(value)
        said = said.lower() if isinstance(value, bool) else said
        items.append(
            said if name in ("units", "activation", "size", "times") else f"{name} = {said}"
        )
    return f"{word} {', '.join(items)}".rstrip()


def conv(units: int = 4, activation: str = "relu", **given: Any) -> Layer:
    return "conv", {"units": units, "activation": activation, **given}


def _cases() -> Iterator[Case]:
    for kernel in (1, 2, 3, 5, (3, 1), (2, 5)):
        for pad in ("valid", "same", 2):
            yield Case(f"kernel-{kernel}-{pad}", (conv(kernel=kernel, pad=pad),))
    for stride in (2, 3, (2, 1)):
        for pad in ("valid", "same", 1):
            both = conv(kernel=3, stride=stride, pad=pad), conv(3, "tanh", kernel=2, pad=pad)
            yield Case(f"stride-{stride}-{pad}", both)
    for dilation in (2, (1, 3), (3, 2)):
        for stride in (1, 2):
            given = {"kernel": 3, "dilation": dilation, "stride": stride, "pad": "same"}
            yield Case(f"dilation-{dilation}-{stride}", (conv(**given), conv(**given)))
    for groups, units in ((2, 4), (4, 4), (4, 8)):
        for stride in (1, 2):
            second = conv(units, kernel=3, groups=groups, stride=stride, pad="same")
            yield Case(
                f"groups-{groups}-{units}-{stride}", (conv(kernel=2), second, conv(kernel=1))
            )
    yield Case("no-bias", (conv(kernel=3, bias=False), conv(kernel=2, pad=3)))
    for word in ("maxpool", "avgpool"):
        for size, given in (
            (2, {}),
            (3, {}),
            ((2, 3), {}),
            (3, {"stride": 1}),
            (3, {"stride": 2, "pad": 1}),
            (2, {"stride": 3}),
            (2, {"pad": "same"}),
            (3, {"stride": 2, "pad": "same"}),
        ):
            said = "-".join(map(str, (word, size, *given.values())))
            pool: Layer = (word, {"size": size, **given})
            yield Case(said, (conv(kernel=2), pool, conv(5, "sigmoid", kernel=2, pad="same")))
        last: Layer = (word, {"size": "global"})
        yield Case(f"{word}-global", (conv(6, "tanh", kernel=3), last), flat=False)
    pool = ("maxpool", {"size": 2})
    # Bias and rectifier change places with the maximum where nothing else reads them.
    yield Case("pool-behind-relu", (conv(kernel=3), ("relu", {}), pool, conv(kernel=1), pool))
    yield Case("pool-behind-linear", (conv(activation="linear", kernel=2), pool))
    yield Case("pool-behind-tanh", (conv(activation="tanh", kernel=2), pool))
    yield Case("upsample", (conv(kernel=3), ("upsample", {"times": 2}), conv(kernel=3, stride=2)))
    yield Case("upsample-2-3", (("upsample", {"times": (2, 3)}), conv(kernel=3), pool))
    yield Case(
        "reshape", (conv(kernel=3), ("flatten", {}), ("reshape", {"size": (7, 4, 5)}), conv())
    )
    for activation in "leaky_relu elu selu gelu silu softplus relu2 sigmoid tanh linear".split():
        yield Case(f"conv-{activation}", (conv(activation=activation), pool))
    yield Case("lenet", (conv(6, kernel=5, pad="same"), pool, conv(5, kernel=3)), (12, 10, 1))


CASES = tuple(_cases())


def digest(trace: Trace) -> NDArray[np.float64]:
    """Costs, and sums with random signs over output, gradient and parameters."""
    parts = (trace.output, trace.gradient, trace.parameters)
    return np.concatenate([trace.costs, *(signed_sums(flat(part), 3) for part in parts)])
