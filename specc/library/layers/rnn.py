"""`rnn`: a layer whose state at each step depends on the state before."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.recurrent import Recurrent
from specc.library.words import Place
from specc.ops import algebra as op


class Rnn(Recurrent):
    """A state that is carried from step to step, with the same weights at every step.

        Z[t] = W X[t] + b
        A[t] = g(Z[t] + U A[t-1]),  the state before the first step is 0

    The gradient goes back through all steps, each time through U: over many of them it vanishes or
    explodes, which is what `lstm` and `gru` are for.

    Shapes      X (steps, n_in, m) -> A (steps, units, m), the states of all steps; `last` takes the
                last of them
    Parameters  W (units, n_in), U (units, units), drawn by `init`; b (units, 1), starts at 0 and is
                never regularised. PyTorch has two such b, which are added up
    Errors      E0302 if one example is not steps of features
    Source      Elman 1990, "Finding Structure in Time"; Ng, "Sequence Models", week 1
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2, 1
            rnn    8
            last
            dense  1, sigmoid
        }
        init       xavier
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    activation: str = arg("name", "tanh", one_of=("tanh", "relu"), doc="function of the sums")

    def build(self, at: Place, x: Sym) -> Sym:
        z, U = self.sums(at, x)
        return op.rnn(z, U, self.activation).named("A")

    def ending(self) -> str:
        return self.activation

    def formula(self) -> str:
        return f"{self.arriving()}, A[t] = {self.activation}(Z[t] + U A[t-1])"
