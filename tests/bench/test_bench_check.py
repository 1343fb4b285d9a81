"""The benchmark of a check measures what it says. No time is asserted."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator

import pytest

from bench.__main__ import main
from bench.check import EDITS, FILES, LARGE, TARGETS, Edit, recheck, report, results
from bench.large import LINES
from specc.checking import check_text
from specc.diag.source import Source
from specc.driver import compile_source


@pytest.mark.parametrize("make", LARGE.values(), ids=str)
def test_large_specs_have_their_size_and_no_findings(make: Callable[[], str]) -> None:
    text = make()
    assert text.count("\n") == LINES
    assert check_text(text) == ()
    assert text.count("run 30 epochs") == 1  # what changes from check to check


def test_a_network_has_a_layer_per_line() -> None:
    text = LARGE["a network of a layer per line"]()
    assert len(compile_source(Source("a.dl", text)).model.layers) == LINES - 15


def test_ratios_are_those_of_one_round() -> None:
    wall = {"python": [1.0] * 3, "import lark": [1.0, 2.0, 4.0], "one file": [2.0, 2.0, 2.0]}
    cpu = {"one file": [0.1, 0.1, 0.3], f"{FILES} files": [0.5, 0.7, 0.8]}
    cpu |= {"python": [0.1] * 3, "import lark": [0.1] * 3}
    wall[f"{FILES} files"] = [1.0] * 3
    found = {"wall": wall, "cpu": cpu, "again": {"b, all of it": [1.0]}}
    found["again"] |= {"a, a layer": [0.003, 0.005], "b, a layer": [0.02, 0.04]}
    assert list(results(found).values()) == pytest.approx([1.0, 0.5, 30.0])
    lines = report(found).splitlines()
    assert [line.endswith("missed") for line in lines[-len(TARGETS) :]] == [False, False, True]


def test_every_kind_of_edit_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "collect", lambda: 0)  # it makes the times steady, which nobody reads
    times = recheck(2)
    assert {name.split(",")[0] for name in times} == set(LARGE)
    assert {len(seconds) for seconds in times.values()} == {2}
    assert len(times) == sum(1 + len(edits) for edits in EDITS.values())


@pytest.mark.parametrize(
    ("make", "edit"), [(make, e) for n, make in LARGE.items() for e in EDITS[n].values()], ids=str
)
def test_every_check_of_a_large_text_is_of_another_text(
    make: Callable[[], str], edit: Edit
) -> None:
    text = make()
    assert len({text, *(edit.made(text, number) for number in range(5))}) == 6


def test_an_edit_of_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="not in the text"):
        Edit("run", "run {}").made("spec 1", 2)


@pytest.fixture
def _core_is_given_back() -> Iterator[None]:
    """The benchmark ties its own process to one core; here that is the process of all tests."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    yield
    if cores is not None:
        os.sched_setaffinity(0, cores)


@pytest.mark.usefixtures("_core_is_given_back")
def test_it_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--rounds", "1"]) in (0, 1)
    shown = capsys.readouterr().out
    assert [name for name in TARGETS if name not in shown] == []
