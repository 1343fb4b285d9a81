"""The specs of the course reach the published costs to their printed digits.

Those whose data are not ours to ship are run where the data are at hand (see the README of
`models/course`); without them they must check cleanly and say what is missing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from course_chapters import EXPERIMENTS, Experiment
from course_published import Cost
from course_runs import MODELS, Run, missing, needed, trained

from specc.checking import check_source
from specc.diag.diagnostic import RunError
from specc.diag.source import Source
from specc.driver import compile_source
from specc.training import prepare_job

PUBLISHED = [e for e in EXPERIMENTS.values() if (e.train or e.costs) and not e.slow]
published = pytest.mark.parametrize(
    "experiment", [pytest.param(e, marks=needed(e), id=e.name) for e in PUBLISHED]
)


def reached(run: Run, experiment: Experiment) -> None:
    """To the digits that are printed, of long ones to all but the last rounding."""
    costs = run.costs_of(experiment)
    for at, cost in experiment.costs.items():
        if at < len(costs):
            assert costs[at] == pytest.approx(_first(cost), abs=_margin(cost, experiment)), at


def _first(cost: Cost) -> float:
    return cost if isinstance(cost, float) else cost[0]


def _margin(cost: Cost, experiment: Experiment) -> float:
    if not isinstance(cost, float):
        return experiment.spread
    digits = len(str(cost).partition(".")[2])
    return max(0.51 * 10.0**-digits, 1e-10)


def percent(value: float) -> float:
    return round(100 * value, 4)


@published
def test_costs_are_those_of_the_course(experiment: Experiment) -> None:
    reached(trained(experiment), experiment)


@published
def test_accuracies_are_those_of_the_course(experiment: Experiment) -> None:
    run = trained(experiment)
    if experiment.train:
        assert percent(run.train_of(experiment)["accuracy"]) in experiment.train
    if experiment.test:
        assert run.end.test is not None
        assert percent(run.end.test["accuracy"]) in experiment.test


@published
def test_what_they_expect_holds(experiment: Experiment) -> None:
    assert all(claim["holds"] for claim in trained(experiment).end.expect)


@pytest.mark.parametrize("variant", ["two", "four"])
def test_the_cats_begin_as_published(variant: str) -> None:
    """The whole of it takes minutes: `tests/cases/course.json` has it."""
    experiment = EXPERIMENTS[f"course/cats {variant}"]
    if missing(experiment):
        pytest.skip("cats.npz: not at hand")
    reached(trained(experiment, ["train.run=501 steps"]), experiment)


@pytest.mark.parametrize(
    "path", sorted((MODELS / "course").glob("*.dl")), ids=lambda path: path.stem
)
def test_specs_check_without_their_data(path: Path, tmp_path: Path) -> None:
    source = Source(str(tmp_path / path.name), path.read_text("utf-8"))
    assert check_source(source) == ()
    if '("data/' not in source.text:
        return
    with pytest.raises(RunError) as caught:
        prepare_job(compile_source(source), str(tmp_path / "run"))
    found = caught.value.diagnostic
    assert found.code == "E0501"
    assert found.message.endswith("does not exist")
