"""Starting weights whose variance follows from the size of the layer, as `he` draws them."""

from __future__ import annotations

from specc.ir.builder import Builder, Sym
from specc.library.define import arg
from specc.library.words import Init
from specc.ops import algebra as op
from specc.shapes import Shape


class VarianceInit(Init):
    """W = scale * sqrt(a / n) * N(0, 1), with a and n from `variance`.

    With `uniform` the draws are as wide: U(-1, 1) has a variance of 1/3, so the factor grows to
    sqrt(3 a / n).
    """

    scale: float = arg("float", 1.0, above=0, keyword=True, doc="factor on every draw")
    uniform: bool = arg(
        "bool", False, keyword=True, doc="even draws of the same variance, none far out"
    )

    def variance(self, n_in: int, n_out: int) -> tuple[float, int]:
        """The variance of a weight as a fraction: a and n of a / n."""
        raise NotImplementedError

    def draw(self, b: Builder, shape: Shape, n_in: int, n_out: int, purpose: int) -> Sym:
        over, under = self.variance(n_in, n_out)
        if self.uniform:
            draws = b.apply("symmetric", shape=shape, purpose=purpose)
            over *= 3
        else:
            draws = b.apply("normal", shape=shape, purpose=purpose)
        scaled = draws * op.sqrt(b.lift(over) / under)
        return scaled if self.scale == 1 else scaled * self.scale
