"""Numbers that the compiler's graphs hold: the learning rate at a time, how wide weights are drawn.

The graphs are read in plain Python, since a check needs no NumPy. What is not understood is None,
and rules are silent about it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from specc.ir.graph import Graph, Node

FUNCTIONS: dict[str, Callable[..., float]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "negative": operator.neg,
    "power": math.pow,
    "square": lambda x: x * x,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "cos": math.cos,
    "floor": math.floor,
    "maximum": max,
    "minimum": min,
    "absolute": abs,
    "greater": operator.gt,
    "less": operator.lt,
    "equal": operator.eq,
}


class Draw:
    """Numbers that are all the same, or drawn with a standard deviation."""

    __slots__ = ("same", "size")

    def __init__(self, same: bool, size: float) -> None:
        self.same = same
        self.size = size

    def times(self, factor: float) -> Draw:
        return Draw(self.same, self.size * (factor if self.same else abs(factor)))


Known = float | Draw | None


def number(graph: Graph, output: str, inputs: Mapping[str, float]) -> float | None:
    """A result of a graph of numbers."""
    found = _walk(graph, inputs)[dict(graph.outputs)[output]]
    return None if isinstance(found, Draw) or found is None or not math.isfinite(found) else found


def drawn(graph: Graph) -> Draw | None:
    """How the only output of a graph is drawn."""
    ((_, place),) = graph.outputs
    found = _walk(graph, {})[place]
    return found if isinstance(found, Draw) else None


def _walk(graph: Graph, inputs: Mapping[str, float]) -> list[Known]:
    values: list[Known] = []
    for node in graph.nodes:
        values.append(_value(node, [values[i] for i in node.inputs], inputs))
    return values


def _value(node: Node, operands: list[Known], inputs: Mapping[str, float]) -> Known:
    match node.op:
        case "const" | "setting":
            return float(node["value"])
        case "extent":
            dim: Any = node["dim"]
            return float(dim) if isinstance(dim, int) else None
        case "input":
            return inputs.get(node["name"])
        case "normal":
            return Draw(False, 1.0)
        case "symmetric":
            return Draw(False, 1 / math.sqrt(3))
        case "orthogonal":
            return _orthogonal(node)
        case "filled":
            return Draw(True, float(node["value"]))
    if any(isinstance(x, Draw) for x in operands):
        return _scaled(node.op, operands)
    if node.op == "where" and len(operands) == 3 and operands[0] is not None:
        return operands[1] if operands[0] else operands[2]
    numbers = [x for x in operands if isinstance(x, int | float)]
    function = FUNCTIONS.get(node.op)
    if function is None or len(numbers) < len(operands):
        return None
    try:
        return function(*numbers)
    except (ArithmeticError, ValueError):
        return None


def _orthogonal(node: Node) -> Draw:
    """Columns (rows of a wide matrix) of length 1: numbers as large as their square mean."""
    sizes = [int(str(d)) for d in node.type.shape]
    return Draw(False, 1 / math.sqrt(max(sizes[-1], math.prod(sizes[:-1]))))


def _scaled(op: str, operands: list[Known]) -> Draw | None:
    """Draws times a number, or divided by one."""
    match op, operands:
        case "multiply", [Draw() as draw, int() | float() as factor]:
            return draw.times(factor)
        case "multiply", [int() | float() as factor, Draw() as draw]:
            return draw.times(factor)
        case "divide", [Draw() as draw, int() | float() as divisor] if divisor:
            return draw.times(1 / divisor)
        case "negative", [Draw() as draw]:
            return draw.times(-1)
    return None
