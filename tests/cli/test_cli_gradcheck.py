"""`specc gradcheck`: the report object, and its exit status."""

from __future__ import annotations

import json
from pathlib import Path

from cli_samples import MODELS, Run


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


def test_of_a_run_with_settings_of_its_own(specc: Run, tiny: str, tmp_path: Path) -> None:
    assert specc("train", tiny, "--set", "width=7", "--out", "run").status == 0
    done = specc("gradcheck", "run", "--json")
    assert done.status == 0, done.err
    assert json.loads(done.out)["parameters"][0]["shape"] == [7, 2]
    info = tmp_path / "run" / "run.json"
    info.write_text(json.dumps(json.loads(info.read_text()) | {"set": ["width", 3]}))
    damaged = specc("gradcheck", "run")
    assert (damaged.status, "`set[1]` is missing or of the wrong kind" in damaged.err) == (2, True)
