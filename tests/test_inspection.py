"""What a viewer is told about a trained network is what the network does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specc.driver import compile_file
from specc.inspection.inspector import Inspector
from specc.inspection.pictures import frame_of
from specc.run.control import Command, Control
from specc.run.events import Evaluated, Steps
from specc.run.shelf import delete
from specc.training import prepare_job, run_job

MODELS = Path(__file__).parents[1] / "models"


def trained(tmp_path: Path, model: str = "digits.dl", *settings: str) -> Path:
    compilation = compile_file(str(MODELS / model), settings=settings)
    for _ in run_job(prepare_job(compilation, str(tmp_path / "run"))):
        pass
    return tmp_path / "run"


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(tmp_path_factory.mktemp("digits"))


def test_the_result_is_that_of_the_dev_set(digits: Path) -> None:
    found = Inspector(digits).answer({"what": "result"})
    confusion = np.array(found["confusion"])
    assert confusion.shape == (10, 10)
    assert np.trace(confusion) / confusion.sum() == pytest.approx(found["metrics"]["accuracy"])
    wrong = confusion.sum() - np.trace(confusion)
    assert len(found["mistakes"]) == min(24, wrong) > 0
    assert (found["part"], found["step"], found["boundary"]) == ("dev", 690, None)
    sure = [m["probability"] - m["probability_of_true"] for m in found["mistakes"]]
    assert sure == sorted(sure, reverse=True)
    for mistake in found["mistakes"]:
        assert confusion[mistake["true"], mistake["predicted"]] > 0
        assert np.shape(mistake["picture"]) == (8, 8)


def test_filters_are_the_weights_of_the_first_layer(digits: Path) -> None:
    found = Inspector(digits).answer({"what": "filters"})
    assert np.shape(found["filters"]) == (64, 8, 8)
    assert found["of"] == "dense1.W"
    values = np.array(found["filters"])
    assert values.min() == 0 or values.max() == 255
    assert 100 < values.mean() < 155


def test_the_boundary_is_the_answer_at_every_point(tmp_path: Path) -> None:
    run = trained(tmp_path, "moons.dl", "train.run=300 epochs")
    inspector = Inspector(run)
    found = inspector.answer({"what": "result", "columns": 40, "rows": 20})
    shown = found["boundary"]
    assert np.shape(shown["classes"]) == np.shape(shown["sure"]) == (20, 40)
    assert set(np.unique(shown["classes"])) == {0, 1}
    assert np.min(shown["sure"]) >= 0.5
    # A class is met mostly by its own points.
    (left, right), (low, high) = shown["x"], shown["y"]
    hits = 0
    for x, y, target in shown["points"]:
        column = int((x - left) / (right - left) * 40)
        row = int((high - y) / (high - low) * 20)
        hits += shown["classes"][row][column] == target
    assert hits / len(shown["points"]) == pytest.approx(found["metrics"]["accuracy"], abs=0.06)


@pytest.mark.parametrize(
    "request_",
    [None, [], {}, {"what": 3}, {"what": "result", "which": "../x"}, {"what": "plans"}, "result"],
)
def test_a_request_of_another_form_is_answered_in_words(digits: Path, request_: Any) -> None:
    assert set(Inspector(digits).answer(request_)) == {"problem"}


def test_sizes_of_a_grid_are_bounded(tmp_path: Path) -> None:
    run = trained(tmp_path, "moons.dl", "train.run=2 epochs")
    found = Inspector(run).answer({"what": "result", "columns": 10**9, "rows": -5})
    assert np.shape(found["boundary"]["classes"]) == (2, 400)


def test_a_run_without_a_checkpoint_is_answered_in_words(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    assert "no checkpoint" in Inspector(tmp_path).answer({"what": "result"})["problem"]


def test_of_a_run_that_was_deleted_that_is_said(tmp_path: Path) -> None:
    run = trained(tmp_path, "moons.dl", "train.run=1 epoch")
    inspector = Inspector(run)
    assert "problem" not in inspector.answer({"what": "result"})
    delete(run)
    for what in ("result", "filters"):
        assert inspector.answer({"what": what}) == {
            "problem": "the run is gone: it was deleted or moved"
        }


def test_the_program_of_a_run_is_not_run(digits: Path) -> None:
    plan = digits / "plan.py"
    before = plan.read_text()
    plan.write_text("raise SystemExit('run')")
    try:
        assert "confusion" in Inspector(digits).answer({"what": "result"})
    finally:
        plan.write_text(before)


def test_the_process_answers_line_by_line(digits: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "specc.inspection", str(digits)],
        input='{"what": "filters"}\nnonsense\n' + "[" * 100_000 + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [next(iter(a)) for a in answers] == ["what", "problem", "problem"]


def test_a_checkpoint_can_be_asked_for(tmp_path: Path) -> None:
    """While the run goes on, without an event; the inspector sees the newer state."""
    control = Control()
    compilation = compile_file(str(MODELS / "digits.dl"))
    run = tmp_path / "run"
    inspector = Inspector(run)
    steps = []
    for event in run_job(prepare_job(compilation, str(run)), control):
        if isinstance(event, Evaluated) and event.step in (46, 230):
            control.put(Command("checkpoint"))
        elif isinstance(event, Steps) and event.first in (46, 230):
            steps.append(inspector.answer({"what": "filters"})["step"])
    assert steps == [46, 230]


def test_what_is_a_picture() -> None:
    digits = compile_file(str(MODELS / "digits.dl"))
    names = tuple(f"pixel_{i}_{j}" for i in range(8) for j in range(8))
    assert frame_of(digits, names) == (8, 8, 1)
    assert frame_of(digits, ("age", *names[1:])) is None
    assert frame_of(digits, ()) is None
    assert frame_of(compile_file(str(MODELS / "moons.dl")), ()) is None
