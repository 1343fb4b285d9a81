"""The `input` statements: one takes all of X, several of them one after the other their rows."""

from __future__ import annotations

from typing import Any, cast

from specc.ir.builder import Builder, Sym
from specc.lang.bound import Body, LayerUse, NetworkStep, Residual
from specc.ops import algebra as op
from specc.shapes import Dim, M, plus, size


class Inputs:
    """All `input` statements of a network, in order."""

    def __init__(self, steps: tuple[NetworkStep, ...]) -> None:
        self.uses = _written(steps)
        self._features: Dim = 0
        self._starts: dict[int, Dim] = {}
        for use in self.uses:
            self._starts[id(use)] = self._features
            self._features = plus(self._features, size(_sizes(use)))

    def read(self, b: Builder, use: LayerUse, number: int) -> tuple[str, Sym]:
        """The label of the input that has this number, and what it gives."""
        sizes = _sizes(use)
        x = b.input("X", (self._features, M))
        several = len(self.uses) > 1
        label, name = (f"input{number}", f"X{number}") if several else ("input", "A0")
        with b.layer(label):
            if several:
                start = cast(int, self._starts[id(use)])
                x = b.apply("rows", x, start=start, stop=start + cast(int, size(sizes)))
            if len(sizes) > 1:
                x = op.reshape(x, (*sizes, M))
        b.rename(x.id, name)
        return label, x


def _written(steps: tuple[NetworkStep, ...]) -> list[LayerUse]:
    found: list[LayerUse] = []
    for step in steps:
        if isinstance(step, LayerUse) and step.layer.word == "input":
            found.append(step)
        elif isinstance(step, Body | Residual):
            found += _written(step.body)
    return found


def _sizes(use: LayerUse) -> tuple[Dim, ...]:
    return cast("tuple[Dim, ...]", cast(Any, use.layer).sizes)
