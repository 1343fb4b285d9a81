"""How arrays lie in memory.

Values of four axes, images (height, width, channels, m), are kept as (height, channels, width, m)
and seen through a transposed view: a window over neighbouring rows of an image is then one matrix
without a copy, and NumPy walks through the views of equal order as through plain vectors.
"""

from __future__ import annotations

from specc.shapes import M, Shape, show


def stored(shape: Shape) -> tuple[str, str]:
    """The shape to reserve, and what makes of it the shape that is meant."""
    if len(shape) != 4 or shape[3] != M:
        return show(shape), ""
    height, width, channels, m = shape
    return show((height, channels, width, m)), ".transpose(0, 2, 1, 3)"
