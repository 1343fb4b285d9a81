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


def draws(graph: Graph) -> dict[str, Draw]:
    """How the outputs of a graph are drawn, by name."""
    values = _walk(graph, {})
    found = ((name, values[place]) for name, place in graph.outputs)
    return {name: draw for name, draw in found if isinstance(draw, Draw)}


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
        case "filled":
            return Draw(True, float(node["value"]))
    if any(isinstance(x, Draw) for x in operands):
        return _scaled(node.op, operands)
    numbers = [x for x in operands if isinstance(x, int | float)]
    function = FUNCTIONS.get(node.op)
    if function is None or len(numbers) < len(operands):
        return None
    try:
        return function(*numbers)
    except (ArithmeticError, ValueError):
        return None


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
