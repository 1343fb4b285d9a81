"""`maxpool`: the largest value of each window."""

from __future__ import annotations

from typing import ClassVar, cast

from specc.ir.builder import Sym
from specc.library.pool import Pool, features
from specc.ops import algebra as op
from specc.ops.convolution import Pads, Pair


class Maxpool(Pool):
    """The largest value of each window, each channel alone.

        P[h, w, c] = max_ij A[h s + i - p, w s + j - p, c]

    Of equal values the first one, row by row, takes the whole gradient (as in PyTorch).

    Shapes      A (height, width, channels, m) -> P (height', width', channels, m) with
                height' = (height + 2 p - size) // s + 1: a rest of the image that fills no window
                is left out, unless `pad = same`. `global`: P (channels, m)
    Errors      E0302 if one example has not three axes; E0306 if the window is larger than the
                image, or lies outside of it as a whole at the edge
    Source      Ng, "Convolutional Neural Networks", week 1
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input    2, 1, 1
            conv     8, relu, kernel = 1
            maxpool  (2, 1)
            flatten
            dense    1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    one: ClassVar[str] = "largest"

    def windows(self, x: Sym, size: Pair, stride: Pair, pads: Pads) -> Sym:
        return op.maxpool(x, size, stride, pads)

    def over(self, x: Sym) -> Sym:
        whole = cast("Pair", x.shape[:2])
        return features(op.maxpool(x, whole, whole, ((0, 0), (0, 0))))
