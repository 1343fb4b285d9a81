"""Counting how often a result has stopped improving."""

from __future__ import annotations

import math

import pytest

from specc.run.plateau import Plateau


def drops(plateau: Plateau, results: list[float], every: int = 1) -> list[int]:
    found = []
    for i, value in enumerate(results):
        plateau.see(i * every, value)
        found.append(plateau.drops)
    return found


def test_a_drop_for_every_patience_without_improvement() -> None:
    assert drops(Plateau(3, 0.0), [1, 1, 1, 1, 1, 1, 1, 1]) == [0, 0, 0, 1, 1, 1, 2, 2]


def test_an_improvement_begins_the_wait_anew() -> None:
    assert drops(Plateau(2, 0.0), [3, 3, 2, 2, 1, 1, 1]) == [0, 0, 0, 0, 0, 0, 1]


def test_an_improvement_is_larger_than_delta() -> None:
    assert drops(Plateau(2, 0.5), [1, 0.9, 0.8, 0.4, 0.3]) == [0, 0, 1, 1, 1]


def test_patience_counts_updates() -> None:
    assert drops(Plateau(10, 0.0), [1, 1, 1, 1, 1], every=5) == [0, 0, 1, 1, 2]


def test_results_outside_do_not_count() -> None:
    """Neither as the best so far, nor as a wait."""
    plateau = Plateau(2, 0.0, first=3, last=6)
    assert drops(plateau, [0, 0, 0, 5, 5, 5, 5, 5, 5, 5]) == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
    assert plateau.best == 5


def test_what_is_no_number_is_no_improvement() -> None:
    assert drops(Plateau(2, 0.0), [1, math.nan, math.nan, 0.5]) == [0, 0, 1, 1]


def test_the_state_comes_back_exactly() -> None:
    first = Plateau(3, 0.0)
    drops(first, [0.1 + 0.2, 1, 1, 1, 1])
    again = Plateau(3, 0.0)
    again.load(first.dump())
    assert again == first
    fresh = Plateau(3, 0.0)
    fresh.load(Plateau(3, 0.0).dump())
    assert fresh.best == math.inf


@pytest.mark.parametrize("text", ["", "3", "[1]", '["x", 1, 2]', "null", "[[], 1, 2]"])
def test_a_damaged_state_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="state of the schedule"):
        Plateau(3, 0.0).load(text)
