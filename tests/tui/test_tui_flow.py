"""Gradient flow in numbers, in a course over time and in words."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from specc_tui.ascii import to_ascii
from specc_tui.flow import across, flow_lines, ratio, sparkline, verdict
from specc_tui.inside import Inside, Spread, Tensor
from specc_tui.lines import Role, length, plain

NONE = Spread(0.0, 0.0, 0.0, 0.0, np.empty(0), 0)


def tensor(name: str, gradient: float, update: float = 1e-3) -> Tensor:
    return Tensor(name, 1.0, gradient, update, NONE)


def look(step: int, *tensors: Tensor) -> Inside:
    return Inside(step, step / 10, (), tensors)


def test_nothing_moved_yet() -> None:
    before = look(0, tensor("dense1.W", math.nan, math.nan))
    for looks in ((), (before,)):
        assert [plain(r) for r in flow_lines(looks, 80)] == ["no gradient was looked at yet"]


@pytest.mark.parametrize("width", [50, 100])
def test_every_tensor_has_a_line(golden: Callable[[str, str], None], width: int) -> None:
    looks = [
        look(
            10 * i,
            tensor("dense1.W", 1e-6 * (i + 1), 1e-8),
            tensor("dense2.W", 0.5 / (i + 1)),
            tensor("dense3.W", 0.3, 0.5),
            tensor("dense3.b", 0.0),
        )
        for i in range(1, 6)
    ]
    lines = flow_lines(looks, width)
    assert all(length(row) <= width for row in lines)
    golden(f"tui/flow-{width}.txt", "".join(plain(row).rstrip() + "\n" for row in lines))
    assert all(plain(row).isascii() for row in to_ascii(lines))


@pytest.mark.parametrize(
    ("now", "first", "update", "said", "role"),
    [
        (0.1, 0.2, 1e-3, "", Role.DIM),
        (math.nan, 0.2, 1e-3, "not finite", Role.BAD),
        (math.inf, 0.2, 1e-3, "not finite", Role.BAD),
        (500.0, 0.1, 1e-3, "exploding", Role.BAD),
        (0.0, 0.0, 0.0, "no gradient", Role.BAD),
        (1e-5, 1e-5, 1e-3, "vanishing", Role.BAD),
        (0.1, 0.2, 0.3, "moves fast", Role.NOTE),
        (0.1, 0.2, 1e-9, "hardly moves", Role.NOTE),
        (0.1, 0.2, math.nan, "", Role.DIM),
    ],
)
def test_sizes_in_words(now: float, first: float, update: float, said: str, role: Role) -> None:
    this = tensor("dense1.W", now, update)
    found = verdict(this, [tensor("dense1.W", first), this], [this, tensor("dense2.W", 1.0)])
    assert found[0].startswith(said)
    assert found[1] == role
    assert bool(found[0]) == bool(said)


def test_biases_are_not_compared_with_weights() -> None:
    small = tensor("dense1.b", 1e-6, 1e-9)
    assert verdict(small, [small], [small, tensor("dense2.W", 1.0)]) == ("", Role.DIM)


def test_what_the_layers_say_together() -> None:
    names = [f"dense{i}.W" for i in (1, 2, 3)]
    down = [tensor(n, g) for n, g in zip(names, (1e-6, 1e-3, 1.0), strict=True)]
    assert "vanishes" in across(down)
    assert "1e+06 times smaller" in across(down)
    up = [tensor(n, g) for n, g in zip(names, (1e4, 1.0, 1.0), strict=True)]
    assert "grows" in across(up)
    assert across(down[:2]) == across([tensor(n, 1.0) for n in names]) == ""


def test_a_sparkline_is_on_a_log_scale() -> None:
    assert sparkline([1, 10, 100, 1000], 4) == "▁▃▆█"
    assert sparkline([1.0, 1.0], 4) == "▅▅  "
    assert sparkline([1.0, math.nan, math.inf, 0.0, 10.0], 5) == "▁✕✕ █"
    assert len(sparkline([float(i + 1) for i in range(500)], 20)) == 20


def test_a_ratio_before_there_is_one() -> None:
    assert [ratio(v) for v in (0.00213, math.nan, math.inf)] == ["2.1e-03", "-", "inf"]
