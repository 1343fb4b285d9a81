"""`lstm`: long short-term memory."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.recurrent import Recurrent
from specc.library.words import Place
from specc.ops import algebra as op


class Lstm(Recurrent):
    """A state beside a memory cell; gates decide what is stored, kept and shown.

        Z[t] = W X[t] + b
        i, f, o = sigmoid(Z[t] + U A[t-1]),  g = tanh(Z[t] + U A[t-1])
        C[t] = f * C[t-1] + i * g
        A[t] = o * tanh(C[t])

    Each of the four has rows of its own in W, U, b and Z, in the order i (input, the course's
    update gate), f (forget), o (output), g (candidate). A and C start at 0. There are no peepholes.

    Shapes      X (steps, n_in, m) -> A (steps, units, m), the states of all steps; `last` takes the
                last of them
    Parameters  W (4 units, n_in), U (4 units, units), drawn by `init` with the fans of one gate;
                b (4 units, 1), starts at 0, that of the forget gate too, and is never regularised.
                PyTorch has the order i, f, g, o and two such b, which are added up
    Errors      E0302 if one example is not steps of features
    Source      Hochreiter, Schmidhuber 1997; the forget gate: Gers et al. 2000; Ng, "Sequence
                Models", week 1
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2, 1
            lstm   8
            last
            dense  1, sigmoid
        }
        init       xavier
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    gates: ClassVar[int] = 4

    def build(self, at: Place, x: Sym) -> Sym:
        return op.lstm(*self.sums(at, x)).named("A")

    def formula(self) -> str:
        gates = "i f o g = bent Z[t] + U A[t-1]"
        return f"{self.arriving()}, {gates}, C[t] = f C[t-1] + i g, A[t] = o tanh(C[t])"
