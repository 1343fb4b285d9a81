"""Algebra that saves passes over arrays. Each rule is one row with the reason why it is safe.

    expand(1 / m) * (A - Y)   ->   (A - Y) * (1 / m)
    total(S * Y)              ->   inner(S, Y)

Rules may reorder products of numbers and arrays; results agree to rounding. Runs until nothing
changes.
"""

from __future__ import annotations

from collections.abc import Callable

from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph, Node
from specc.ir.rewrite import rewrite

Row = Callable[[Builder, Node, tuple[Sym, ...]], Sym | None]


def _host(x: Sym) -> bool:
    return x.type.kind == "host"


def _const(x: Sym, value: float) -> bool:
    return x.op == "const" and bool(x.node["value"] == value)


def _scaled(x: Sym) -> tuple[Sym, Sym] | None:
    """(array, number) of `array * number`."""
    if x.op == "multiply":
        a, b = x.inputs
        if _host(b) and not _host(a):
            return a, b
        if _host(a) and not _host(b):
            return b, a
    return None


def _neutral(b: Builder, node: Node, x: tuple[Sym, ...]) -> Sym | None:
    """x * 1, 1 * x, x / 1, x + 0, 0 + x, x - 0, x ** 1: exactly x."""
    if node.op in ("multiply", "divide", "power") and _const(x[1], 1):
        return x[0]
    if node.op == "multiply" and _const(x[0], 1):
        return x[1]
    if node.op in ("add", "subtract") and _const(x[1], 0):
        return x[0]
    return x[1] if node.op == "add" and _const(x[0], 0) else None


def _unexpand(b: Builder, node: Node, x: tuple[Sym, ...]) -> Sym | None:
    """An operand that was only stretched is stretched by the operation itself; the numbers are
    the same.
    """
    if not node.definition.elementwise or node.op == "copy" or len(x) < 2:
        return None
    for i, operand in enumerate(x):
        others = [o for j, o in enumerate(x) if j != i and not _host(o)]
        if operand.op == "expand" and any(o.shape == node.type.shape for o in others):
            return b.apply(node.op, *(o.inputs[0] if j == i else o for j, o in enumerate(x)))
    return None


def _gather_numbers(b: Builder, node: Node, x: tuple[Sym, ...]) -> Sym | None:
    """(x * h) * k = x * (h * k), x / h = x * (1 / h): one pass instead of two; rounding differs
    by an ulp.
    """
    if node.op == "multiply":
        for array, number in ((x[0], x[1]), (x[1], x[0])):
            inner = _scaled(array)
            if inner is not None and _host(number):
                return inner[0] * (inner[1] * number)
    if node.op == "divide" and _host(x[1]) and not _host(x[0]):
        return x[0] * (1 / x[1])
    return None


def _numbers(b: Builder, node: Node, x: tuple[Sym, ...]) -> Sym | None:
    """Numbers alone: h * (1 / k) = h / k, a / (b / c) = a * c / b, a / (2 * b) * 2 = a / b."""
    if node.type.kind != "host":
        return None
    if node.op == "multiply":
        if x[0].op == "const" and x[1].op == "const":
            return b.lift(x[0].node["value"] * x[1].node["value"])
        if x[1].op == "divide" and _const(x[1].inputs[0], 1):
            return x[0] / x[1].inputs[1]
        if x[0].op == "divide" and _const(x[0].inputs[0], 1):
            return x[1] / x[0].inputs[1]
    if node.op == "multiply" and x[0].op == "divide" and x[0].inputs[1].op == "multiply":
        factor, rest = x[0].inputs[1].inputs
        if factor.op == "const" and x[1].op == "const" and factor.id == x[1].id:
            return x[0].inputs[0] / rest
    if node.op == "divide" and x[1].op == "divide":
        over, under = x[1].inputs
        return x[0] * under if _const(over, 1) else x[0] * under / over
    if node.op == "sqrt" and x[0].op == "divide" and _const(x[0].inputs[0], 1):
        return 1 / b.apply("sqrt", x[0].inputs[1])
    return None


