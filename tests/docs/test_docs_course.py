"""docs/course.md shows what the specs of the course come to.

`--update-cases` runs them, those that take long only after a change of their spec, and writes the
page anew.
"""

from __future__ import annotations

import pytest
from course_chapters import EXPERIMENTS, Experiment
from course_page import page
from course_results import digest, result_of, store, stored
from course_runs import MODELS, missing, needed, path_of, trained
from doc_pages import DOCS

PAGE = DOCS / "course.md"
NOT_RUN = {"course/signs"}
"""Whose data nobody had."""

every = pytest.mark.parametrize(
    "experiment", [pytest.param(e, id=e.name) for e in EXPERIMENTS.values()]
)
runnable = pytest.mark.parametrize(
    "experiment",
    [pytest.param(e, marks=needed(e), id=e.name) for e in EXPERIMENTS.values() if not e.slow],
)


@every
def test_a_result_is_that_of_the_spec_as_it_stands(
    experiment: Experiment, request: pytest.FixtureRequest
) -> None:
    found = stored().get(experiment.name)
    now = digest(experiment)
    if request.config.getoption("--update-cases") and not missing(experiment):
        if not experiment.slow or found is None or found["spec"] != now:
            found = result_of(experiment, trained(experiment))
            store(experiment, found)
    assert (found is None) == (experiment.name in NOT_RUN)
    if found is not None:
        assert found["spec"] == now, "the spec has changed: run it anew with --update-cases"
        assert found["holds"], "the run did not hold what the spec expects"


@runnable
def test_a_run_comes_to_the_result_again(experiment: Experiment) -> None:
    kept, now = stored()[experiment.name], result_of(experiment, trained(experiment))
    for part in ("train", "dev", "test"):
        assert (kept[part] is None) == (now[part] is None)
        if kept[part] is not None:
            # A point at the border may fall on the other side with another order of sums.
            assert now[part]["accuracy"] == pytest.approx(kept[part]["accuracy"], abs=0.011)
            assert now[part]["cost"] == pytest.approx(kept[part]["cost"], rel=0.02)


def test_the_page_shows_the_results(request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text("utf-8")
    made = page(text, stored())
    if request.config.getoption("--update-cases"):
        PAGE.write_text(made, "utf-8")
        return
    assert text == made, "--update-cases writes the page anew"


def test_every_spec_of_the_course_is_on_the_page() -> None:
    specs = {path_of(e) for e in EXPERIMENTS.values()}
    checked_only = {MODELS / "course" / "gradients.dl"}
    assert {*(MODELS / "course").glob("*.dl"), *MODELS.glob("*.dl")} == specs | checked_only
