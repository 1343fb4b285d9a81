"""`conv`: every output is a weighted sum of a window of the image."""

from __future__ import annotations

from typing import ClassVar, cast

from specc.ir.builder import Sym
from specc.library.activation import Activation
from specc.library.define import arg, shared
from specc.library.weights import ACTIVATION, BIAS, INIT, REGULARIZE
from specc.library.window import Pad, arithmetic, around, fit, pair
from specc.library.words import Init, Layer, Place, Regularizer
from specc.ops import algebra as op
from specc.shapes import Shape


class Conv(Layer):
    """Every unit is a weighted sum of a window of the image, the same weights at every place, then
    an activation.

        Z[h, w, f] = sum_ijc W[i, j, c, f] A[h s + i d - p, w s + j d - p, c] + b[f]
        A = g(Z)

    with stride s, dilation d and p zeros in front. What this field calls a convolution does not
    turn the kernel around.

    Shapes      A (height, width, channels, m) -> Z, A (height', width', units, m) with
                height' = (height + 2 p - d (kernel - 1) - 1) // s + 1. `pad = valid` has p = 0,
                `pad = same` has as many zeros as make height' = height / s, rounded up; what does
                not halve goes behind (as in TensorFlow; PyTorch has it with a stride of 1 only)
    Parameters  W (kernel height, kernel width, channels / groups, units), drawn by `init` with
                n_in = kernel height * kernel width * channels / groups; b (1, 1, units, 1), starts
                at 0 and is never regularised
    Errors      E0302 if one example has not three axes; E0306 if the kernel is larger than the
                padded image, or `groups` divides the channels or the units with a rest
    Source      LeCun et al. 1998, Proc. IEEE 86; Ng, "Convolutional Neural Networks", week 1
    Example
        ```dl
        data { source circles(n = 100) }
        network {
            input    1, 2, 1
            conv     8, relu, kernel = (1, 2)
            flatten
            dense    1, sigmoid
        }
        loss       binary_cross_entropy
        optimizer  sgd(lr = 0.1)
        train { run 1 epoch }
        ```
    """

    axes: ClassVar[int | None] = 3
    weighted: ClassVar[bool] = True
    takes: ClassVar[str] = "images"
    biased: ClassVar[bool] = True

    units: int = arg("dim", at_least=1, doc="number of output channels")
    activation: Activation | None = shared(ACTIVATION)
    kernel: tuple[int, ...] = arg(
        "dim",
        (3,),
        keyword=True,
        many=True,
        at_least=1,
        doc="size of the window, or (height, width)",
    )
    stride: tuple[int, ...] = arg(
        "dim", (1,), keyword=True, many=True, at_least=1, doc="pixels from window to window"
    )
    pad: Pad = arg(
        "int",
        "valid",
        keyword=True,
        at_least=0,
        one_of=("valid", "same"),
        doc="zeros on each side",
    )
    dilation: tuple[int, ...] = arg(
        "dim", (1,), keyword=True, many=True, at_least=1, doc="pixels from weight to weight"
    )
    groups: int = arg(
        "dim", 1, keyword=True, at_least=1, doc="groups of units, each of which sees its channels"
    )
    bias: bool = shared(BIAS)
    init: Init | None = shared(INIT)
    regularize: Regularizer | None = shared(REGULARIZE)

    def build(self, at: Place, x: Sym) -> Sym:
        channels = cast(int, x.shape[2])
        kernel = pair(at, "kernel", self.kernel)
        stride = pair(at, "stride", self.stride)
        dilation = pair(at, "dilation", self.dilation)
        sides = ((channels, "channels that arrive", True), (self.units, "units", False))
        for count, what, arrives in sides:
            at.require(
                count % self.groups == 0,
                "groups",
                f"`groups = {self.groups}` does not divide the number of {what}, {count}",
                f"{count} / {self.groups} is not whole",
                arrives=arrives,
            )
        at.require(
            self.activation is None or self.activation.axes in (None, 3),
            "activation",
            f"`{getattr(self.activation, 'word', '')}` takes features, and `conv` gives images",
            "an image is no list of classes",
            "flatten it or take the mean (`avgpool global`), and end with a `dense` layer",
        )
        pads = around(self.pad, x.shape, kernel, stride, dilation)
        fit(at, "kernel", x.shape, kernel, stride, pads, dilation)
        window = kernel[0] * kernel[1] * channels // self.groups
        W = at.parameter(
            "W",
            (*kernel, channels // self.groups, self.units),
            init=self.init,
            regularize=self.regularize,
            fan=(window, kernel[0] * kernel[1] * self.units // self.groups),
        )
        z = op.conv(x, W, stride, pads, dilation, self.groups)
        if self.bias:
            z = z + at.parameter("b", (1, 1, self.units, 1), weight=False)
        z.named("Z")
        return z if self.activation is None else self.activation.apply(z).named("A")

    def formula(self) -> str:
        z = "Z = W * X" + (" + b" if self.bias else "")
        return z if self.activation is None else f"{z}, A = {self.activation.word}(Z)"

    def reason(self, x: Shape) -> str:
        kernel, stride, dilation = (
            (v[0], v[-1]) for v in (self.kernel, self.stride, self.dilation)
        )
        pads = around(self.pad, x, kernel, stride, dilation)
        given = "pad" in self.spans
        why = "" if given else ", because `pad` is `valid` unless given"
        return arithmetic(x, kernel, stride, pads, dilation, why)
