"""Networks over sequences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from experiment import DEFAULTS, STEPS, Arrays, Batch, Experiment
from references import References

REFERENCES = References(
    "sequences", {"gradients": "gradient", "digests": "parameters"}, single=3e-5
)
EXAMPLES, BATCH = 50, 20
"""Two whole batches and one of 10 per epoch."""
TIMES, FEATURES, VOCABULARY, CLASSES = 7, 5, 6, 3
GATES = {"rnn": 1, "lstm": 4, "gru": 3}


@dataclass(frozen=True, slots=True)
class Part:
    """A layer. `ending`: what an `rnn` bends its sums with."""

    word: str
    units: int
    ending: str = "tanh"
    bias: bool = True

    def text(self) -> str:
        if self.word == "embedding":
            return f"embedding {VOCABULARY}, {self.units}"
        ending = f", {self.ending}" if self.word == "rnn" else ""
        return f"{self.word} {self.units}{ending}{'' if self.bias else ', bias = false'}"


@dataclass(frozen=True, slots=True, eq=False)
class Case(Experiment):
    """A network: the parts, then `last` or `flatten`, then a softmax over the classes."""

    examples: ClassVar = EXAMPLES
    batch: ClassVar = BATCH
    name: str
    proves: tuple[str, ...]
    parts: tuple[Part, ...]
    end: str = "last"
    lr: float = 0.05

    @property
    def tokens(self) -> bool:
        return self.parts[0].word == "embedding"

    @property
    def optimizer(self) -> str:
        """`momentum` and `adam` in turn, by the length of the name."""
        return ("momentum", "adam")[len(self.name) % 2]

    @property
    def settings(self) -> dict[str, float]:
        return {"lr": self.lr, **DEFAULTS[self.optimizer]}

    def text(self) -> str:
        return "\n".join(
            [
                f"data {{ source circles(n = {EXAMPLES}) }}",
                "network {",
                f"input {TIMES}" if self.tokens else f"input {TIMES}, {FEATURES}",
                *(part.text() for part in self.parts),
                self.end,
                f"dense {CLASSES}, softmax",
                "}",
                "init xavier",
                "loss cross_entropy",
                f"optimizer {self.optimizer}(lr = {self.lr})",
                f"train {{ run {STEPS} steps\n batch {BATCH} }}",
                "",
            ]
        )

    def data(self, dtype: str) -> Batch:
        random = np.random.RandomState(21)
        shape = (EXAMPLES, TIMES) if self.tokens else (EXAMPLES, TIMES * FEATURES)
        drawn: Any = random.standard_normal(shape)
        X = (random.randint(0, VOCABULARY, shape) if self.tokens else drawn).astype(dtype)
        return X, random.randint(0, CLASSES, EXAMPLES).astype(np.int32)

    def start(self) -> Arrays:
        random = np.random.RandomState(31)
        made: Arrays = {}
        n, counts = FEATURES, dict.fromkeys(("embedding", *GATES), 0)
        for part in self.parts:
            counts[part.word] += 1
            name = f"{part.word}{counts[part.word]}"
            if part.word == "embedding":
                made[f"{name}.W"] = random.standard_normal((part.units, VOCABULARY))
            else:
                rows = GATES[part.word] * part.units
                made[f"{name}.W"] = random.standard_normal((rows, n)) * 0.6
                made[f"{name}.U"] = random.standard_normal((rows, part.units)) * 0.6
                if part.bias:
                    made[f"{name}.b"] = random.standard_normal((rows, 1)) * 0.4
            n = part.units
        n *= TIMES if self.end == "flatten" else 1
        made["dense1.W"] = random.standard_normal((CLASSES, n)) * 0.6
        made["dense1.b"] = random.standard_normal((CLASSES, 1)) * 0.3
        return made


def _cases() -> Iterator[Case]:
    rnn, relu = Part("rnn", 6), Part("rnn", 6, "relu")
    lstm, gru = Part("lstm", 6), Part("gru", 6)
    last = "layers.last"
    yield Case("rnn", ("layers.rnn", last), (rnn,))
    yield Case("rnn-relu", ("layers.rnn",), (relu,), lr=0.02)
    for part in (rnn, relu, lstm, gru):
        name = f"{part.word}-{part.ending}" if part.word == "rnn" else part.word
        lr = 0.02 if part is relu else 0.05
        word = (f"layers.{part.word}",)
        if part.word != "rnn":
            yield Case(part.word, (*word, last), (part,))
        yield Case(f"{name}-every-state", word, (part,), "flatten", lr)
        yield Case(f"{name}-two", word, (part, Part(part.word, 4, part.ending)), lr=lr)
        yield Case(f"{name}-no-bias", word, (Part(part.word, 5, part.ending, bias=False),), lr=lr)
    yield Case("embedding", ("layers.embedding",), (Part("embedding", 4),), "flatten")
    yield Case("embedding-last", ("layers.embedding", last), (Part("embedding", 4),))
    yield Case("embedding-lstm-gru", ("layers.embedding",), (Part("embedding", 4), lstm, gru))


CASES = tuple(_cases())
