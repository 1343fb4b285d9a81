"""Windows that do not fit their image: weights and places that see only padding, pixels that no
window sees, channels in front.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, cast

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label
from specc.elaborate.place import uses
from specc.library.words import Layer
from specc.lint.facts import Facts
from specc.lint.flow import Node

if TYPE_CHECKING:
    from specc.library.window import Pad
    from specc.ops.convolution import Pads, Pair

LARGEST = 1_000
"""Weights along one axis of a kernel beyond which nothing is counted."""
COLOURS = (1, 3)
"""Channels of pictures as they are stored."""
SMALLEST = 5
"""Pixels along a side of what is a picture rather than a list of channels."""


class _Windows:
    """The windows of a layer over what arrives. size, stride: down and across. span: pixels from
    the first to the last that a window sees, one of them included.
    """

    def __init__(self, image: Pair, size: Pair, stride: Pair, dilation: Pair, pad: Pad) -> None:
        from specc.library.window import around  # loaded where there are images alone

        self.image = image
        self.size = size
        self.stride = stride
        self.dilation = dilation
        self.pads: Pads = around(pad, image, size, stride, dilation)
        self.span = cast(
            "Pair", tuple(d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True))
        )

    @cached_property
    def seen(self) -> tuple[int | None, int | None]:
        """How many weights down and across are ever over the image; None if too many."""
        return _seen(self, 0), _seen(self, 1)


_windows_of = lru_cache(_Windows)
"""Deep networks repeat a few windows."""


def _pair(values: tuple[int, ...]) -> Pair:
    return values[0], values[-1]


def _windows(facts: Facts) -> Iterator[tuple[Node, Layer, str, _Windows]]:
    """The layers that look through windows, with the argument that says how large these are."""
    for node in facts.flow.nodes:
        if node.use is None or len(node.row.input) != 4:
            continue
        layer = node.use.layer
        name = "kernel" if hasattr(layer, "kernel") else "size"
        size = getattr(layer, name, None)
        if isinstance(size, tuple) and all(isinstance(k, int) for k in size):
            stride = _pair(getattr(layer, "stride", None) or size)
            dilation = _pair(getattr(layer, "dilation", (1,)))
            pad = getattr(layer, "pad", "valid")
            image = cast("Pair", node.row.input[:2])
            yield node, layer, name, _windows_of(image, _pair(size), stride, dilation, pad)


def padding(facts: Facts) -> Iterator[Diagnostic]:
    """W0318 and W0319: weights, or whole windows, that see nothing of the image."""
    for node, layer, _, windows in _windows(facts):
        if not layer.weighted:
            continue
        if windows.pads[0][0] >= windows.span[0] or windows.pads[1][0] >= windows.span[1]:
            yield _empty(node, layer, windows)
        elif None not in windows.seen and windows.seen != windows.size:
            yield _unused(node, layer, windows, cast("Pair", windows.seen))


def _seen(windows: _Windows, axis: int) -> int | None:
    from specc.ops.convolution import extent

    n, k, s, d = (v[axis] for v in (windows.image, windows.size, windows.stride, windows.dilation))
    before = windows.pads[axis][0]
    places = extent(n, k, s, windows.pads[axis], d)
    if k > LARGEST:
        return None
    found = 0
    for i in range(k):
        first = max(0, -(-(before - i * d) // s))  # the first place at which it is not before 0
        found += first < places and first * s + i * d - before < n
    return found


def _unused(node: Node, layer: Layer, windows: _Windows, seen: Pair) -> Diagnostic:
    place = layer.spans.get("kernel")
    plain = windows.stride == windows.dilation == (1, 1) and getattr(layer, "pad", "") == "same"
    fits = seen[0] if seen[0] == seen[1] else f"({seen[0]}, {seen[1]})"
    literal = place is not None and not place.text.strip("(), 0123456789") and not node.step.chain
    edits = (Edit(place, f"{fits}"),) if place is not None and literal and plain else ()
    arrives = f"an image of {windows.image[0]} x {windows.image[1]}"
    return Diagnostic(
        "W0318",
        f"of {windows.size[0]} x {windows.size[1]} weights only {seen[0]} x {seen[1]} "
        f"ever see {arrives}",
        Label(place or node.step.head, "the others see only padding"),
        uses(node.step.chain),
        notes=("a weight that meets nothing but zeros has no gradient and stays as it was drawn",),
        helps=(
            Help(f"`kernel = {fits}` does the same", edits)
            if plain
            else Help("a smaller kernel, or fewer layers that shrink the image before it"),
        ),
    )


def _empty(node: Node, layer: Layer, windows: _Windows) -> Diagnostic:
    most = max(windows.span)
    return Diagnostic(
        "W0319",
        f"windows of {windows.span[0]} x {windows.span[1]} at the edge lie in the padding alone",
        Label(layer.spans.get("pad") or node.step.head, f"{windows.pads[0][0]} zeros on each side"),
        uses(node.step.chain),
        notes=("what they give is the bias, whatever the image shows",),
        helps=(Help(f"`pad = same`, or at most {most - 1} zeros"),),
    )


def gaps(facts: Facts) -> Iterator[Diagnostic]:
    """W0320: a stride beyond the window. One weight per pixel samples on purpose."""
    for node, layer, name, windows in _windows(facts):
        place = layer.spans.get("stride")
        sides = list(zip(windows.image, windows.span, windows.stride, strict=True))
        if place is None or (layer.weighted and windows.span == (1, 1)):
            continue
        if not any(s > k and n > k for n, k, s in sides):
            continue
        seen = 1.0
        for n, k, s in sides:
            seen *= min(k / s, 1.0) if n > k else 1.0
        yield Diagnostic(
            "W0320",
            f"a stride of {_said(windows.stride)} leaves gaps between windows "
            f"of {windows.span[0]} x {windows.span[1]}",
            Label(place, f"{1 - seen:.0%} of the image is not seen"),
            uses(node.step.chain),
            notes=("pixels between the windows change nothing, whatever they show",),
            helps=(Help(f"a stride of at most the window, or a larger `{name}`"),),
        )


def _said(pair: Pair) -> str:
    return f"{pair[0]}" if pair[0] == pair[1] else f"{pair[0]} x {pair[1]}"


def channels(facts: Facts) -> Iterator[Diagnostic]:
    """W0321: `input 3, 32, 32`, which is an image of 3 x 32 with 32 channels."""
    for node in facts.flow.nodes:
        if node.use is None or not node.is_input or len(node.row.output) != 4:
            continue
        first, height, width = cast("tuple[int, int, int]", node.row.output[:3])
        place = node.use.layer.spans.get("sizes")
        if first not in COLOURS or height != width or height < SMALLEST or place is None:
            continue
        right = f"{height}, {width}, {first}"
        literal = not place.text.strip("(), _0123456789")
        yield Diagnostic(
            "W0321",
            f"an image of {first} x {height} with {width} channels: are the channels in front?",
            Label(place, "height, width, channels"),
            notes=(
                "channels come last here, as in Keras; in PyTorch they come first",
                "arrays that are stored with the channels first are to be transposed",
            ),
            helps=(Help(f"write `input {right}`", (Edit(place, right),) if literal else ()),),
        )
