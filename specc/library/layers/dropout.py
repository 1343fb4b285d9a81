"""`dropout`: switches units off at random while training."""

from __future__ import annotations

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Layer, Mask, Place
from specc.ops import algebra as op


class Dropout(Layer):
    """Keeps each value with probability `keep`, else sets it to 0; inverted, so nothing changes at
    test time.

        D = u < keep,  u uniform in [0, 1)
        Ad = A * D / keep

    Shapes      unchanged
    Units       `keep` is the share that stays: PyTorch's and Keras's rate is 1 - keep
    Source      Srivastava et al. 2014, JMLR 15, with the scaling moved to training ("inverted
                dropout")
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input    2
            dense    8, relu
            dropout  keep = 0.9
            dense    1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    keep: float = arg("float", above=0, at_most=1, doc="share of values that stay")
    mask: Mask | None = arg(
        "word",
        None,
        category="masks",
        keyword=True,
        doc="which values stay; drawn anew at every step unless given",
    )

    def build(self, at: Place, x: Sym) -> Sym:
        if not at.random or self.keep == 1:
            return x
        keep = at.b.setting("keep", self.keep)
        if self.mask is None:
            kept = op.uniform(at.step, x.shape, at.purpose()) < keep
        else:
            kept = self.mask.kept(at, keep, x.shape)
        return (x * kept.named("D") * (1 / keep)).named("Ad")

    def formula(self) -> str:
        return "Ad = X * D / keep, D = uniform < keep"
