"""`selu`: the self-normalising exponential linear unit."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.ops import algebra as op

ALPHA = 1.6732632423543772
SCALE = 1.0507009873554805


class Selu(Activation):
    """The self-normalising exponential linear unit.

        g(z) = 1.0507 z for z > 0, 1.0507 * 1.6733 (e^z - 1) otherwise

    Shapes      unchanged
    Source      Klambauer et al. 2017, arXiv:1706.02515, equation 14
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input  2
            dense  8, selu
            dense  1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    def apply(self, x: Sym) -> Sym:
        return (
            op.relu(x) + (op.exp(op.negative_part(x)) - 1) * x.builder.setting("selu_alpha", ALPHA)
        ) * x.builder.setting("selu_scale", SCALE)
