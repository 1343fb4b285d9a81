"""`flatten`: all values of an example one below the other."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Sym
from specc.library.words import Layer, Place
from specc.ops import algebra as op
from specc.shapes import size


class Flatten(Layer):
    """All values of an example as features, the last axis fastest.

        F (height * width * channels, m) = A (height, width, channels, m)

    Shapes      any number of axes per example to one, in C order: the channels of a place stay
                together (PyTorch's flatten of (channels, height, width) has another order)
    Source      Ng, "Convolutional Neural Networks", week 1
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input    2, 1
            flatten
            dense    8, relu
            dense    1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    affine: ClassVar[bool] = True

    def build(self, at: Place, x: Sym) -> Sym:
        return op.reshape(x, (size(x.shape[:-1]), x.shape[-1])).named("F")

    def formula(self) -> str:
        return "F = X as one column per example"
