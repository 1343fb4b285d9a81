"""`gru`: gated recurrent units."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.recurrent import Recurrent
from specc.library.words import Place
from specc.ops import algebra as op


class Gru(Recurrent):
    """A state that gates update: less than `lstm` has, and often as good.

        Z[t] = W X[t] + b
        r, z = sigmoid(Z[t] + U A[t-1]),  g = tanh(Z[t] + r * (U A[t-1]))
        A[t] = (1 - z) * g + z * A[t-1]

    Each of the three has rows of its own in W, U, b and Z, in the order r (reset), z (update), g
    (candidate). The reset gate comes after the product with U, as in cuDNN, PyTorch and Keras; in
    version 3 of the paper, and in the course, it comes before. The course's update gate is 1 - z. A
    starts at 0.

    Shapes      X (steps, n_in, m) -> A (steps, units, m), the states of all steps; `last` takes the
                last of them
    Parameters  W (3 units, n_in), U (3 units, units), drawn by `init` with the fans of one gate;
                b (3 units, 1), starts at 0 and is never regularised. PyTorch has a second b inside
                of r * (...), which is 0 here
    Errors      E0302 if one example is not steps of features
    Source      Cho et al. 2014, arXiv:1406.1078, version 1, with biases
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2, 1
            gru    8
            last
            dense  1, sigmoid
        }
        init       xavier
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    gates: ClassVar[int] = 3

    def build(self, at: Place, x: Sym) -> Sym:
        return op.gru(*self.sums(at, x)).named("A")

    def formula(self) -> str:
        gates = "r z = sigmoid(Z[t] + U A[t-1]), g = tanh(Z[t] + r (U A[t-1]))"
        return f"{self.arriving()}, {gates}, A[t] = (1 - z) g + z A[t-1]"
