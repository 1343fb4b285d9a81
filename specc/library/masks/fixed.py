"""One mask for the whole run."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Mask, Place
from specc.ops import algebra as op
from specc.shapes import Shape


class Fixed(Mask):
    """The same mask at every step, as in an exercise that seeds its generator anew before each.

        u = RandomState(seed).rand(n, m),   D = u < keep

    u is NumPy's frozen legacy stream in 64 bits. Layers with the same seed share one stream and
    draw from it in the order of the network, so `fixed(1)` on two layers of 20 and 3 units takes
    `rand(20, m)`, then `rand(3, m)`. The mask belongs to places of the batch, not to examples: it
    says something about examples only with `batch full`, where their order stays.

    Dropout with such a mask trains one thinned network instead of many. It is here because a
    published exercise does so, whose costs come out to their printed digits with it.

    Shapes      as the layer
    Source      Ng, "Improving Deep Neural Networks", week 1, regularization
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input    2
            dense    8, relu
            dropout  keep = 0.86, mask = fixed(1)
            dense    1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train {
            run    1 epoch
            batch  full
        }
        ```
    """

    seed: int = arg("int", at_least=0, at_most=2**32 - 1, doc="seed of NumPy's legacy generator")

    def kept(self, at: Place, keep: Sym, shape: Shape) -> Sym:
        return op.kept(keep, shape, self.seed, at.drawn(self.seed, shape))
