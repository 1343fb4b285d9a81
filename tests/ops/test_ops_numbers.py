"""Operations on numbers alone: schedules and settings are written into the program as Python."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import compiled, emitted, run_graph, spec

from specc.emit.load import load
from specc.ir.builder import Builder, Sym
from specc.ops import algebra as op
from specc.record import replace

UNARY = ("negative", "square", "sqrt", "exp", "log", "cos", "floor", "absolute")
BINARY = ("add", "subtract", "multiply", "divide", "power", "maximum", "minimum")
MODEL = compiled(spec("input 2; dense 1")).model
CLOCK = {"step": 7.0, "epoch": 3.0, "steps": 40.0, "epochs": 8.0, "steps_per_epoch": 5.0}


def written(expression: Sym) -> float:
    """The value of the generated `learning_rate`."""
    rate = expression.builder.graph(rate=expression)
    module = load(emitted(replace(MODEL, rate=rate)))
    return float(module.learning_rate(**CLOCK))


def meant(expression: Sym) -> float:
    return float(run_graph(expression.builder.graph(rate=expression), {}, dict(CLOCK))["rate"])


def clock(b: Builder) -> list[Sym]:
    return [b.input(name, (), "host") for name in CLOCK]


@pytest.mark.parametrize("name", UNARY)
def test_one_number(name: str) -> None:
    b = Builder()
    y = b.apply(name, clock(b)[0] / 3)
    assert math.isclose(written(y), meant(y), rel_tol=1e-14)


@pytest.mark.parametrize("name", BINARY)
def test_two_numbers(name: str) -> None:
    b = Builder()
    step, epoch, *_ = clock(b)
    for y in (b.apply(name, step, epoch), b.apply(name, -step / 9, 2), b.apply(name, 0.5, -epoch)):
        if name == "power" and y.inputs[0].op == "divide":
            continue
        assert math.isclose(written(y), meant(y), rel_tol=1e-14)


Tree = tuple[Any, ...] | float | int


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> Tree:
    """Nested arithmetic: numbers, the clock, choices, and operators that need parentheses."""
    kind = draw(st.sampled_from(("clock", "number", "unary", "choice", *["binary"] * 3)))
    if depth == 0 or kind == "clock":
        return draw(st.integers(0, len(CLOCK) - 1))
    if kind == "number":
        return draw(st.sampled_from((0.5, 2.0, -3.0, 1e-8, 10.0)))
    if kind == "unary":
        name = draw(st.sampled_from(("negative", "square", "absolute", "cos", "floor")))
        return (name, draw(trees(depth=depth - 1)))
    if kind == "choice":
        compare = draw(st.sampled_from(("less", "greater", "equal")))
        sides = [draw(trees(depth=depth - 1)) for _ in range(4)]
        return ("where", (compare, *sides[:2]), *sides[2:])
    name = draw(st.sampled_from(("add", "subtract", "multiply", "divide", "maximum", "power")))
    left = draw(trees(depth=depth - 1))
    right = draw(st.sampled_from((2.0, 3.0))) if name == "power" else draw(trees(depth=depth - 1))
    return (name, left, right)


def planted(b: Builder, tree: Tree) -> Sym:
    if isinstance(tree, int):
        return clock(b)[tree]
    if isinstance(tree, float):
        return b.lift(tree)
    name, *parts = tree
    return b.apply(name, *(planted(b, part) for part in parts))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_parentheses_are_where_they_are_needed(tree: Tree) -> None:
    y = planted(Builder(), tree)
    with np.errstate(all="ignore"):
        expected = meant(y)
    if not math.isfinite(expected) or abs(expected) > 1e200:
        return
    try:
        found = written(y)
    except ZeroDivisionError:
        return
    # Floor may fall to either side when its operand rounds differently.
    assert math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)


def test_what_a_case_needs_is_computed_in_that_case() -> None:
    """Named numbers stand before their first use, and a division by 0 in a case that does not hold
    is none.
    """
    b = Builder()
    step, epoch, steps, *_ = clock(b)
    left = (steps - step * 2).named("left")
    wide = 1 / (left - 26)
    chosen = op.where(step < 7, wide + wide, op.where(epoch < 4, left * left, wide - wide * 2))
    text = emitted(replace(MODEL, rate=b.graph(rate=chosen)))
    body = text.partition("def learning_rate")[2].partition("\n\n")[0]
    assert [line.strip() for line in body.strip().splitlines()[2:]] == [
        "if step < 7:",
        "left = steps - step * 2",
        "divide = 1 / (left - 26)",
        "return divide + divide",
        "if epoch < 4:",
        "left = steps - step * 2",
        "return left * left",
        "left = steps - step * 2",
        "divide = 1 / (left - 26)",
        "return divide - divide * 2",
    ]
    assert written(chosen) == 26 * 26


def test_settings_keep_their_names_and_their_values() -> None:
    """Two settings of one name with different values are two settings."""
    b = Builder()
    rate = b.setting("decay", 0.25) + b.setting("decay", 0.5) * clock(b)[0]
    assert written(rate) == 0.25 + 0.5 * 7


def test_operators_of_a_value_are_the_operations() -> None:
    b = Builder()
    step, epoch, *_ = clock(b)
    y = (2 - step) / (epoch * 2) + 3 ** (-epoch) - 1 / op.sqrt(step)
    expected = (2 - 7) / 6 + 3.0**-3 - 1 / math.sqrt(7)
    assert math.isclose(meant(y), expected)
    assert math.isclose(written(y), expected)
