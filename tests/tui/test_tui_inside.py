"""The layers screen: looks inside the network as maps and histograms, whatever a file says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from specc_tui.event_line import read_event
from specc_tui.inside import Spread, read_inside
from specc_tui.layers import layer_lines, rebinned, words_of
from specc_tui.lines import Role, length, plain
from specc_tui.news import News
from specc_tui.state import View, reduce

from specc.run.events import Probed


def row(low: float, high: float, counts: list[int], **more: Any) -> dict[str, Any]:
    return {
        "mean": 0.5,
        "deviation": 0.25,
        "low": low,
        "high": high,
        "counts": counts,
        "lost": 0,
        **more,
    }


def look(step: int, counts: list[int], dead: float | None = None) -> Probed:
    value = {"layer": "dense1", "value": "A1", "dead": dead, "saturated": None}
    tensor = {"name": "dense1.W", "norm": 2.0, "gradient": 0.1, "update": 1e-3}
    return Probed(
        step,
        step / 10,
        (value | row(0.0, 3.0, counts),),
        (tensor | row(-1.0, 1.0, counts[::-1]),),
    )


LOOKS = tuple(
    read_inside(look(10 * i, counts, dead))
    for i, (counts, dead) in enumerate(
        [([9, 0, 0], 0.0), ([6, 3, 0], 0.1), ([3, 3, 3], 0.25), ([1, 2, 6], 0.5)]
    )
)


def text(width: int, subject: Any = "values", looks: Any = LOOKS) -> list[str]:
    return [plain(r).rstrip() for r in layer_lines(looks, subject, width)]


@pytest.mark.parametrize("width", [40, 100])
@pytest.mark.parametrize("subject", ["values", "weights"])
def test_a_map_shows_where_the_values_lie_over_time(
    golden: Callable[[str, str], None], width: int, subject: Any
) -> None:
    golden(f"tui/layers-{subject}-{width}.txt", "\n".join(text(width, subject)) + "\n")


@pytest.mark.parametrize("width", [1, 5, 11, 12, 20, 40, 80, 200])
@pytest.mark.parametrize("subject", ["values", "weights"])
def test_every_width_is_kept(width: int, subject: Any) -> None:
    assert all(length(r) <= width for r in layer_lines(LOOKS, subject, width))


def test_weights_are_the_other_subject() -> None:
    assert "dense1.W" in text(80, "weights")[2]
    assert "dead" not in "".join(text(80, "weights"))


def test_before_the_first_look_it_says_so() -> None:
    assert text(80, looks=()) == ["no look inside yet: one is taken at every evaluation"]


@pytest.mark.parametrize(
    ("dead", "saturated", "said", "role"),
    [
        (0.5, np.nan, "50% of the units are dead: 0 for every example", Role.BAD),
        (0.1, np.nan, "10% of the units are dead: 0 for every example", Role.NOTE),
        (0.0, np.nan, "", Role.DIM),
        (np.nan, 0.9, "90% of the values are saturated", Role.NOTE),
        (np.nan, 0.1, "10% saturated", Role.DIM),
        (np.nan, np.nan, "", Role.DIM),
    ],
)
def test_shares_in_words(dead: float, saturated: float, said: str, role: Role) -> None:
    assert words_of(dead, saturated) == (said, role)


@given(
    st.lists(st.integers(0, 1000), min_size=1, max_size=30),
    st.floats(-1e6, 1e6),
    st.floats(0, 1e6),
    st.integers(1, 40),
)
def test_no_value_is_lost_in_other_bins(
    counts: list[int], low: float, span: float, bins: int
) -> None:
    spread = Spread(0.0, 1.0, low, low + span, np.array(counts, float), 0)
    found = rebinned(spread, low, low + span, bins)
    assert (found >= -1e-12).all()
    assert found.sum() == pytest.approx(1.0 if sum(counts) else 0.0)


def test_bins_of_the_same_size_stay_as_they_are() -> None:
    spread = Spread(0.0, 1.0, -2.0, 2.0, np.array([1.0, 4.0, 3.0, 2.0]), 0)
    np.testing.assert_allclose(rebinned(spread, -2.0, 2.0, 4), [0.1, 0.4, 0.3, 0.2])
    np.testing.assert_allclose(rebinned(spread, -2.0, 6.0, 4), [0.5, 0.5, 0.0, 0.0])


@pytest.mark.parametrize(
    "damage",
    [
        {"counts": "many"},
        {"counts": [-1, 2.5, None, "x"]},
        {"low": 3, "high": -3},
        {"low": float("nan")},
        {"mean": None, "deviation": []},
        {"layer": 7, "value": {"a": 1}},
        {"value": "\x1b[2J", "layer": "\u202eevil"},
        {"dead": "half", "saturated": 10**400},
    ],
)
def test_a_damaged_look_is_shown_harmlessly(damage: dict[str, Any]) -> None:
    data = {
        "event": "probed",
        "step": 5,
        "epoch": 0.5,
        "layers": [LAYER | damage, "no row", None],
        "parameters": [LAYER | damage | {"name": "dense1.W"}],
    }
    event = read_event(json.dumps(data).encode())
    assert isinstance(event, Probed)
    for subject in ("values", "weights"):
        shown = "\n".join(text(60, subject, (read_inside(event),)))
        assert shown.isprintable() or set(shown) - set("\n") <= set(filter(str.isprintable, shown))
        assert "\x1b" not in shown


LAYER = {"layer": "dense1", "value": "A1", "dead": None, "saturated": None} | row(0.0, 1.0, [1, 2])


def test_a_run_that_went_on_forgets_later_looks() -> None:
    events = [look(10, [1, 1, 1]), look(20, [1, 1, 1])]
    view = reduce(View(), News(events=tuple(events)))
    assert [p.step for p in view.probes] == [10, 20]
