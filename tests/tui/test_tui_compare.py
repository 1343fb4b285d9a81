"""Runs beside each other: the table, its order and filter, the curves and the differences."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from specc_tui.ascii import to_ascii
from specc_tui.chart import draw
from specc_tui.comparison import (
    MOST_MARKED,
    Table,
    colours,
    difference_lines,
    overlay,
    table_lines,
)
from specc_tui.history import History, Run, arranged, columns
from specc_tui.lines import length, plain
from specc_tui.look import Look
from specc_tui.marked import Marked
from specc_tui.state import View


def run(name: str, cost: float, **more: object) -> Run:
    made = Run(
        name=name,
        directory=Path(name),
        spec="circles",
        variant=name,
        status="finished",
        created=f"2026-01-0{len(name)}T10:00:00",
        steps=500,
        seconds=3.5,
        parameters=91,
        best=cost / 2,
        metrics=(("train cost", cost), ("train accuracy", 0.5), ("train loss", cost)),
        settings=(("init", name), ("optimizer", "sgd(lr = 0.01)")),
    )
    return replace(made, **more)  # type: ignore[arg-type]


RUNS = (
    run("zeros", 0.69),
    run("he", 0.05),
    run("large", math.nan, metrics=(), status="diverged"),
    Run("bad", Path("bad"), "", "", "?", "", 0, math.nan, 0, math.nan, (), (), "it is damaged"),
)


def shown(lines: object) -> str:
    return "".join(plain(row).rstrip() + "\n" for row in lines)  # type: ignore[attr-defined]


def table(**more: object) -> Table:
    return replace(Table(RUNS, columns(RUNS)), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [40, 80, 160])
def test_the_table(golden: Callable[[str, str], None], width: int) -> None:
    lines = table_lines(table(marked=("he",), cursor=1), width, 10)
    assert all(length(row) <= width for row in lines)
    golden(f"tui/runs-{width}.txt", shown(lines))
    assert shown(to_ascii(lines)).isascii()


def names(title: str, *, down: bool = False, wanted: str = "") -> list[str]:
    column = next(c for c in columns(RUNS) if c.title == title)
    return [r.name for r in arranged(RUNS, column, down=down, wanted=wanted)]


def test_rows_without_a_value_come_last_both_ways() -> None:
    assert names("train cost") == ["he", "zeros", "large", "bad"]
    assert names("train cost", down=True) == ["zeros", "he", "large", "bad"]
    assert names("run") == ["bad", "he", "large", "zeros"]


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ("", 4),
        ("INIT=HE", 1),
        ("init=he", 1),
        ("circles", 3),
        ("circles diverged", 1),
        ("lr = 0.01 zeros", 1),
        ("nothing", 0),
    ],
)
def test_a_filter_wants_all_its_words(wanted: str, left: int) -> None:
    assert len(names("run", wanted=wanted)) == left


def test_the_cursor_stays_in_sight() -> None:
    many = tuple(run(f"run{i:03}", 0.1 * i) for i in range(100))
    for cursor in (0, 50, 99):
        lines = table_lines(Table(many, columns(many), cursor=cursor), 60, 8)
        assert len(lines) == 8
        assert sum("▌" in plain(row) and f"run{cursor:03}" in plain(row) for row in lines) == 1


def test_no_rows_are_said() -> None:
    assert "no run fits" in shown(table_lines(table(rows=(), wanted="x"), 60, 8))
    assert "no other run" in shown(table_lines(table(rows=()), 60, 8))


def test_a_run_keeps_its_colour() -> None:
    alone = colours(["he"])["he"]
    for others in (["zeros"], ["large"], []):
        assert len(set(colours(["he", *others]).values())) == 1 + len(others)
    assert colours(["he"])["he"] == alone
    full = colours([f"r{i}" for i in range(MOST_MARKED)])
    assert sorted(full.values()) == list(range(MOST_MARKED))


def test_in_what_two_runs_differ() -> None:
    specs = ["spec 1\ninit zeros\nloss mse", "spec 1\ninit he\nloss mse"]
    text = shown(difference_lines(RUNS[:2], specs, 60))
    assert "init: zeros → he" in text
    assert "-init zeros" in text
    assert "+init he" in text
    assert "optimizer" not in text
    assert "the same spec" in shown(difference_lines(RUNS[:2], ["a", "a"], 60))
    assert "mark two runs" in shown(difference_lines(RUNS[:1], ["a"], 60))


def test_curves_of_runs_without_data() -> None:
    chart = overlay([("he", View()), ("zeros", View())], log_y=True)
    assert len(draw(chart, 60, 12, Look())) == 12


def test_history_reads_what_changed(make_run: Callable[..., Path]) -> None:
    directory = make_run(300)
    history = History(directory.parent)
    (first,) = history.read()
    assert (first.name, first.status, first.steps) == ("run", "finished", 300)
    assert dict(first.metrics)
    assert history.read()[0] is first
    with open(directory / "events.jsonl", "a") as file:
        file.write("\n")
    assert history.read()[0] is not first


def test_a_folder_with_anything_in_it(make_run: Callable[..., Path], tmp_path: Path) -> None:
    make_run(50)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "run.json").write_text("{")
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    (hostile / "run.json").write_text(json.dumps({"format": 1, "name": "\x1b[2J"}))
    (tmp_path / "link").symlink_to(tmp_path / "run")
    found = {r.name: r for r in History(tmp_path).read()}
    assert set(found) == {"run", "damaged", "hostile"}
    assert found["damaged"].problem
    assert found["hostile"].problem
    text = shown(table_lines(Table(tuple(found.values()), columns(tuple(found.values()))), 120, 9))
    assert all(c.isprintable() or c == "\n" for c in text)
    assert History(tmp_path / "none").read() == ()


def test_marked_runs_are_followed(make_run: Callable[..., Path]) -> None:
    directory = make_run(300)
    (directory / "spec.dl").write_text("spec 1\n\x1b[2Jinit he\n")
    marked = Marked()
    marked.keep({"run": directory})
    assert marked.views(["run"]) == []
    marked.read()
    ((name, view),) = marked.views(["run", "other"])
    assert name == "run"
    assert view.step == 300
    (spec,) = marked.specs([directory])
    assert "\x1b" not in spec
    assert marked.specs([directory / "none"]) == [""]
