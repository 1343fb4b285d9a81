"""`specc gradcheck`: the report object, and its exit status."""

from __future__ import annotations

import json

import pytest
from cli_samples import MODELS, Run

pytest.importorskip("specc.gradcheck.check")


def test_json_has_the_keys_of_the_contract(specc: Run) -> None:
    done = specc("gradcheck", str(MODELS / "digits.dl"), "--json")
    assert done.status == 0, done.err
    report = json.loads(done.out)
    assert {"passed", "difference", "epsilon", "examples", "notes", "parameters"} <= set(report)
    assert report["passed"] is True
    assert 0 <= report["difference"] < 1e-6
    names = [p["name"] for p in report["parameters"]]
    assert names == [f"dense{i}.{kind}" for i in (1, 2, 3) for kind in "Wb"]
    for parameter in report["parameters"]:
        assert {"name", "shape", "difference", "worst", "kinks", "passed"} <= set(parameter)
        assert set(parameter["worst"]) >= {"index", "analytic", "numeric", "difference"}
        assert len(parameter["worst"]["index"]) == len(parameter["shape"])


def test_of_a_run_at_its_last_checkpoint(specc: Run, tiny: str) -> None:
    assert specc("train", tiny, "--out", "run").status == 0
    done = specc("gradcheck", "run")
    assert done.status == 0, done.err
    assert "dense1.W" in done.out
