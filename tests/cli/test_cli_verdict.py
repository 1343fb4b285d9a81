"""Bias and variance at the end of `train` and `compare`, and the report per class."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_samples import RESULT, TABLE, Run, result


def test_the_end_of_a_run_tells_bias_from_variance(specc: Run, tiny: str) -> None:
    done = specc("train", tiny, "--out", "run")
    found = re.search(
        r"^train error (\S+) %, dev error (\S+) %, gap (\S+) %: (.*)$", done.out, re.M
    )
    assert found is not None
    train, dev, gap = (float(found[i]) for i in (1, 2, 3))
    assert gap == pytest.approx(dev - train, abs=0.011)
    assert found[4] == "high bias, low variance"
    assert "against bias: a bigger network" in done.out
    assert "against variance" not in done.out
    assert "with 16 dev examples chance alone moves the gap by" in done.out


def test_what_cannot_be_avoided_is_no_bias(specc: Run, tiny: str) -> None:
    done = specc("train", tiny, "--bayes", "60%")
    assert "Bayes error 60.00 %: low bias, low variance" in done.out
    found = result(specc("train", tiny, "--bayes", "0.6", "--json").out)
    assert list(found) == RESULT
    assert found["errors"]["bayes"] == 0.6
    assert found["errors"]["verdict"] == "low bias, low variance"
    assert found["errors"]["other"] == pytest.approx(1 - found["dev"]["accuracy"])


def test_the_report_comes_only_if_asked_for(specc: Run, tiny: str) -> None:
    assert "precision" not in specc("train", tiny).out
    done = specc("train", tiny, "--report")
    lines = done.out.splitlines()
    at = next(i for i, line in enumerate(lines) if "precision" in line)
    assert lines[at - 1] == "dev"
    assert lines[at].split() == ["class", "precision", "recall", "f1", "examples"]
    assert [line.split()[0] for line in lines[at + 1 : at + 3]] == ["0", "1"]
    assert sum(int(line.split()[-1]) for line in lines[at + 1 : at + 3]) == 16


def test_numbers_have_no_verdict_and_no_classes(specc: Run, tmp_path: Path) -> None:
    points = "x,y,label\n" + "".join(f"{i},{i % 3},{i}.5\n" for i in range(12))
    (tmp_path / "points.csv").write_text(points)
    text = TABLE.replace("dense  2, softmax", "dense  1").replace("cross_entropy", "mse")
    (tmp_path / "table.dl").write_text(text.replace("lr = 0.1", "lr = 1e-3"))
    done = specc("train", "table.dl", "--report")
    assert re.search(r"^train cost \S+$", done.out, re.M)
    assert "no report: there are no classes" in done.out


def test_a_run_that_diverges_has_no_verdict(specc: Run, tiny: str) -> None:
    done = specc("train", tiny, "--set", "optimizer=sgd(lr = 1e300)")
    assert done.status == 1
    assert "train error" not in done.out
    found = result(specc("train", tiny, "--set", "optimizer=sgd(lr = 1e300)", "--json").out)
    assert found["errors"] is None


def test_compare_has_a_line_per_variant(specc: Run, tiny: str) -> None:
    found = result(specc("compare", tiny, "--json", "--bayes", "1%").out)
    for outcome in found["variants"].values():
        assert outcome["errors"]["bayes"] == 0.01
        assert outcome["errors"]["gap"] == pytest.approx(
            outcome["train"]["accuracy"] - outcome["dev"]["accuracy"]
        )
