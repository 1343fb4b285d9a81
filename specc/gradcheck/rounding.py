"""How exactly the cost can be computed at all, measured.

Every value that a processor computes is off by up to u = 2^-53 of its size. How far that moves the
cost depends on what is subtracted on the way, and no formula on the result knows it: a loss of 1e-9
between outputs of 1000 is as uncertain as one of 1. So the forward pass is repeated with every
value, in every node of the graph taken apart into primitives, moved by a random sign times 2^13 u
of its size. The cost then moves by 2^13 times its rounding error, which can be seen above the
rounding error itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from specc.ir.graph import Graph, Node
from specc.ir.interpret import values
from specc.passes.lower import lower

UNIT = 2.0**-53
LOUDER = 2.0**13
REPEATS = 8


def rounding_error(graph: Graph, inputs: Mapping[str, Any], sizes: Mapping[str, int]) -> float:
    """The standard deviation of the cost under rounding; NaN or inf where the cost is."""
    primitive = lower(graph)
    cost = primitive.output("cost").id
    signs = np.random.Generator(np.random.Philox(key=[0, 0]))

    def shake(node: Node, x: Any) -> Any:
        if node.op in ("input", "const", "setting", "extent") or node.type.kind in ("int", "bool"):
            return x
        moved = LOUDER * UNIT * signs.choice((-1.0, 1.0), np.shape(x))
        return x + x * moved

    with np.errstate(all="ignore"):
        exact = float(values(primitive, inputs, sizes, [cost])[cost])
        shaken = [
            float(values(primitive, inputs, sizes, [cost], after=shake)[cost])
            for _ in range(REPEATS)
        ]
        off = (np.array(shaken) - exact) / LOUDER
        return float(np.sqrt(np.mean(off * off)))
