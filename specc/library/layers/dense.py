"""`dense`: every output is a weighted sum of all inputs."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.library.define import arg, shared
from specc.library.weights import ACTIVATION, BIAS, INIT, REGULARIZE
from specc.library.words import Init, Layer, Place, Regularizer


class Dense(Layer):
    """Every unit is a weighted sum of all inputs, then an activation.

        Z = W A + b
        A = g(Z)

    Shapes      A (n_in, m) -> Z, A (n_out, m)
    Parameters  W (n_out, n_in), drawn by `init`; b (n_out, 1), starts at 0 and is never regularised
    Errors      E0302 if one example has several axes; E0306 if `units` is not a whole positive
                number
    Source      Ng, "Neural Networks and Deep Learning", week 3
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, relu
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    axes: ClassVar[int | None] = 1
    weighted: ClassVar[bool] = True
    takes: ClassVar[str] = "features"
    biased: ClassVar[bool] = True

    units: int = arg("dim", at_least=1, doc="number of output features")
    activation: Activation | None = shared(ACTIVATION)
    bias: bool = shared(BIAS)
    init: Init | None = shared(INIT)
    regularize: Regularizer | None = shared(REGULARIZE)

    def build(self, at: Place, x: Sym) -> Sym:
        n_in, _ = x.shape
        W = at.parameter("W", (self.units, n_in), init=self.init, regularize=self.regularize)
        z = W @ x
        if self.bias:
            z = z + at.parameter("b", (self.units, 1), weight=False)
        z.named("Z")
        return z if self.activation is None else self.activation.apply(z).named("A")

    def formula(self) -> str:
        z = "Z = W A" + (" + b" if self.bias else "")
        return z if self.activation is None else f"{z}, A = {self.activation.word}(Z)"
