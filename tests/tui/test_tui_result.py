"""The result screen: boundary, confusion, mistakes and regression from what an inspector says."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from specc_tui.ascii import to_ascii
from specc_tui.decision import grid_size
from specc_tui.filters import filter_lines
from specc_tui.inspector import Inspector
from specc_tui.lines import Lines, Role, length, plain
from specc_tui.look import Look
from specc_tui.outcome_lines import result_lines
from specc_tui.result import Filters, Problem, Result, grid, read_answer
from specc_tui.shades import resized, shade

COMMON = {"what": "result", "step": 690, "part": "dev", "inputs": [], "boundary": None}
MOONS = COMMON | {
    "task": "binary",
    "classes": ["0", "1"],
    "inputs": ["left", "right"],
    "metrics": {"cost": 0.25, "accuracy": 0.75},
    "boundary": {
        "x": [-1.0, 3.0],
        "y": [0.0, 2.0],
        "classes": [[0] * 6 + [1] * 6] * 5,
        "sure": [[1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]] * 5,
        "points": [[-0.5, 1.5, 0], [2.5, 0.5, 1], [0.0, 0.2, 1]],
    },
    "confusion": [[6, 2], [1, 3]],
    "mistakes": [
        {
            "example": 4,
            "true": 0,
            "predicted": 1,
            "probability": 0.9,
            "probability_of_true": 0.1,
            "picture": None,
        }
    ],
    "pairs": None,
}
DIGITS = COMMON | {
    "task": "classes",
    "classes": ["cat", "dog", "horse"],
    "metrics": {"cost": 0.1, "accuracy": 0.9},
    "confusion": [[9, 1, 0], [0, 10, 0], [0, 0, 10]],
    "mistakes": [
        {
            "example": 7,
            "true": 0,
            "predicted": 1,
            "probability": 0.8,
            "probability_of_true": 0.2,
            "picture": [[0, 80, 160, 255], [255, 160, 80, 0], [0, 0, 255, 255], [9, 9, 9, 9]],
        }
    ]
    * 3,
    "pairs": None,
}
PRICES = COMMON | {
    "task": "real",
    "classes": [],
    "metrics": {"cost": 0.1, "mae": 0.3},
    "confusion": None,
    "mistakes": None,
    "pairs": [[x / 4, x / 4 + (0.5 if x % 3 else -0.25)] for x in range(20)],
}
FILTERS = {
    "what": "filters",
    "step": 3,
    "of": "conv1.W",
    "units": 2,
    "largest": 0.5,
    "filters": [[[0, 128, 255], [255, 128, 0]], [[128, 128, 128], [128, 128, 128]]],
}


def answer(data: Any) -> Any:
    return read_answer(json.dumps(data).encode())


def text(lines: Lines) -> str:
    return "".join(plain(row).rstrip() + "\n" for row in lines)


@pytest.mark.parametrize("size", [(80, 24), (200, 60), (40, 10)], ids=str)
@pytest.mark.parametrize(
    ("name", "data"), [("moons", MOONS), ("digits", DIGITS), ("prices", PRICES)]
)
def test_what_the_network_does(
    golden: Callable[[str, str], None], name: str, data: dict[str, Any], size: tuple[int, int]
) -> None:
    lines = result_lines(answer(data), *size, Look())
    assert all(length(row) <= size[0] for row in lines)
    golden(f"tui/result-{name}-{size[0]}.txt", text(lines))


def test_without_colours_the_shade_is_the_class() -> None:
    lines = result_lines(answer(MOONS), 60, 12, Look(colour=False))
    row = plain(lines[4])
    assert row.count("▒") > 5
    assert "█" not in text(lines)


@pytest.mark.parametrize("data", [MOONS, DIGITS, PRICES])
def test_in_ascii_all_is_ascii(data: dict[str, Any]) -> None:
    lines = to_ascii(result_lines(answer(data), 80, 24, Look(ascii=True)))
    assert text(lines).isascii()
    assert "?" not in text(lines)


def test_filters_are_pictures_of_weights(golden: Callable[[str, str], None]) -> None:
    golden("tui/filters.txt", text(filter_lines(answer(FILTERS), 60)))
    assert filter_lines(None, 60) == ()
    # Without colours the sign of a weight is another character, in ASCII too.
    grey = text(filter_lines(answer(FILTERS), 60, colour=False))
    assert "@ negative" in grey
    assert set("-=*@") & set(grey.split("\n", 2)[2])
    assert set(text(to_ascii(((("░▒▓█", Role.TEXT),),)))).isdisjoint("-=*@")
    assert "no filters: gone" in text(filter_lines(Problem("gone"), 60))


def test_many_classes_become_a_list() -> None:
    names = [f"class {i}" for i in range(40)]
    confusion = np.diag(np.full(40, 5))
    confusion[3, 7] = 4
    data = DIGITS | {"classes": names, "confusion": confusion.tolist(), "mistakes": []}
    shown = text(result_lines(answer(data), 80, 24, Look()))
    assert "class 3 taken for class 7: 4" in shown
    assert "no mistake on dev" in shown


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"what": "result"},
        MOONS | {"boundary": {"x": [1, 0]}},
        MOONS | {"boundary": MOONS["boundary"] | {"sure": [[1, 2], [3]]}},  # type: ignore[operator]
        MOONS | {"boundary": MOONS["boundary"] | {"points": [[1, 2]]}},  # type: ignore[operator]
        MOONS | {"confusion": [[1, 2, 3]]},
        MOONS | {"confusion": "many"},
        DIGITS | {"classes": ["\x1b[2J", "\u202e", 3]},
        DIGITS | {"mistakes": [{"picture": [[1e400]], "true": -3, "predicted": 10**30}]},
        PRICES | {"pairs": [[None, 1], [2, 3]]},
        PRICES | {"pairs": [[float("nan"), 1], [float("inf"), 3]]},
        PRICES | {"metrics": {"cost": "low", "\x07": 3}},
    ],
)
def test_a_damaged_answer_is_shown_harmlessly(data: Any) -> None:
    found = answer(data)
    assert isinstance(found, Result | Problem)
    shown = text(result_lines(found, 80, 24, Look()))
    assert all(c.isprintable() or c == "\n" for c in shown)


def test_what_is_no_answer_is_a_problem() -> None:
    for line in (b"", b"nonsense", b"[" * 100_000, b'{"problem": "no \\u001b[2J data"}'):
        found = read_answer(line)
        assert isinstance(found, Problem)
        assert found.text.isprintable()
    assert "no result: " in text(result_lines(read_answer(b""), 80, 24, Look()))


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 50), st.integers(1, 50))
@settings(max_examples=60)
def test_another_size_keeps_the_mean_of_a_constant(a: int, b: int, rows: int, columns: int) -> None:
    found = resized(np.full((a, b), 0.7), rows, columns)
    assert found.shape == (rows, columns)
    np.testing.assert_allclose(found, 0.7)


def test_halving_a_picture_takes_means() -> None:
    values = np.arange(16.0).reshape(4, 4)
    np.testing.assert_allclose(resized(values, 2, 2), [[2.5, 4.5], [10.5, 12.5]])
    np.testing.assert_allclose(resized(values, 8, 4)[::2], values)


def test_only_nothing_is_blank() -> None:
    shares = np.array([0.0, 0.001, 0.25, 0.26, 1.0, 2.0, np.nan])
    assert shade(shares).tolist() == [" ", "░", "░", "▒", "█", "█", "?"]


def test_a_grid_is_numbers_in_rows() -> None:
    assert grid([[1, 2], [3, 4]]) is not None
    for wrong in (None, [], [[]], [1, 2], [["a"]], [[1], [2, 3]], [[[1, 2]]], [[1] * 1000]):
        assert grid(wrong) is None


@pytest.mark.parametrize("size", [(80, 24), (200, 60), (40, 10), (10, 3), (1, 1)])
def test_the_map_fits_its_panel(size: tuple[int, int]) -> None:
    columns, rows = grid_size(*size)
    assert columns >= 2
    assert rows >= 2
    assert columns <= max(2, size[0] - 8)


# The inspector as a process


ECHO = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if asked["columns"] == 13:
        sys.exit("cannot go on")
    print(json.dumps({"what": "filters", "step": asked["columns"], "filters": []}), flush=True)
"""


@pytest.fixture
def inspector(tmp_path: Path) -> Any:
    script = tmp_path / "echo.py"
    script.write_text(ECHO)
    now = [0.0]
    made = Inspector(tmp_path, (sys.executable, str(script)), lambda: now[0])
    yield made, now
    made.close()


def wait(made: Inspector) -> Any:
    end = time.monotonic() + 20
    while (found := made.poll()) is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    return found


def test_one_question_at_a_time(inspector: Any) -> None:
    made, now = inspector
    assert made.ready("filters")
    assert made.poll() is None
    for step in (5, 6):
        made.ask("filters", step)
        assert not made.ready("filters")
        asked, found = wait(made)
        assert asked == "filters"
        assert isinstance(found, Filters)
        assert found.step == step
        assert made.poll() is None
        assert not made.ready("filters")
        now[0] += 1.0
        assert made.ready("filters")


def test_an_inspector_that_ends_is_started_anew(inspector: Any) -> None:
    made, now = inspector
    made.ask("filters", 13)
    assert wait(made) == ("filters", Problem("the inspector ended: cannot go on"))
    now[0] += 10.0
    made.ask("filters", 4)
    assert wait(made)[1].step == 4
