"""An activation as a statement of its own: `relu` on a line of `network`."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.library.define import arg
from specc.library.words import Layer, Place


class ActivationLayer(Layer):
    """Any activation as a layer; made by the binder, not a word."""

    takes: ClassVar[str] = "features"
    activation: Activation = arg("word", category="activations", doc="the function")

    @property
    def axes(self) -> int | None:  # type: ignore[override]
        return self.activation.axes

    def build(self, at: Place, x: Sym) -> Sym:
        return self.activation.apply(x).named("A")

    def formula(self) -> str:
        return f"A = {self.activation.word}(X)"
