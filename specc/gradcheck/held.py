"""Operations with kinks, held on the side on which they are at theta.

    relu(z)         ->   z where z > 0 at theta, 0 elsewhere
    maxpool(z)      ->   of each window the value that is the first largest at theta

The cost is then that of the smooth piece in which theta lies, whose slope is the gradient that
backpropagation gives, at a kink with the side that the operation documents. A large network with
rectifiers has so many units that every step moves some of them over a kink; its differences say
something only so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from specc.ir.graph import Node
from specc.ops.pooling import first_largest

Held = Callable[[Mapping[str, Any], list[Any], list[Any]], Any]

PIECES: dict[str, Held] = {
    "relu": lambda attrs, x, at: x[0] * (at[0] > 0),
    "absolute": lambda attrs, x, at: x[0] * np.sign(at[0]),
    "maximum": lambda attrs, x, at: np.where(np.greater(at[0], at[1]), x[0], x[1]),
    "minimum": lambda attrs, x, at: np.where(np.less(at[0], at[1]), x[0], x[1]),
    "maxpool": lambda attrs, x, at: first_largest(attrs, x[0], at[0]),
}


def held(node: Node, operands: list[Any], before: list[Any], attrs: Mapping[str, Any]) -> Any:
    """The value of a node on the piece that it is on with the operands `before`."""
    if node.op in PIECES:
        return PIECES[node.op](attrs, operands, before)
    return node.definition.evaluate(dict(attrs), *operands)
