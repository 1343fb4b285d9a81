"""The plan screen: panes that move together, shares of the time, and their golden texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specc_tui import plan_cursor
from specc_tui.ascii import to_ascii
from specc_tui.lines import length, plain
from specc_tui.plan import Plan, Times
from specc_tui.plan_cursor import BUFFERS, GRAPH, PANES, SOURCE, SPEC, Cursor
from specc_tui.plan_panes import layout, place_at, plan_lines
from specc_tui.plan_shares import percent, shares
from specc_tui.result import Problem, read_answer

SOURCE_LINES = [
    ['"""tiny.dl"""', ""],
    ["import numpy as np", ""],
    ["", ""],
    ["def training(theta, m, arena):", ""],
    ["    W1 = theta[0:8].reshape((4, 2))", "dense1"],
    ["    Z1 = buffer(arena, 0, (4, m))", "dense1"],
    ["", ""],
    ["    def step(X, T, lr, t):", ""],
    ['        """Update."""', ""],
    ["", ""],
    ["        # dense 4, relu (tiny.dl:3)", "dense1"],
    ["        W1.dot(X, out=Z1)", "dense1"],
    ["        maximum(Z1, zero, out=A1)", "dense1"],
    ["", ""],
    ["        # dense 1 (tiny.dl:4)", "dense2"],
    ["        W2.dot(A1, out=Z2)", "dense2"],
    ["", ""],
    ["        # loss", "loss"],
    ["        if t % 128 == 0:", "update"],
    ["            flush(v)", "update"],
    ["        return cost", "loss"],
]
PLAN: dict[str, Any] = {
    "what": "plan",
    "batch": 64,
    "precision": "float32",
    "calls": 45,
    "flops": 2_100_516,
    "bytes": 1_384_976,
    "arena": 96_512,
    "parameters": 17,
    "spec": ["spec 1", "network {", "    dense 4, relu", "    dense 1", "}", "loss mse"],
    "layers": [
        {"name": "input", "text": "input 2", "lines": []},
        {"name": "dense1", "text": "dense 4, relu", "lines": [3]},
        {"name": "dense2", "text": "dense 1", "lines": [4]},
        {"name": "loss", "text": "loss", "lines": [6]},
    ],
    "nodes": [
        ["%0 X: real (2, m) = input name=X", ""],
        ["%1: real (4, m) = matmul %2 %0", "dense1"],
        ["%2 A1: real (4, m) = maximum %1 %3", "dense1"],
        ["%3 Z2: real (1, m) = matmul %4 %2", "dense2"],
        ["%4: host = total %3", "loss"],
    ],
    "buffers": [
        {
            "name": "W1",
            "layer": "dense1",
            "shape": "(4, 2)",
            "storage": "theta",
            "offset": 0,
            "size": 32,
            "first": 0,
            "last": 5,
        },
        {
            "name": "Z1",
            "layer": "dense1",
            "shape": "(4, m)",
            "storage": "arena",
            "offset": 0,
            "size": 1024,
            "first": 1,
            "last": 3,
        },
        {
            "name": "Z2",
            "layer": "dense2",
            "shape": "(1, m)",
            "storage": "arena",
            "offset": 1024,
            "size": 256,
            "first": 3,
            "last": 4,
        },
    ],
    "source": SOURCE_LINES,
    "step": 8,
}
TIMES: dict[str, Any] = {
    "what": "times",
    "batch": 64,
    "steps": 1997,
    "step": 54.9e-6,
    "lines": [[12, 30e-6], [13, 10e-6], [16, 10e-6], [19, 0.0], [20, None], [21, 10e-6]],
}


def read(data: dict[str, Any]) -> Any:
    return read_answer(json.dumps(data).encode())


@pytest.fixture
def plan() -> Plan:
    found = read(PLAN)
    assert isinstance(found, Plan)
    return found


@pytest.fixture
def times() -> Times:
    found = read(TIMES)
    assert isinstance(found, Times)
    return found


def text(lines: Any) -> str:
    return "".join(plain(row).rstrip() + "\n" for row in lines)


@pytest.mark.parametrize(
    ("pane", "width", "height"),
    [(SPEC, 200, 30), (SPEC, 120, 26), *((pane, 80, 20) for pane in range(4)), (SOURCE, 40, 8)],
)
def test_the_panes(
    golden: Callable[[str, str], None], plan: Plan, times: Times, pane: int, width: int, height: int
) -> None:
    cursor = plan_cursor.start(plan)
    for _ in range(pane):
        cursor = plan_cursor.switched(plan, cursor, 1)
    lines = plan_lines(plan, times, cursor, width, height)
    golden(f"tui/plan-{PANES[pane]}-{width}.txt", text(lines))
    assert all(length(row) <= width for row in lines)
    assert len(lines) == height


def test_the_cursor_takes_its_layer_along(plan: Plan) -> None:
    cursor = plan_cursor.start(plan)
    assert plan_cursor.chosen(plan, cursor) == {"dense1"}
    for pane in (GRAPH, BUFFERS, SOURCE, SPEC):
        cursor = plan_cursor.switched(plan, cursor, 1)
        assert cursor.pane == pane
        assert plan_cursor.chosen(plan, cursor) == {"dense1"}
    assert cursor.rows == (2, 1, 0, 10)
    below = plan_cursor.placed(plan, cursor, 3)
    assert plan_cursor.chosen(plan, below) == {"dense2"}
    assert plan_cursor.marked(plan, SOURCE, frozenset(("dense2",))) == (14, 15)
    # In a pane that already stands on the layer the row stays.
    back = plan_cursor.switched(plan, plan_cursor.switched(plan, cursor, 1), -1)
    assert back.rows == cursor.rows


def test_the_next_row_of_a_layer_goes_round(plan: Plan) -> None:
    cursor = Cursor(SOURCE, (0, 0, 0, 4))
    rows = []
    for _ in range(6):
        cursor = plan_cursor.onward(plan, cursor, 1)
        rows.append(cursor.row)
    assert rows == [5, 10, 11, 12, 4, 5]
    assert plan_cursor.onward(plan, cursor, -1).row == 4
    nowhere = Cursor(SOURCE, (0, 0, 0, 1))
    assert plan_cursor.onward(plan, nowhere, 1) == nowhere


def test_the_rows_of_the_layer_are_in_sight(plan: Plan) -> None:
    cursor = Cursor(SPEC, (3, 0, 0, 0))
    for pane in (GRAPH, BUFFERS, SOURCE):
        first = plan_cursor.top(plan, cursor, pane, 5)
        rows = plan_cursor.marked(plan, pane, frozenset(("dense2",)))
        assert any(first <= row < first + 5 for row in rows)


def test_a_line_of_the_spec_has_the_share_of_its_layers(plan: Plan, times: Times) -> None:
    found = shares(plan, times)
    assert found.source[11] == pytest.approx(0.5)
    assert 19 not in found.source
    assert found.spec[2] == pytest.approx(40 / 60)
    assert found.spec[5] == pytest.approx(10 / 60)
    assert sum(found.layers.values()) == pytest.approx(1)
    assert shares(plan, None).source == {}
    assert [percent(x) for x in (None, 0.0, 0.123, 1.0)] == ["     ", " 0.0%", "12.3%", " 100%"]


def test_words_while_there_is_nothing(plan: Plan) -> None:
    cursor = Cursor()
    assert "compiles the spec" in text(plan_lines(None, None, cursor, 80, 20))
    problem = Problem("the spec does not compile: x")
    assert "no plan: the spec" in text(plan_lines(problem, None, cursor, 80, 20))
    assert "measuring" in text(plan_lines(plan, None, cursor, 80, 20))
    assert "times not measured: x" in text(plan_lines(plan, Problem("x"), cursor, 80, 20))
    assert "trainer at work" in text(plan_lines(plan, read(TIMES), cursor, 120, 20, live=True))


def test_a_click_goes_to_the_row_that_is_shown_there(plan: Plan, times: Times) -> None:
    cursor = plan_cursor.start(plan)
    lines = [plain(row) for row in plan_lines(plan, times, cursor, 200, 30)]
    y = next(i for i, row in enumerate(lines) if "W2.dot" in row)
    x = lines[y].index("W2.dot")
    moved = place_at(plan, cursor, x, y, 200, 30)
    assert (moved.pane, plan.source[moved.row].text.strip()) == (SOURCE, "W2.dot(A1, out=Z2)")
    assert place_at(plan, cursor, 5, 0, 200, 30) == cursor


def test_all_panes_fit_the_width() -> None:
    for width in (40, 80, 99, 100, 149, 150, 200, 240):
        shown = layout(SOURCE, width)
        assert sum(size for _, size in shown) + 3 * (len(shown) - 1) == width
        assert SOURCE in dict(shown)


def test_in_ascii_nothing_else_is_left(plan: Plan, times: Times) -> None:
    lines = to_ascii(plan_lines(plan, times, plan_cursor.start(plan), 200, 30))
    assert text(lines).isascii()
    assert "?" not in text(lines)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_answer_is_shown_harmlessly(data: st.DataObject) -> None:
    broken, measured = dict(PLAN), dict(TIMES)
    for found in (broken, measured):
        for key in data.draw(st.sets(st.sampled_from(sorted(found)), max_size=3)) - {"what"}:
            found[key] = data.draw(json_values)
    plan, times = read(broken), read(measured)
    cursor = plan_cursor.start(plan)
    for by in data.draw(st.lists(st.integers(-3, 3), max_size=4)):
        cursor = plan_cursor.placed(plan, cursor, cursor.row + by)
        cursor = plan_cursor.onward(plan, plan_cursor.switched(plan, cursor, by), 1)
    lines = plan_lines(plan, times, cursor, data.draw(st.integers(1, 210)), 24)
    assert text(lines).replace("\n", "").isprintable()
