"""`embedding`: a vector of its own for every token."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.ir.op import ShapeError
from specc.library.define import arg, shared
from specc.library.weights import INIT, REGULARIZE
from specc.library.words import Init, Layer, Place, Regularizer
from specc.ops import algebra as op

MOST = 2**24
"""Up to there numbers of 32 bits hold every whole number."""


class Embedding(Layer):
    """Looks up a vector for every token number: word 17 of the vocabulary is column 17 of W.

        A[t] = W[:, X[t]]

    It is a product with a one-hot X[t], without the product. Token numbers are whole and run from 0
    to `vocabulary` - 1; others are refused when the data is loaded, as nothing they could be
    rounded to is meant. They name, they do not measure, so `normalize` leaves them alone.

    Shapes      X (steps, m), the token numbers of `input steps` -> A (steps, units, m)
    Parameters  W (units, vocabulary), drawn by `init` with n_in = 1, as one column at a time counts
    Errors      E0302 if other values than those of `input` arrive; E0311 if all that `normalize` or
                `augment` could change are token numbers; E0516 if the data has other numbers
    Source      Bengio et al. 2003, "A Neural Probabilistic Language Model"; Ng, "Sequence Models",
                week 2
    Example
        ```dl
        data { source npz("names.npz", inputs = letters, target = language) }
        network {
            input      12
            embedding  27, 8
            lstm       16
            last
            dense      3, softmax
        }
        init       xavier
        loss       cross_entropy
        optimizer  adam(lr = 1e-2)
        train { run 1 epoch }
        ```
    """

    axes: ClassVar[int | None] = 1
    weighted: ClassVar[bool] = True
    sequential: ClassVar[bool] = True
    takes: ClassVar[str] = "token numbers"

    vocabulary: int = arg("dim", at_least=1, doc="how many tokens there are, numbered from 0")
    units: int = arg("dim", at_least=1, doc="numbers in the vector of a token")
    init: Init | None = shared(INIT)
    regularize: Regularizer | None = shared(REGULARIZE)

    def build(self, at: Place, x: Sym) -> Sym:
        root = x
        while root.op == "rows":
            root = root.inputs[0]
        if root.op != "input":
            raise ShapeError("it looks up token numbers of the data, and these are computed values")
        at.require(
            self.vocabulary <= MOST,
            "vocabulary",
            f"a vocabulary has at most {MOST:_} tokens, but is {self.vocabulary:_}",
            "too many to tell apart",
            "inputs are numbers of 32 bits, which hold no larger ones without gaps",
        )
        shape = (self.units, self.vocabulary)
        fan = (1, self.units)
        W = at.parameter("W", shape, init=self.init, regularize=self.regularize, fan=fan)
        return op.embed(W, x).named("A")

    def formula(self) -> str:
        return "A[t] = W[:, X[t]]"
