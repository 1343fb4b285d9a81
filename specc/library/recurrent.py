"""Layers with a state: what `rnn`, `lstm` and `gru` share."""

from __future__ import annotations

from typing import ClassVar, cast

from specc.ir.builder import Sym
from specc.library.define import arg, shared
from specc.library.weights import BIAS, INIT, REGULARIZE
from specc.library.words import Init, Layer, Place, Regularizer
from specc.ops import algebra as op


class Recurrent(Layer):
    """W X[t] + b for all steps at once, and U, which the state before is multiplied by at each.

    The rows of W, U and b are those of the gates, one gate below the other, `gates` of them.
    """

    axes: ClassVar[int | None] = 2
    weighted: ClassVar[bool] = True
    sequential: ClassVar[bool] = True
    takes: ClassVar[str] = "steps of features"
    gates: ClassVar[int] = 1

    units: int = arg("dim", at_least=1, doc="numbers in the state")
    bias: bool = shared(BIAS, doc="add b")
    init: Init | None = shared(INIT, doc="how W starts, and U too, in place of the file's `init`")
    recurrent_init: Init | None = shared(INIT, doc="how U starts, if not as W")
    regularize: Regularizer | None = shared(
        REGULARIZE, doc="penalty of this W and U, in place of the file's `regularize`"
    )

    def sums(self, at: Place, x: Sym) -> tuple[Sym, Sym]:
        """Z[t] = W X[t] + b (steps, gates * units, m), and U (gates * units, units)."""
        n_in = cast(int, x.shape[1])
        rows, penalty = self.gates * self.units, self.regularize
        fans = (n_in, self.units), (self.units, self.units)
        W = at.parameter("W", (rows, n_in), init=self.init, regularize=penalty, fan=fans[0])
        start = self.recurrent_init or self.init
        U = at.parameter("U", (rows, self.units), init=start, regularize=penalty, fan=fans[1])
        z = op.each_step(W, x)
        if self.bias:
            z = z + op.each_column(at.parameter("b", (rows, 1), weight=False), z)
        return z.named("Z"), U

    def arriving(self) -> str:
        """The first part of the formula."""
        return "Z[t] = W X[t]" + (" + b" if self.bias else "")
