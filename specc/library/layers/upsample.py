"""`upsample`: every pixel several times."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.window import pair
from specc.library.words import Layer, Place
from specc.ops import algebra as op
from specc.shapes import Shape


class Upsample(Layer):
    """Every pixel becomes a square of equal pixels: the nearest neighbour.

        R[h, w, c] = A[h // n, w // n, c]

    Shapes      A (height, width, channels, m) -> R (n height, n width, channels, m)
    Errors      E0302 if one example has not three axes
    Source      Odena et al. 2016, "Deconvolution and Checkerboard Artifacts", Distill
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input     2, 1, 1
            upsample  2
            conv      4, relu, kernel = 2
            flatten
            dense     1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    affine: ClassVar[bool] = True
    axes: ClassVar[int | None] = 3
    takes: ClassVar[str] = "images"

    times: tuple[int, ...] = arg(
        "dim", (2,), many=True, at_least=1, doc="pixels for each pixel, or (down, across)"
    )

    def build(self, at: Place, x: Sym) -> Sym:
        return op.upsample(x, pair(at, "times", self.times)).named("R")

    def formula(self) -> str:
        return f"R = each value of X {self.times[0]} x {self.times[-1]} times"

    def reason(self, x: Shape) -> str:
        pairs = zip(x[:2], (self.times[0], self.times[-1]), strict=True)
        return " and ".join(dict.fromkeys(f"{n} * {k} = {n * k}" for n, k in pairs if k > 1))  # type: ignore[operator]
