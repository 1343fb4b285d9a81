"""What `maxpool` and `avgpool` have in common: windows over each channel alone."""

from __future__ import annotations

from typing import ClassVar, cast

from specc.ir.builder import Sym
from specc.library.define import arg
from specc.library.window import Pad, arithmetic, around, fit, pair
from specc.library.words import Layer, Place
from specc.ops import algebra as op
from specc.ops.convolution import Pads, Pair
from specc.shapes import Shape


class Pool(Layer):
    """One number for each window of each channel."""

    axes: ClassVar[int | None] = 3
    takes: ClassVar[str] = "images"
    one: ClassVar[str] = ""
    """What each number is of its window, in words."""

    size: tuple[int | str, ...] = arg(
        "dim",
        (2,),
        many=True,
        at_least=1,
        one_of=("global",),
        doc="size of the window, or (height, width); `global` takes the whole image",
    )
    stride: tuple[int, ...] | None = arg(
        "dim",
        None,
        keyword=True,
        many=True,
        at_least=1,
        doc="pixels from window to window; the size of the window if not given",
    )
    pad: Pad = arg(
        "int",
        "valid",
        keyword=True,
        at_least=0,
        one_of=("valid", "same"),
        doc="places outside that windows reach over on each side; they take no part",
    )

    def build(self, at: Place, x: Sym) -> Sym:
        if "global" in self.size:
            whole = len(self.size) == 1 and self.stride is None and self.pad == "valid"
            at.require(
                whole,
                "size",
                "`global` takes the whole image, so there is no other number to give",
                "the whole image",
                f"`{self.word} global`",
            )
            return self.over(x).named("P")
        size = pair(at, "size", cast("tuple[int, ...]", self.size))
        stride = size if self.stride is None else pair(at, "stride", self.stride)
        pads = around(self.pad, x.shape, size, stride)
        at.require(
            max(map(max, pads)) < min(size) or self.pad == "same",
            "pad",
            f"windows of {size[0]} x {size[1]} with `pad = {self.pad}` see nothing at the edge",
            f"less than {min(size)}",
        )
        fit(at, "size", x.shape, size, stride, pads)
        return self.windows(x, size, stride, pads).named("P")

    def windows(self, x: Sym, size: Pair, stride: Pair, pads: Pads) -> Sym:
        """(height', width', channels, m)."""
        raise NotImplementedError

    def over(self, x: Sym) -> Sym:
        """The whole image: (channels, m)."""
        raise NotImplementedError

    def formula(self) -> str:
        if "global" in self.size:
            return f"P = {self.one} of each channel of X"
        return f"P = {self.one} of each {self.size[0]} x {self.size[-1]} of X"

    def reason(self, x: Shape) -> str:
        if "global" in self.size:
            return ""
        size = cast("Pair", (self.size[0], self.size[-1]))
        stride = size if self.stride is None else (self.stride[0], self.stride[-1])
        return arithmetic(x, size, stride, around(self.pad, x, size, stride))


def features(x: Sym) -> Sym:
    """(1, 1, channels, m) as (channels, m)."""
    return op.reshape(x, x.shape[2:])
