"""An activation as a statement of its own: `relu` on a line of `network`."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Activation, Layer, Place


class ActivationLayer(Layer):
    """Any activation as a layer; made by the binder, not a word."""

    activation: Activation = arg("word", category="activations", doc="the function")

    def build(self, at: Place, x: Sym) -> Sym:
        return self.activation.apply(x).named("A")

    def formula(self) -> str:
        return f"A = {self.activation.word}(Z)"
