"""The confusion matrix: counted from outputs, in the final result, and what follows from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from oracle import compiled, spec

from specc.pace import better
from specc.run.confusion import confusion, per_class, predicted
from specc.run.events import Finished, from_json, to_json
from specc.run.forms import is_sound
from specc.training import compared_classes, prepare_job, run_job


def finished(text: str, directory: Path) -> tuple[Any, Finished]:
    job = prepare_job(compiled(text), str(directory))
    last = list(run_job(job))[-1]
    assert isinstance(last, Finished)
    return job, last


def test_rows_are_true_classes_and_columns_predicted_ones() -> None:
    output = np.array([[0.7, 0.2, 0.1, 0.4], [0.2, 0.5, 0.1, 0.4], [0.1, 0.3, 0.8, 0.2]])
    assert predicted(output).tolist() == [0, 1, 2, 0]
    matrix = confusion(output, np.array([0, 2, 2, 1], np.int32), 3)
    assert matrix.tolist() == [[1, 0, 0], [1, 0, 0], [0, 1, 1]]


def test_a_yes_is_above_one_half() -> None:
    output = np.array([[0.5, 0.5001, 0.0, 1.0]])
    assert predicted(output).tolist() == [0, 1, 0, 1]
    matrix = confusion(output, np.array([[1.0], [1.0], [0.0], [0.0]]), 2)
    assert matrix.tolist() == [[1, 1], [1, 1]]


def test_report_of_each_class() -> None:
    """The example by hand; of nothing there is no share."""
    rows = per_class(np.array([[8, 2, 0], [1, 4, 0], [0, 0, 0]]))
    assert [r.support for r in rows] == [10, 5, 0]
    assert [r.precision for r in rows] == pytest.approx([8 / 9, 4 / 6, 0])
    assert [r.recall for r in rows] == pytest.approx([0.8, 0.8, 0])
    assert [r.f1 for r in rows] == pytest.approx([16 / 19, 8 / 11, 0])


def test_report_is_that_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.RandomState(2)
    true, guess = random.randint(0, 4, 200), random.randint(0, 5, 200)
    matrix = metrics.confusion_matrix(true, guess, labels=range(5))
    expected = metrics.precision_recall_fscore_support(
        true, guess, labels=range(5), zero_division=0
    )
    rows = per_class(matrix)
    for i, name in enumerate(("precision", "recall", "f1", "support")):
        np.testing.assert_allclose([getattr(r, name) for r in rows], expected[i], rtol=1e-12)


@pytest.mark.parametrize("target", ["cross_entropy", "binary_cross_entropy"])
def test_final_result_holds_the_matrix_of_each_set(target: str, tmp_path: Path) -> None:
    end = "dense 2, softmax" if target == "cross_entropy" else "dense 1, sigmoid"
    text = spec(
        f"input 2; dense 4, tanh; {end}",
        target,
        data="source circles(n = 200)\n split train = 60%, dev = 40%",
        train="run 3 epochs\n metrics accuracy, f1, recall",
    )
    job, last = finished(text, tmp_path / "run")
    assert set(last.confusion) == {"train", "dev"}
    for name, part in (("train", job.dataset.train), ("dev", job.dataset.dev)):
        matrix = np.array(last.confusion[name])
        assert matrix.sum() == part.n
        metrics = last.train if name == "train" else last.dev
        assert metrics is not None
        assert matrix.trace() / part.n == pytest.approx(metrics["accuracy"])
        rows = per_class(matrix)
        wanted = [r.f1 for r in rows] if target == "cross_entropy" else [rows[1].f1]
        assert np.mean(wanted) == pytest.approx(metrics["f1"])
    again = from_json(json.loads(json.dumps(to_json(last))))
    assert isinstance(again, Finished)
    assert again.confusion == last.confusion
    assert is_sound(again)


def test_a_regression_has_none(tmp_path: Path) -> None:
    _, last = finished(spec("input 2; dense 1", train="run 1 epoch"), tmp_path / "run")
    assert last.confusion == {}


def test_many_classes_are_compared_when_asked_for() -> None:
    network = "input 2; dense 30, softmax"
    plain = compiled(spec(network, "cross_entropy")).model
    asked = compiled(spec(network, "cross_entropy", train="run 1 epoch\n metrics confusion")).model
    assert (compared_classes(plain), compared_classes(asked)) == (0, 30)


def test_direction_of_a_result() -> None:
    model = compiled(spec("input 2; dense 1", train="run 1 epoch\n metrics mae, r2")).model
    found = {name: better(name, model.metrics) for name in ("cost", "loss", "mae", "r2")}
    assert found == {"cost": "min", "loss": "min", "mae": "min", "r2": "max"}


def test_early_stopping_and_claims_take_the_metrics(tmp_path: Path) -> None:
    """`f1` is watched upwards: with any patience the best step is the one of the largest."""
    text = spec(
        "input 2; dense 6, tanh; dense 1, sigmoid",
        "binary_cross_entropy",
        optimizer="adam(lr = 0.05)",
        data="source circles(n = 200)\n split train = 60%, dev = 40%",
        train="run 30 epochs\n metrics f1, precision\n"
        " stop early(on = dev.f1, patience = 8 epochs)",
    )
    text += "expect {\n dev.f1 >= 10%\n dev.precision >= 10%\n}\n"
    job = prepare_job(compiled(text), str(tmp_path / "run"))
    seen = {}
    for event in run_job(job):
        if hasattr(event, "dev") and hasattr(event, "best") and isinstance(event.best, bool):
            assert event.dev is not None
            seen[event.step] = event.dev["f1"]
    assert isinstance(event, Finished)
    assert event.best is not None
    assert seen[event.best["step"]] == max(seen.values()) > seen[0]
    assert [c["holds"] for c in event.expect] == [True, True]
