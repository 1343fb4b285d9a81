"""`gelu`: the Gaussian-error linear unit."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.ops import algebra as op

SCALE = 0.7978845608028654  # sqrt(2 / pi)


class Gelu(Activation):
    """The Gaussian-error linear unit.

        g(z) = z/2 (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3)))

    Shapes      unchanged
    Source      Hendrycks, Gimpel 2016, arXiv:1606.08415, section 2; the published tanh form,
                PyTorch's approximate="tanh"
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, gelu
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    def apply(self, x: Sym) -> Sym:
        return (
            x
            * (
                op.tanh((x + op.square(x) * x * 0.044715) * x.builder.setting("gelu_scale", SCALE))
                + 1
            )
            * 0.5
        )
