"""Operands for every operation: what the tests of this folder feed it.

An operation without an entry fails the tests, so a new one cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from specc.ops import algebra
from specc.shapes import HOST, Kind, M, Shape, TensorType, show, value

FAMILIES = algebra.FAMILIES
"""Imported, so that the table of operations is full."""

SIZES = {"m": 5}
NAMES = ("X", "T")
"""Operands are called like the arguments of the generated function."""


@dataclass(frozen=True, slots=True)
class Operand:
    """An operand to be drawn.

    draw: normal, positive, shares (positive columns that sum to 1), labels (below 4), mask, number.
    """

    shape: Shape = (4, M)
    draw: str = "normal"
    name: str = ""

    @property
    def type(self) -> TensorType:
        if self.draw == "number":
            return HOST
        kinds: dict[str, Kind] = {"labels": "int", "mask": "bool"}
        return TensorType(self.shape, kinds.get(self.draw, "real"))

    def values(self, random: np.random.RandomState) -> Any:
        if self.draw == "number":
            return float(random.uniform(1, 3))
        shape = tuple(value(d, SIZES) for d in self.shape)
        if self.draw == "labels":
            return random.randint(0, 4, shape)
        drawn = random.standard_normal(shape)
        positive = np.abs(drawn) + 0.2
        if self.draw == "shares":
            return positive / positive.sum(axis=0)
        return {"positive": positive, "mask": drawn > 0}.get(self.draw, drawn)


@dataclass(frozen=True, slots=True)
class Case:
    """One use of an operation. `slopes`: the operands that have a derivative."""

    op: str
    operands: tuple[Operand, ...]
    attrs: dict[str, Any] = field(default_factory=dict)
    slopes: tuple[int, ...] = ()

    def names(self) -> list[str]:
        free = iter(NAMES)
        return [o.name or ("examples" if o.draw == "number" else next(free)) for o in self.operands]

    def __str__(self) -> str:
        """For the name of a test: `add-4xm-number`."""
        kinds = [
            o.draw if o.draw in ("number", "mask") else "x".join(map(str, o.shape))
            for o in self.operands
        ]
        attrs = [show(v) if isinstance(v, tuple) else str(v) for v in self.attrs.values()]
        return "-".join([self.op, *kinds, *attrs])


FULL, COLUMN, ROW, SQUARE = Operand(), Operand((4, 1)), Operand((1, M)), Operand((4, 4))
POSITIVE, NUMBER, MASK = Operand(draw="positive"), Operand((), "number"), Operand(draw="mask")
VECTOR, LABELS = Operand((12,)), Operand((M,), "labels")
PAIRS = ((FULL, FULL), (FULL, COLUMN), (ROW, FULL), (FULL, NUMBER), (NUMBER, FULL), (COLUMN, ROW))

NOT_DIFFERENTIABLE = frozenset(
    # Steps, and what only ever stands where no gradient passes.
    "sign floor cos greater less equal argmax one_hot uniform normal "
    # Made by `lower` and the planner, after the gradients.
    "sum_rows max_rows "
    # The views of theta and the parts of dtheta, which autodiff handles itself.
    "view pack place "
    "input const setting extent filled".split()
)


def _unary() -> Iterator[Case]:
    for op in "negative square exp tanh absolute relu sigmoid softmax copy".split():
        yield Case(op, (FULL,), slopes=(0,))
    yield Case("relu", (VECTOR,), slopes=(0,))
    for op in ("sqrt", "log"):
        yield Case(op, (POSITIVE,), slopes=(0,))
    for op in ("sign", "floor", "cos", "argmax"):
        yield Case(op, (FULL,))


def _binary() -> Iterator[Case]:
    for op in "add subtract multiply maximum minimum logaddexp".split():
        for pair in PAIRS:
            yield Case(op, pair, slopes=(0, 1))
    yield Case("multiply", (FULL, MASK), slopes=(0,))
    for below in (POSITIVE, NUMBER, Operand((4, 1), "positive"), Operand((1, M), "positive")):
        yield Case("divide", (FULL, below), slopes=(0, 1))
    yield Case("divide", (NUMBER, POSITIVE), slopes=(0, 1))
    # An exponent is a constant of the spec: it has no derivative.
    yield Case("power", (POSITIVE, NUMBER), slopes=(0,))
    yield Case("power", (POSITIVE, POSITIVE), slopes=(0,))
    for op in ("greater", "less", "equal"):
        for pair in PAIRS:
            yield Case(op, pair)
    yield Case("equal", (MASK, MASK))
    yield Case("equal", (LABELS, LABELS))


def _others() -> Iterator[Case]:
    theta = Operand((30,), name="theta")
    yield Case("view", (theta,), {"offset": 4, "shape": (3, 2)})
    yield Case("view", (theta,), {"offset": 0, "shape": (30,)})
    for operand in (FULL, SQUARE, COLUMN, MASK):
        yield Case("transpose", (operand,), slopes=(0,) if operand is not MASK else ())
    for start, stop in ((0, 1), (1, 3), (2, 4), (0, 4)):
        yield Case("rows", (FULL,), {"start": start, "stop": stop}, slopes=(0,))
    for parts in ((FULL, FULL), (ROW, FULL), (COLUMN, Operand((2, 1)))):
        yield Case("concat", parts, slopes=(0, 1))
    yield Case("pack", (FULL, COLUMN, VECTOR))
    yield Case("place", (Operand((30,)), VECTOR), {"offset": 7})
    for operand in (COLUMN, ROW, NUMBER, Operand((1, 1))):
        yield Case("expand", (operand,), {"shape": (4, M)}, slopes=(0,))
    yield Case("input", (), {"name": "X", "shape": (4, M), "kind": "real"})
    yield Case("const", (), {"value": -2.5})
    yield Case("setting", (), {"name": "rate", "value": 0.1})
    yield Case("reshape", (Operand((6, M)),), {"shape": (3, 2, M)}, (0,))
    yield Case("image", (Operand((12, M)),), {"shape": (2, 3, 2, M)}, (0,))
    picture = (2, 3, 2, M)
    yield Case("flat", (Operand(picture),), {"shape": (12, M), "of": picture}, (0,))
    yield Case("extent", (), {"dim": M})
    for number in (0.0, 1.0, 0.3):
        yield Case("filled", (), {"shape": (4, M), "value": number})
    for left, right in (((3, 4), (4, M)), ((1, 4), (4, M)), ((4, M), (M, 3)), ((4, M), (M, 1))):
        yield Case("matmul", (Operand(left), Operand(right)), slopes=(0, 1))
    yield Case("one_hot", (LABELS,), {"classes": 4})
    yield Case("normal", (), {"shape": (4, 3), "purpose": 2})
    yield Case("uniform", (NUMBER,), {"shape": (4, M), "purpose": 2})
    for op, slopes in (("sum", (0,)), ("sum_rows", ()), ("max_rows", ())):
        for axis in (0, 1):
            yield Case(op, (FULL,), {"axis": axis}, slopes)
    for operand in (FULL, VECTOR, ROW):
        yield Case("total", (operand,), slopes=(0,))
        yield Case("inner", (operand, operand), slopes=(0, 1))
    yield Case("total", (MASK,))
    yield Case("softmax_cross_entropy", (FULL, Operand(draw="shares")), slopes=(0,))
    yield Case("sigmoid_cross_entropy", (FULL, POSITIVE), slopes=(0,))
    yield Case("sigmoid_cross_entropy", (ROW, Operand((1, M), "positive")), slopes=(0,))


CASES = (*_unary(), *_binary(), *_others())
