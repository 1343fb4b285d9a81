"""Slopes by differences: any graph gets the same ones in the fast and in the slow way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from gradcheck_cases import case
from numpy.typing import NDArray

from specc.gradcheck.chunk import _product
from specc.gradcheck.numeric import numeric
from specc.gradcheck.separable import Separable
from specc.gradcheck.spread import Spread
from specc.gradcheck.walk import Walk
from specc.ir.builder import Builder, Sym
from specc.ir.graph import Graph
from specc.ir.interpret import run
from specc.ops import algebra as op
from specc.shapes import M

THETA = np.random.RandomState(0).standard_normal(24) * 0.7
X = np.random.RandomState(1).standard_normal((3, 9))


def graph_of(build: Callable[[Builder, Sym, Sym], Sym]) -> Graph:
    """A cost from theta (24) and X (3, m)."""
    b = Builder()
    return b.graph(cost=build(b, b.input("theta", (24,)), b.input("X", (3, M))))


def view(theta: Sym, offset: int, *shape: int) -> Sym:
    return theta.builder.apply("view", theta, offset=offset, shape=shape)


def per_row(x: Sym) -> Sym:
    """The mean over the examples, kept as a column."""
    return x.builder.apply("sum", x, axis=1) * (1 / x.builder.extent(M))


def batch_norm(b: Builder, theta: Sym, x: Sym) -> Sym:
    z = view(theta, 0, 4, 3) @ x
    centred = z - per_row(z)
    scaled = centred / op.sqrt(per_row(op.square(centred)) + 1e-5)
    y = op.tanh(scaled * view(theta, 12, 4, 1) + view(theta, 16, 4, 1))
    return op.total(op.square(view(theta, 20, 1, 4) @ y)) * (1 / b.extent(M))


def later_norm(b: Builder, theta: Sym, x: Sym) -> Sym:
    z = view(theta, 12, 2, 4) @ op.relu(view(theta, 0, 4, 3) @ x)
    return op.total(op.tanh((z - per_row(z)) * view(theta, 20, 2, 1)))


def tied(b: Builder, theta: Sym, x: Sym) -> Sym:
    w = view(theta, 0, 3, 3)
    return op.total(op.square(op.tanh(w @ op.tanh(w @ x))))


def overlapping(b: Builder, theta: Sym, x: Sym) -> Sym:
    z = op.tanh(view(theta, 0, 4, 3) @ x)
    return op.total(op.square(view(theta, 8, 2, 4) @ z))


def on_the_right(b: Builder, theta: Sym, x: Sym) -> Sym:
    return op.total(op.tanh(x.T @ view(theta, 0, 3, 4)))


def transposed(b: Builder, theta: Sym, x: Sym) -> Sym:
    return op.total(op.square(op.tanh(view(theta, 0, 3, 4).T @ x)))


def of_a_number(b: Builder, theta: Sym, x: Sym) -> Sym:
    return op.log(op.total(op.square(op.tanh(view(theta, 0, 4, 3) @ x))) + 1)


def a_number_in_the_middle(b: Builder, theta: Sym, x: Sym) -> Sym:
    z = op.tanh(view(theta, 0, 4, 3) @ x)
    return op.total(z * op.total(op.square(z)))


def largest(b: Builder, theta: Sym, x: Sym) -> Sym:
    z = op.tanh(view(theta, 0, 4, 3) @ x)
    return op.total(b.apply("max_rows", z, axis=0)) - op.total(b.apply("max_rows", z, axis=1))


def two_products(b: Builder, theta: Sym, x: Sym) -> Sym:
    return b.apply("inner", view(theta, 0, 4, 3) @ x, op.tanh(view(theta, 12, 4, 3) @ x))


def product_with_itself(b: Builder, theta: Sym, x: Sym) -> Sym:
    return op.sum_of_squares(view(theta, 0, 4, 3) @ x) / 2 - op.total(view(theta, 12, 1, 3) @ x)


def gram(b: Builder, theta: Sym, x: Sym) -> Sym:
    z = view(theta, 0, 4, 3) @ x
    return op.total(op.tanh(z @ z.T))


def between_examples(b: Builder, theta: Sym, x: Sym) -> Sym:
    return op.total(op.tanh(view(theta, 0, 4, 3) @ x @ x.T))


def norm_of_rows(b: Builder, theta: Sym, x: Sym) -> Sym:
    squares = b.apply("sum", op.square(view(theta, 0, 4, 6)), axis=1)
    return op.total(op.sqrt(squares))


def whole_theta(b: Builder, theta: Sym, x: Sym) -> Sym:
    return op.total(op.square(theta)) * 0.5 + op.total(op.tanh(view(theta, 0, 4, 3) @ x))


def penalties(b: Builder, theta: Sym, x: Sym) -> Sym:
    w, v = view(theta, 0, 12), view(theta, 6, 12)
    smooth = op.total(op.log(op.square(w) + 1)) * 0.3 - op.sum_of_squares(v) / 7
    return -(smooth + op.total(op.absolute(w)) * 0.1)


WAYS: list[tuple[Callable[[Builder, Sym, Sym], Sym], set[type]]] = [
    (batch_norm, {Spread}),
    (later_norm, {Spread}),
    (tied, {Walk}),
    (overlapping, {Walk}),
    (on_the_right, {Walk}),
    (transposed, {Walk}),
    (of_a_number, {Walk}),
    (a_number_in_the_middle, {Walk}),
    (largest, {Spread}),
    (two_products, {Spread}),
    (product_with_itself, {Spread}),
    (gram, {Walk}),
    (between_examples, {Walk}),
    (norm_of_rows, {Walk}),
    (whole_theta, {Walk, Spread}),
    (penalties, {Separable}),
]


@pytest.mark.parametrize(("build", "ways"), WAYS, ids=lambda x: getattr(x, "__name__", ""))
def test_any_graph_has_the_slopes_of_the_slow_way(
    build: Callable[[Builder, Sym, Sym], Sym], ways: set[type]
) -> None:
    graph = graph_of(build)
    given: dict[str, Any] = {"theta": THETA, "X": X}
    fast, slow = (numeric(graph, given, {"m": 9}, fast=quick) for quick in (True, False))
    assert {type(way) for way in fast.ways} == ways
    assert {type(way) for way in slow.ways} == {Walk}
    places = np.arange(24)
    for quick, exact in zip(fast.slopes(places, 1e-5), slow.slopes(places, 1e-5), strict=True):
        assert np.abs(exact).max() > 0.01
        assert np.abs(quick - exact).max() <= 1e-8

    def cost(theta: NDArray[np.float64]) -> float:
        return float(run(graph, {**given, "theta": theta}, {"m": 9})["cost"])

    assert slow.cost == fast.cost == cost(THETA)
    right, left = slow.slopes(places, 1e-5)
    for j in places:
        step = 1e-5 * (places == j)
        assert right[j] == pytest.approx((cost(THETA + step) - slow.cost) / 1e-5, abs=1e-8)
        assert left[j] == pytest.approx((slow.cost - cost(THETA - step)) / 1e-5, abs=1e-8)


@pytest.mark.parametrize("places", [[], [0], [5, 6, 7], [2, 30, 31, 40], list(range(0, 59, 3))])
def test_some_parameters_have_the_slopes_that_they_have_among_all(places: list[int]) -> None:
    net = case("input 3; dense 5, relu; dense 4, tanh; dense 3, softmax", "cross_entropy")
    number = net.numeric()
    chosen = np.array(places, int)
    for some, every in zip(
        number.slopes(chosen, 1e-5), number.slopes(np.arange(59), 1e-5), strict=True
    ):
        assert np.abs(some - every[chosen]).max(initial=0) <= 1e-10


def test_small_chunks_give_the_same_slopes(monkeypatch: pytest.MonkeyPatch) -> None:
    net = case("input 3; dense 5, relu; dense 4, tanh; dense 3, softmax", "cross_entropy")
    whole = net.numeric().slopes(np.arange(59), 1e-5)
    monkeypatch.setattr("specc.gradcheck.spread.BUDGET", 200)
    monkeypatch.setattr("specc.gradcheck.chunk.ONE_THREAD", 512)
    cut = net.numeric().slopes(np.arange(59), 1e-5)
    assert np.abs(np.array(whole) - np.array(cut)).max() <= 1e-10


def test_a_product_in_parts_is_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.RandomState(0)
    w, x = random.standard_normal((3, 4)), random.standard_normal((4, 1000))
    monkeypatch.setattr("specc.gradcheck.chunk.ONE_THREAD", 12 * 300)
    assert np.allclose(_product(w, x), w @ x, rtol=1e-14)


def test_the_cost_of_a_term_that_is_counted_twice() -> None:
    def build(b: Builder, theta: Sym, x: Sym) -> Sym:
        loss = op.total(op.square(view(theta, 0, 4, 3) @ x))
        return loss * 2 - loss / 4 + 3

    number = numeric(graph_of(build), {"theta": THETA, "X": X}, {"m": 9})
    assert len(number.ways) == 1
    W = THETA[:12].reshape(4, 3)
    right, left = number.slopes(np.arange(12), 1e-6)
    assert np.allclose((right + left) / 2, 1.75 * 2 * (W @ X @ X.T).reshape(-1), rtol=1e-8)
