"""`avgpool`: the mean of each window."""

from __future__ import annotations

from typing import ClassVar, cast

from specc.ir.builder import Sym
from specc.library.pool import Pool, features
from specc.ops import algebra as op
from specc.ops.convolution import Pads, Pair
from specc.shapes import size as count


class Avgpool(Pool):
    """The mean of each window, each channel alone.

        P[h, w, c] = mean_ij A[h s + i - p, w s + j - p, c]

    Where a window reaches over the edge, the mean is of what is inside (as in TensorFlow; in
    PyTorch with `count_include_pad = False`).

    Shapes      A (height, width, channels, m) -> P (height', width', channels, m) with
                height' = (height + 2 p - size) // s + 1: a rest of the image that fills no window
                is left out, unless `pad = same`. `global`: P (channels, m)
    Errors      E0302 if one example has not three axes; E0306 if the window is larger than the
                image, or lies outside of it as a whole at the edge
    Source      Ng, "Convolutional Neural Networks", week 1; `global`: Lin et al. 2013,
                arXiv:1312.4400
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input    2, 1, 1
            conv     8, relu, kernel = 1
            avgpool  global
            dense    1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    affine: ClassVar[bool] = True
    one: ClassVar[str] = "mean"

    def windows(self, x: Sym, size: Pair, stride: Pair, pads: Pads) -> Sym:
        total = op.sumpool(x, size, stride, pads)
        if pads == ((0, 0), (0, 0)):
            return total * (1 / (size[0] * size[1]))
        ones = x.builder.apply("filled", shape=(*x.shape[:2], 1, 1), value=1.0)
        return total / op.sumpool(ones, size, stride, pads)

    def over(self, x: Sym) -> Sym:
        return features(op.sum_image(x)) * (1 / cast(int, count(x.shape[:2])))
