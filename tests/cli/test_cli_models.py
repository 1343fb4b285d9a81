"""The specs that come with the project: canonical, without findings, and as the README says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli_samples import MODELS, ROOT, Run

SPECS = sorted(MODELS.rglob("*.dl"))


def lacks_data(path: Path) -> bool:
    """Whether a file that the spec names is not ours to ship and not at hand."""
    named = re.findall(r'"(data/[^"]+)"', path.read_text(encoding="utf-8"))
    return not all((path.parent / name).exists() for name in named)


def test_there_are_models() -> None:
    assert {p.name for p in SPECS} >= {"digits.dl", "circles.dl", "moons.dl"}


@pytest.mark.parametrize("path", SPECS, ids=lambda p: p.name)
def test_a_model_is_canonical_and_has_no_findings(specc: Run, path: Path) -> None:
    done = specc("fmt", "--check", str(path))
    assert (done.status, done.err) == (0, "")
    read = () if lacks_data(path) else ("--data",)
    done = specc("check", str(path), *read, "--strict", "--format", "json")
    assert (done.status, json.loads(done.out)) == (0, [])


@pytest.mark.parametrize("path", SPECS, ids=lambda p: p.name)
def test_a_model_has_a_plan(specc: Run, path: Path) -> None:
    done = specc("plan", str(path))
    if lacks_data(path) and re.search(r"batch +full", path.read_text(encoding="utf-8")):
        assert done.status == 2
        assert "error[E0501]" in done.err, "how many examples there are is not known"
        return
    assert done.status == 0
    assert done.out.startswith(path.name)


def test_the_commands_of_the_readme_are_those_there_are(specc: Run) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = {line.split()[1] for line in text.splitlines() if line.startswith("    specc ")}
    assert shown
    listed = specc("--help").out
    for command in shown:
        assert f"\n  {command} " in listed, command
