"""Networks with normalisation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from experiment import DEFAULTS, STEPS, Arrays, Batch, Experiment
from references import References

REFERENCES = References(
    "norms",
    {
        "gradients": "gradient",
        "digests": "parameters",
        "running": "running",
        "outputs": "output",
    },
    single=3e-5,
)
EXAMPLES, BATCH, CLASSES = 150, 64, 3
"""Two whole batches and one of 22 per epoch, three epochs and one batch."""
LR = 0.03


@dataclass(frozen=True, slots=True)
class Part:
    """One statement of the network. `average`, `eps`: of a normalisation, its defaults unless
    given; `bias`: of a `dense`, None where the language decides.
    """

    word: str
    units: int = 0
    bias: bool | None = None
    average: float | None = None
    eps: float | None = None

    def text(self) -> str:
        given = [str(self.units)] if self.units else []
        for name, value in (("average", self.average), ("eps", self.eps)):
            given += [f"{name} = {value!r}"] if value is not None else []
        if self.bias is not None:
            given.append(f"bias = {str(self.bias).lower()}")
        return f"{self.word} {', '.join(given)}".rstrip()


@dataclass(frozen=True, slots=True, eq=False)
class Case(Experiment):
    """A network: the parts, then a softmax over the classes."""

    examples: ClassVar = EXAMPLES
    batch: ClassVar = BATCH
    name: str
    proves: tuple[str, ...]
    sizes: tuple[int, ...]
    parts: tuple[Part, ...]
    optimizer: str = "adam"

    @property
    def settings(self) -> dict[str, float]:
        return {"lr": LR, **DEFAULTS[self.optimizer]}

    def text(self) -> str:
        return "\n".join(
            [
                f"data {{ source circles(n = {EXAMPLES}) }}",
                "network {",
                f"input {', '.join(map(str, self.sizes))}",
                *(part.text() for part in self.parts),
                f"dense {CLASSES}, softmax",
                "}",
                "init xavier",
                "loss cross_entropy",
                "regularize l2(0.7)",
                f"optimizer {self.optimizer}(lr = {LR})",
                f"train {{ run {STEPS} steps\n batch {BATCH} }}",
                "",
            ]
        )

    def data(self, dtype: str) -> Batch:
        """Inputs, far from 0 and of different widths, and labels."""
        random = np.random.RandomState(41)
        count = math.prod(self.sizes)
        X: Any = random.standard_normal((EXAMPLES, count)) * (1 + np.arange(count) % 3) + 2
        return X.astype(dtype), random.randint(0, CLASSES, EXAMPLES).astype(np.int32)

    def biased(self, index: int) -> bool:
        """Whether a `dense` has b: not directly before `batchnorm`, unless it is asked for."""
        part = self.parts[index]
        if part.bias is not None:
            return part.bias
        behind = self.parts[index + 1].word if index + 1 < len(self.parts) else ""
        return behind != "batchnorm"

    def shapes(self) -> list[tuple[str, Part, tuple[int, ...]]]:
        """Name, part and sizes that arrive, for every part."""
        found, counts, sizes = [], dict[str, int](), self.sizes
        for part in self.parts:
            counts[part.word] = counts.get(part.word, 0) + 1
            found.append((f"{part.word}{counts[part.word]}", part, sizes))
            if part.word == "dense":
                sizes = (part.units,)
            elif part.word == "conv":  # of 3 x 3, without padding
                sizes = (sizes[0] - 2, sizes[1] - 2, part.units)
            elif part.word == "flatten":
                sizes = (math.prod(sizes),)
        last = f"dense{counts.get('dense', 0) + 1}"
        return [*found, (last, Part("dense", CLASSES, True), sizes)]

    def start(self) -> Arrays:
        """None of them 0 or 1."""
        random = np.random.RandomState(43)
        made: Arrays = {}
        for i, (name, part, sizes) in enumerate(self.shapes()):
            if part.word == "dense":
                made[f"{name}.W"] = random.standard_normal((part.units, *sizes)) * 0.6
                if part.bias if i == len(self.parts) else self.biased(i):
                    made[f"{name}.b"] = random.standard_normal((part.units, 1)) * 0.3
            elif part.word == "conv":
                made[f"{name}.W"] = random.standard_normal((3, 3, sizes[2], part.units)) * 0.4
                if self.biased(i):
                    made[f"{name}.b"] = random.standard_normal((1, 1, part.units, 1)) * 0.3
            elif part.word in ("batchnorm", "layernorm"):
                whole = part.word == "layernorm" and len(sizes) == 3
                shape = (*sizes, 1) if whole else (sizes[-1], 1)
                made[f"{name}.gamma"] = 1 + random.standard_normal(shape) * 0.2
                made[f"{name}.beta"] = random.standard_normal(shape) * 0.3
        return made


def _cases() -> Iterator[Case]:
    batch, layer = Part("batchnorm"), Part("layernorm")
    relu, tanh, flat = Part("relu"), Part("tanh"), Part("flatten")
    seven, five = Part("dense", 7), Part("dense", 5)
    other = Part("batchnorm", average=0.6, eps=1e-3)
    proves = ("layers.batchnorm",)
    yield Case("batch", proves, (6,), (seven, batch, relu, five, batch, tanh))
    yield Case("batch-momentum", proves, (6,), (seven, batch, relu), "momentum")
    yield Case("batch-other", proves, (6,), (seven, other, relu))
    # Not Adam, which would make steps of the rounding that is left of a gradient of 0.
    yield Case("batch-bias", proves, (6,), (Part("dense", 7, bias=True), batch, relu), "momentum")
    yield Case("batch-behind", proves, (6,), (seven, relu, batch))
    yield Case("batch-first", proves, (6,), (batch, seven, tanh))
    yield Case("batch-image", proves, (4, 4, 3), (batch, flat, Part("dense", 6), relu))
    yield Case("batch-sequence", proves, (5, 4), (batch, relu, flat, Part("dense", 6), relu))
    conv, biased = Part("conv", 4), Part("conv", 4, bias=True)
    yield Case("batch-conv", proves, (6, 6, 2), (conv, batch, relu, conv, batch, tanh, flat))
    yield Case("batch-conv-bias", proves, (5, 5, 2), (biased, batch, relu, flat), "momentum")
    proves = ("layers.layernorm",)
    yield Case("layer-conv", proves, (5, 5, 2), (conv, layer, relu, flat))
    yield Case("layer", proves, (6,), (seven, layer, relu, five, layer, tanh))
    wide = Part("layernorm", eps=1e-2)
    yield Case("layer-other", proves, (6,), (seven, wide, relu), "momentum")
    yield Case("layer-first", proves, (6,), (layer, seven, tanh))
    yield Case("layer-image", proves, (4, 4, 3), (layer, flat, Part("dense", 6), relu))
    yield Case("layer-sequence", proves, (5, 4), (layer, relu, flat, Part("dense", 6), relu))
    yield Case("both", proves, (6,), (batch, seven, layer, tanh, five, batch))


CASES = tuple(_cases())
