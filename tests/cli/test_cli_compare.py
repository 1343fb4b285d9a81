"""`specc compare`: one table of all variants; with the course's data, the course's figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from cli_samples import MODELS, RESULT, TABLE, Run, costs
from course_published import HE, LARGE

EPOCH_MEANS = {
    "gd": {0: 0.702405, 1000: 0.668101},
    "momentum": {0: 0.702413, 1000: 0.668167},
    "adam": {0: 0.702166, 1000: 0.167845},
}
"""Published means over an epoch, each batch's cost taken before its own update."""


@pytest.fixture(scope="module")
def circles(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """The initialisation experiment of the course, all three starts."""
    import contextlib
    import io

    from specc.cli.main import run

    out = tmp_path_factory.mktemp("circles") / "runs"
    said, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(errors):
        status = run(["compare", str(MODELS / "circles.dl"), "--json", "--out", str(out)])
    assert status == 0, errors.getvalue()
    assert errors.getvalue() == ""
    return json.loads(said.getvalue()), out


def test_json_has_the_result_object_of_every_variant(
    circles: tuple[dict[str, Any], Path],
) -> None:
    found, out = circles
    assert list(found) == ["variants"]
    assert list(found["variants"]) == ["zeros", "large", "he"]
    for name, result in found["variants"].items():
        assert list(result) == RESULT
        assert result["run"] == str(out / name)
        assert (result["status"], result["steps"]) == ("finished", 15_000)


@pytest.mark.parametrize(
    ("variant", "train", "test"),
    [("zeros", 0.5, 0.5), ("large", 0.83, 0.86), ("he", 0.993333, 0.96)],
)
def test_the_accuracies_are_those_of_the_course(
    circles: tuple[dict[str, Any], Path], variant: str, train: float, test: float
) -> None:
    result = circles[0]["variants"][variant]
    assert result["train"]["accuracy"] == pytest.approx(train, abs=5e-7)
    assert result["test"]["accuracy"] == pytest.approx(test, abs=1e-12)


def test_units_that_are_alike_stay_alike(circles: tuple[dict[str, Any], Path]) -> None:
    np.testing.assert_allclose(costs(circles[1] / "zeros"), 0.6931471805599453, rtol=0, atol=3e-16)


def test_the_costs_of_hes_start_are_those_of_the_course(
    circles: tuple[dict[str, Any], Path],
) -> None:
    found = costs(circles[1] / "he")
    for step, cost in HE.items():
        assert found[step] == pytest.approx(cost, abs=1e-9)
    assert found[14_999] == pytest.approx(0.06481868466579, abs=1e-9)


def test_the_costs_of_the_large_start_are_near_those_of_the_course(
    circles: tuple[dict[str, Any], Path],
) -> None:
    """It saturates the sigmoid, so that the last bit decides: the published copies themselves
    differ in the third digit.
    """
    found = costs(circles[1] / "large")
    for step, editions in LARGE.items():
        for cost in cast(tuple[float, ...], editions):
            assert found[step] == pytest.approx(cost, abs=5e-3)


def test_the_optimisers_give_the_costs_of_the_course(specc: Run, tmp_path: Path) -> None:
    done = specc(
        "compare",
        str(MODELS / "moons.dl"),
        "--set",
        "train.run=1001 epochs",
        "--json",
        "--out",
        "moons",
    )
    assert done.status == 0
    assert list(json.loads(done.out)["variants"]) == list(EPOCH_MEANS)
    sizes = np.array([64, 64, 64, 64, 44])
    for variant, published in EPOCH_MEANS.items():
        batches = np.reshape(costs(tmp_path / "moons" / variant), (1001, 5))
        means = batches @ sizes / 300
        for epoch, cost in published.items():
            assert f"{means[epoch]:.6f}" == f"{cost:.6f}", (variant, epoch)


def test_a_table_for_people(specc: Run, tiny: str) -> None:
    done = specc("compare", tiny)
    assert done.status == 0
    text, _, verdicts = done.out.partition("\n\n")
    head, *rows = text.splitlines()
    assert head.split()[:2] == ["variant", "status"]
    for column in ("train cost", "train accuracy", "dev cost", "dev accuracy", "steps"):
        end = head.index(column) + len(column)
        assert all(row[end - 1] != " " and row[end : end + 1] in (" ", "") for row in rows)
    assert [row.split()[:2] for row in rows] == [["slow", "finished"], ["quick", "finished"]]
    assert "training slow in runs/tiny-slow-" in done.err
    assert [line.split(" error ")[0] for line in verdicts.splitlines()] == [
        "slow: train",
        "quick: train",
    ]


def test_a_file_without_variants(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "table.dl").write_text(TABLE)
    done = specc("compare", "table.dl")
    assert done.status == 1
    assert done.out == ""
    assert "table.dl has no variants" in done.err
    assert "help: " in done.err


def test_a_mistake_in_the_last_variant_shows_before_the_first_is_trained(
    specc: Run, tiny: str, tmp_path: Path
) -> None:
    with (tmp_path / tiny).open("a") as file:
        file.write("variant wrong { optimizer sgd(lr = -1) }\n")
    done = specc("compare", tiny)
    assert done.status == 1
    assert "error[E0205]" in done.err
    assert not (tmp_path / "runs").exists()


def test_a_directory_that_is_used_shows_before_the_first_is_trained(
    specc: Run, tiny: str, tmp_path: Path
) -> None:
    assert specc("train", tiny, "--variant", "quick", "--out", "all/quick").status == 0
    done = specc("compare", tiny, "--out", "all")
    assert done.status == 2
    assert "error[E0511]: `all/quick` holds a run already" in done.err
    assert sorted(p.name for p in (tmp_path / "all").iterdir()) == ["quick"]


def test_a_variant_that_diverges_is_a_finding(specc: Run, tiny: str) -> None:
    done = specc("compare", tiny, "--set", "optimizer.lr=1e300")
    assert done.status == 1
    assert "diverged" in done.out


def test_what_all_variants_say_of_a_used_file_is_said_once(specc: Run, tmp_path: Path) -> None:
    (tmp_path / "parts.dl").write_text(
        "block part(n) {\n    dense  n, softmax\n    dense  n, relu\n}\n", "utf-8"
    )
    text = (MODELS / "circles.dl").read_text("utf-8").split("variant", 1)[0]
    text = text.replace("network {\n    input  2\n", "network {\n    input  2\n    part 4\n")
    spec = tmp_path / "uses.dl"
    variants = "".join(f"variant v{i} {{ init normal({i + 1}) }}\n" for i in range(3))
    spec.write_text(f'use "parts.dl"\n{text}{variants}', "utf-8")
    done = specc(
        "compare",
        str(spec),
        "--out",
        str(tmp_path / "runs"),
        "--set",
        "train.run=3 steps",
        "--json",
    )
    assert done.status == 0
    assert done.err.count("W0303") == 1
