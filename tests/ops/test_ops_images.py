"""The kernels of images: generated code against the meaning of its operation, in images that lie in
memory as generated programs keep them. Working memory is full of NaN at first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from image_cases import IMAGES
from op_cases import CASES, SIZES, Case
from oracle import run_graph
from test_ops import drawn, evaluated, executed

from specc.ir.builder import Builder, Sym
from specc.ops import convolution
from specc.passes.lower import lower
from specc.shapes import M, Shape, size, value

HERE = [case for case in CASES if case.op in IMAGES]


@contextmanager
def bands_of(numbers: int) -> Iterator[None]:
    """Unfolded bands of so many numbers."""
    before = convolution.BAND
    convolution.BAND = numbers
    try:
        yield
    finally:
        convolution.BAND = before


def stored(b: Builder, arrays: list[Any], case: Case) -> tuple[list[Sym], dict[str, Any]]:
    """The operands: what has examples as rows of X, images brought into the order in which they
    lie; weights as theta. And what to put in.
    """
    batch = [o.shape[-1] == M for o in case.operands]
    features = [
        x.reshape(-1, SIZES["m"]) for x, moving in zip(arrays, batch, strict=True) if moving
    ]
    weights = [x.reshape(-1) for x, moving in zip(arrays, batch, strict=True) if not moving]
    X, theta = np.concatenate(features), np.concatenate([*weights, np.zeros(1)])
    whole = b.input("X", (len(X), M))
    parts, start = [], 0
    for operand, x, moving in zip(case.operands, arrays, batch, strict=True):
        if not moving:
            vector = b.input("theta", (len(theta),))
            parts.append(b.apply("view", vector, offset=0, shape=operand.shape))
            continue
        stop = start + x.size // SIZES["m"]
        part = b.apply("rows", whole, start=start, stop=stop)
        image = len(operand.shape) == 4
        parts.append(b.apply("image" if image else "copy", part, **_shape(operand.shape, image)))
        start = stop
    return parts, {"X": X, "theta": theta, "T": None}


def _shape(shape: Shape, image: bool) -> dict[str, Any]:
    return {"shape": shape} if image else {}


@pytest.mark.parametrize("numbers", [1 << 19, 1], ids=["whole", "in-bands"])
@pytest.mark.parametrize("case", HERE, ids=str)
def test_generated_code_does_what_the_operation_means(case: Case, numbers: int) -> None:
    arrays = drawn(case)
    if case.op == "unmaxpool":
        # Whole numbers, so that there are ties, and the largest values that belong to them.
        x = np.round(arrays[0])
        pooled = evaluated(Case("maxpool", case.operands[:1], {**case.attrs, "why": ""}), x)
        arrays = [x, pooled, arrays[2]]
    with bands_of(numbers):
        b = Builder()
        parts, inputs = stored(b, arrays, case)
        y = b.apply(case.op, *parts, **case.attrs)
        graph = lower(b.graph(output=y * 0.5, loss=b.lift(0.0)))
        found = executed(graph, inputs)
    np.testing.assert_allclose(found * 2, evaluated(case, *arrays), rtol=1e-12, atol=1e-13)


def test_of_equal_values_the_first_takes_the_gradient() -> None:
    """Row by row, as in PyTorch: the second column of the first row before the second row."""
    b = Builder()
    x, dy = b.input("X", (2, 2, 1, M)), b.input("T", (1, 1, 1, M))
    y = b.apply("maxpool", x, size=(2, 2), stride=(2, 2), pad=((0, 0), (0, 0)), why="")
    vjp = y.node.definition.vjp
    assert vjp is not None
    (dx,) = vjp(y, dy)
    assert dx is not None
    values = np.array([[[1, 3, 5]], [[7, 3, 5]], [[7, 3, 0]], [[0, 0, 5]]], float)
    one = np.ones((1, 1, 1, 3))
    inputs = {"X": values.reshape(2, 2, 1, 3), "T": one}
    found = run_graph(b.graph(dx=dx), {"m": 3}, inputs)["dx"]
    expected = [[0, 1, 1], [1, 0, 0], [0, 0, 0], [0, 0, 0]]
    np.testing.assert_array_equal(found.reshape(4, 3), expected)


@pytest.mark.parametrize("m", [1, 3, 64, 700])
def test_working_memory_for_a_batch_is_enough_for_a_smaller_one(m: int) -> None:
    """The last batch of an epoch works in the memory of the others."""
    for case in HERE:
        scratch = _scratch(case)
        if scratch is not None:
            types = tuple(o.type for o in case.operands)
            out = _op(case).infer(types, case.attrs)
            largest = scratch(types, out, case.attrs, 700)
            assert 0 < scratch(types, out, case.attrs, m) <= largest
            assert largest <= 40 * value(size(out.shape), {"m": 700}) * 700


def _op(case: Case) -> Any:
    from specc.ir.op import lookup

    return lookup(case.op)


def _scratch(case: Case) -> Any:
    return _op(case).scratch
