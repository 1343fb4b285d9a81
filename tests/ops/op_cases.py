"""Operands for every operation: what the tests of this folder feed it.

An operation without an entry fails the tests, so a new one cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from image_cases import raw_cases

from specc.ops import algebra
from specc.shapes import HOST, Kind, M, Shape, TensorType, show, value

SIZES = {"m": 5}
NAMES = ("X", "T", "R")
"""Operands are called like the arguments of the generated function."""


@dataclass(frozen=True, slots=True)
class Operand:
    """An operand to be drawn.

    draw: normal, positive, shares (positive columns that sum to 1), labels and tokens (below 4),
        mask, number.
    """

    shape: Shape = (4, M)
    draw: str = "normal"
    name: str = ""

    @property
    def type(self) -> TensorType:
        if self.draw == "number":
            return HOST
        kinds: dict[str, Kind] = {"labels": "int", "tokens": "int", "mask": "bool"}
        return TensorType(self.shape, kinds.get(self.draw, "real"))

    def values(self, random: np.random.RandomState) -> Any:
        if self.draw == "number":
            return float(random.uniform(1, 3))
        shape = tuple(value(d, SIZES) for d in self.shape)
        if self.draw in ("labels", "tokens"):
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
    "sign floor cos greater less equal where argmax one_hot weigh "
    "uniform kept normal symmetric orthogonal "
    # Made by `lower` and the planner, after the gradients.
    "sum_rows max_rows "
    # Gradients themselves, or parts of composites whose gradients are written by hand.
    "product_sum side_by_side below_each_other at_the_end band tokens gather_at "
    "rnn_gradient lstm_kept lstm_gradient gru_kept gru_gradient "
    "dot_rows sum_over dot_over batch_mean batch_variance "
    "conv_data conv_weights unmaxpool arranged "
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
    yield Case("where", (NUMBER, NUMBER, NUMBER))


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
    yield Case("pack", (FULL, COLUMN, VECTOR), {"into": "dtheta"})
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
    yield Case("weigh", (Operand(draw="shares"),), {"weights": (1.0, 0.0, 2.5, 0.1)})
    for op in ("normal", "symmetric"):
        yield Case(op, (), {"shape": (4, 3), "purpose": 2})
    for shape in ((4, 3), (3, 5), (1, 4), (2, 3, 2, 5)):
        yield Case("orthogonal", (Operand(shape),))
    yield Case("uniform", (NUMBER,), {"shape": (4, M), "purpose": 2})
    for shape in ((4, M), (2, 3, M), (2, 2, 3, M)):
        yield Case("kept", (NUMBER,), {"shape": shape, "stream": 3, "before": 7})
    for op, slopes in (("sum", (0,)), ("sum_rows", ()), ("max_rows", ())):
        for axis in (0, 1):
            yield Case(op, (FULL,), {"axis": axis}, slopes)
    for operand in (FULL, VECTOR, ROW):
        yield Case("total", (operand,), slopes=(0,))
        yield Case("inner", (operand, operand), slopes=(0, 1))
    yield Case("total", (MASK,))
    yield Case("huber", (FULL, NUMBER), slopes=(0,))
    yield Case("softmax_cross_entropy", (FULL, Operand(draw="shares")), slopes=(0,))
    yield Case("sigmoid_cross_entropy", (FULL, POSITIVE), slopes=(0,))
    yield Case("sigmoid_cross_entropy", (ROW, Operand((1, M), "positive")), slopes=(0,))


CELLS = {"rnn": (1, 1), "lstm": (4, 7), "gru": (3, 5)}
"""Rows per unit of Z and U, and of what is kept for the way back."""
RECURRENT = frozenset(
    "rnn rnn_gradient lstm lstm_kept lstm_gradient gru gru_kept gru_gradient".split()
)
"""Operations with loops of their own, whose operands are bound before a step."""


def _sequences() -> Iterator[Case]:
    x, numbers = Operand((3, 4, M)), Operand((3, M), "tokens")
    yield Case("steps_product", (Operand((2, 4)), x), slopes=(0, 1))
    for late in (0, 1):
        yield Case("product_sum", (Operand((3, 2, M)), x), {"late": late})
        yield Case("side_by_side", (x,), {"late": late})
    yield Case("side_by_side", (Operand((1, 4, M)),), {"late": 1})
    yield Case("below_each_other", (x,))
    yield Case("band", (x,), {"start": 1, "stop": 3})
    narrow = Operand((3, 1, M))
    yield Case("join_bands", (x, narrow), slopes=(0, 1))
    yield Case("join_bands", (narrow, x), slopes=(0, 1))
    yield Case("last", (x,), slopes=(0,))
    yield Case("at_the_end", (FULL,), {"steps": 3})
    yield Case("tokens", (Operand((3, M), "positive"),), {"vocabulary": 2})
    yield Case("embed", (Operand((2, 4)), numbers), slopes=(0,))
    yield Case("gather_at", (Operand((2, 15)), numbers), {"vocabulary": 5})
    for cell, (gates, kept) in CELLS.items():
        bends = ("np.tanh", "rectify") if cell == "rnn" else (None,)
        for steps, bend in [(s, b) for s in (1, 4) for b in bends]:
            attrs = {} if bend is None else {"bend": bend}
            arriving = (Operand((steps, gates * 3, M), name="Z"), Operand((gates * 3, 3), name="U"))
            states = Operand((steps, kept * 3, M), "shares", name="kept")
            yield Case(cell, arriving, attrs, slopes=(0, 1))
            if cell != "rnn":
                yield Case(f"{cell}_kept", arriving)
            for shape in ((steps, 3, M), (3, M)):
                yield Case(f"{cell}_gradient", (Operand(shape), states, arriving[1]), attrs)


def _norms() -> Iterator[Case]:
    sequence, image = Operand((3, 4, M)), Operand((2, 3, 4, M))
    yield Case("dot_rows", (FULL, FULL))
    for operand, letters, kept in (
        (sequence, "snm->n", (4,)),
        (sequence, "snm->sm", (3, M)),
        (image, "hwnm->n", (4,)),
        (image, "hwnm->m", (M,)),
        (image, "hwnm->hwn", (2, 3, 4)),
    ):
        attrs = {"letters": letters, "kept": kept}
        yield Case("sum_over", (operand,), attrs)
        both = attrs | {"letters": f"{letters.partition('->')[0]},{letters}"}
        yield Case("dot_over", (operand, operand), both)
    gamma = Operand((4, 1), name="theta")
    for operand in (FULL, sequence, image):
        yield Case("batch_mean", (operand,))
        yield Case("batch_variance", (operand,))
        over = {"axes": algebra.norms.batch_axes(operand.shape)}
        yield Case("batch_norm", (operand, gamma, COLUMN, NUMBER), over, slopes=(0, 1, 2))
    for operand in (FULL, sequence):
        over = {"axes": algebra.norms.feature_axes(operand.shape)}
        yield Case("layer_norm", (operand, gamma, COLUMN, NUMBER), over, slopes=(0, 1, 2))
    scaled = (image, Operand((2, 3, 4, 1), name="theta"), Operand((2, 3, 4, 1)), NUMBER)
    yield Case("layer_norm", scaled, {"axes": (0, 1, 2)}, slopes=(0, 1, 2))


def _images() -> Iterator[Case]:
    for op, shapes, attrs, slopes in raw_cases():
        yield Case(op, tuple(map(Operand, shapes)), attrs, slopes)


CASES = (*_unary(), *_binary(), *_others(), *_sequences(), *_norms(), *_images())
