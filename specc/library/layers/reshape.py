"""`reshape`: the same values in other axes."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.words import Layer, Place
from specc.ops import algebra as op
from specc.shapes import M, size


class Reshape(Layer):
    """The values of an example in other axes, the last axis fastest.

        R (4, 4, 3, m) = A (48, m)

    Three sizes make an image (height, width, channels), two make steps and features, one makes
    features.

    Shapes      any number of axes per example to those given, in C order
    Errors      E0306 if the sizes do not multiply to the number of values that arrive
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input    2
            dense    12, relu
            reshape  2, 2, 3
            conv     4, relu, kernel = 2
            flatten
            dense    1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    affine: ClassVar[bool] = True

    sizes: tuple[int, ...] = arg(
        "dim", many=True, at_least=1, doc="sizes of one example; three for images"
    )

    def build(self, at: Place, x: Sym) -> Sym:
        arrive, wanted = size(x.shape[:-1]), prod(self.sizes)
        before, after = (" * ".join(map(str, s)) for s in (x.shape[:-1], self.sizes))
        at.require(
            arrive == wanted,
            "sizes",
            f"`reshape` makes {wanted} values of each example, but {arrive} arrive",
            f"makes {wanted} values",
            note=f"{before} = {arrive}, {after} = {wanted}"
            if len(x.shape) > 2
            else f"{after} = {wanted}",
            arrives=True,
        )
        at.require(
            len(self.sizes) <= 3,
            "sizes",
            f"an example has three axes at most, and {len(self.sizes)} sizes are given",
            f"{len(self.sizes)} axes",
        )
        return op.reshape(x, (*self.sizes, M)).named("R")

    def formula(self) -> str:
        return f"R = X as ({', '.join(map(str, self.sizes))}, m)"