def _signs(b: Builder, node: Node, x: tuple[Sym, ...]) -> Sym | None:
    """x + (-y) = x - y, x - (-y) = x + y, (-y) * h = y * (-h): exact."""
    if node.op == "add" and x[1].op == "negative":
        return x[0] - x[1].inputs[0]
    if node.op == "add" and x[0].op == "negative":
        return x[1] - x[0].inputs[0]
    if node.op == "subtract" and x[1].op == "negative":
        return x[0] + x[1].inputs[0]
    return None


def _sums(b: Builder, node: Node, x: tuple[Sym, ...]) -> Sym | None:
    """Sums of sums and of products in one call; the order of additions differs.

    A difference with a product stays elementwise: the parts of log(1 + e^z) - t z cancel, and their
    sums would drown what is left.
    """
    if node.op != "total" or _host(x[0]):
        return None
    (array,) = x
    if array.op == "sum_rows":
        return b.apply("total", array.inputs[0])
    if array.op == "square":
        return b.apply("inner", array.inputs[0], array.inputs[0])
    scaled = _scaled(array)
    if scaled is not None:
        return b.apply("total", scaled[0]) * scaled[1]
    if array.op == "multiply":
        left, right = array.inputs
        if left.shape == right.shape and left.type.kind == right.type.kind == "real":
            return b.apply("inner", left, right)
    if array.op == "subtract" and array.inputs[1].op == "sum_rows":
        left, right = array.inputs
        if not _host(left) and left.shape == right.shape:
            return b.apply("total", left) - b.apply("total", right)
    if array.type.kind == "real" and array.shape[0] == 1:
        # One number per example: a dot product costs a third of a reduction.
        return b.apply("inner", array, b.apply("filled", shape=array.shape, value=1.0))
    return None


def _twice(b: Builder, node: Node, x: tuple[Sym, ...]) -> Sym | None:
    """x + x = x * 2: exact, and the 2 joins other numbers."""
    if node.op == "add" and x[0].id == x[1].id and not _host(x[0]):
        return x[0] * 2
    return None


def _square(b: Builder, node: Node, x: tuple[Sym, ...]) -> Sym | None:
    """x ** 2 of an array is one multiplication."""
    if node.op == "power" and _const(x[1], 2) and not _host(x[0]):
        return b.apply("square", x[0])
    return None


def _update_numbers(b: Builder, node: Node, x: tuple[Sym, ...]) -> Sym | None:
    """In the update rule, numbers move out of roots and quotients until they meet: Adam's two bias
    corrections and the learning rate become one factor and one epsilon. The square root of a
    product needs factors that are not negative: second moments and their corrections are not."""
    if node.layer != "update" or node.type.kind == "host":
        return None
    scaled = [_scaled(operand) for operand in x]
    if node.op == "sqrt" and scaled[0] is not None:
        return b.apply("sqrt", scaled[0][0]) * b.apply("sqrt", scaled[0][1])
    if node.op == "add" and scaled[0] is not None and _host(x[1]):
        return (scaled[0][0] + x[1] / scaled[0][1]) * scaled[0][1]
    if node.op == "divide" and scaled[0] is not None:
        return (scaled[0][0] / x[1]) * scaled[0][1]
    if node.op == "divide" and scaled[1] is not None:
        return (x[0] / scaled[1][0]) * (1 / scaled[1][1])
    return None


ROWS: tuple[Row, ...] = (
    _neutral,
    _unexpand,
    _gather_numbers,
    _numbers,
    _signs,
    _sums,
    _twice,
    _square,
    _update_numbers,
)


def simplify(graph: Graph) -> Graph:
    """The graph with every rule applied until none applies."""

    def rule(b: Builder, node: Node, operands: tuple[Sym, ...]) -> Sym | None:
        for row in ROWS:
            new = row(b, node, operands)
            if new is not None:
                return new
        return None

    while True:
        simpler = rewrite(graph, rule)
        if simpler == graph:
            return graph
        graph = simpler
