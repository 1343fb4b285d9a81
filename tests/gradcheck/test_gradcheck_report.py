"""The report: an exact JSON document without NaN, and text that fits every terminal."""

from __future__ import annotations

import json

import numpy as np
import pytest
from gradcheck_cases import Floats, case

from specc.gradcheck.report import Entry, Report, TensorReport, relative


def test_the_document() -> None:
    net = case("input 3; dense 4, relu; dense 2", regularize="l2(0.7)", m=7)
    data = net.check().to_json()
    assert list(data) == ["passed", "difference", "epsilon", "examples", "notes", "parameters"]
    assert data["passed"] is True
    assert data["epsilon"] == 1e-6
    assert data["examples"] == 7
    assert data["notes"] == []
    names = [p["name"] for p in data["parameters"]]
    assert names == ["dense1.W", "dense1.b", "dense2.W", "dense2.b"]
    for p in data["parameters"]:
        assert list(p) == ["name", "shape", "difference", "worst", "kinks", "checked", "passed"]
        assert list(p["worst"]) == ["index", "analytic", "numeric", "difference"]
        assert len(p["worst"]["index"]) == len(p["shape"]) == 2
        assert all(0 <= i < n for i, n in zip(p["worst"]["index"], p["shape"], strict=True))
        assert p["worst"]["difference"] == abs(p["worst"]["analytic"] - p["worst"]["numeric"])
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_the_difference_is_that_of_all_parameters_at_once() -> None:
    net = case("input 3; dense 4, tanh; dense 2")

    def damage(gradient: Floats) -> None:
        gradient[net.part("dense2.W")] *= 3

    report = net.check(net.faulty(damage))
    right, wrong = net.exact(), net.faulty(damage)(net.theta)[1]
    norm = np.linalg.norm
    expected = norm(right - wrong) / (norm(right) + norm(wrong))
    assert report.difference == pytest.approx(expected, rel=1e-6)
    assert [p.passed for p in report.parameters] == [True, True, False, True]
    assert report.parameters[2].difference == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_no_nan_reaches_the_document(bad: float) -> None:
    net = case("input 3; dense 4, tanh; dense 2")

    def damage(gradient: Floats) -> None:
        gradient[net.part("dense2.W").start + 3] = bad

    report = net.check(net.faulty(damage))
    assert not report.passed
    data = report.to_json()
    json.dumps(data, allow_nan=False)
    assert data["difference"] == 1
    worst = data["parameters"][2]["worst"]
    assert worst["index"] == [0, 3]
    assert worst["analytic"] is None
    assert worst["difference"] is None
    assert report.parameters[2].verdict == "wrong: not finite"


@pytest.mark.parametrize("scale", [1e200, 1e300])
def test_a_cost_that_overflows_fails_with_the_reason(scale: float) -> None:
    report = case("input 3; dense 4, relu; dense 2", scale=scale).check()
    assert not report.passed
    assert "which has no gradient" in report.notes[0]
    json.dumps(report.to_json(), allow_nan=False)
    assert "not finite" in report.text(80)


def test_relative_differences() -> None:
    assert relative(0, 0, 0) == 0
    assert relative(1, 1, 1) == 0.5
    assert relative(float("nan"), 1, 1) == 1
    assert relative(0, float("inf"), 1) == 1


def row(name: str, passed: bool = True, **others: object) -> TensorReport:
    worst = Entry((3, 17), 0.2104312345, 0.1052156)
    given = {"difference": 3.2e-10, "worst": worst, "kinks": 0} | others
    return TensorReport(name, (64, 64), passed=passed, **given)  # type: ignore[arg-type]


def test_the_table_is_aligned_and_says_what_is_wrong() -> None:
    rows = (
        row("dense1.W", kinks=2),
        row("dense1.b", tiny=True, difference=0.4),
        row("dense10.W", passed=False, difference=1 / 3, factor=2.0),
        row("dense10.b", kinks=1, worst=None, difference=0.0),
    )
    text = Report(False, 0.29, 1e-6, 32, ("dropout is off during the check",), rows).text(88)
    assert text.splitlines() == [
        "16,384 parameters, each against two-sided differences of the cost in 64 bits; 32",
        "examples, epsilon 1e-6",
        "",
        "parameter  shape     difference  verdict",
        "dense1.W   (64, 64)     3.2e-10  right, 2 kinks left out",
        "dense1.b   (64, 64)     4.0e-01  right as far as rounding lets see",
        "dense10.W  (64, 64)     3.3e-01  wrong: 2 times the numeric gradient",
        f"{' ' * 33}worst entry [3, 17]: analytic 0.210431, numeric",
        f"{' ' * 33}0.105216, difference 1.1e-01",
        "dense10.b  (64, 64)           0  right, every entry at a kink",
        "",
        "the gradient is wrong in dense10.W: relative difference 0.29, up to 1e-7 is right",
        "note: dropout is off during the check",
    ]


@pytest.mark.parametrize("width", [24, 40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    rows = tuple(row(f"dense{i}.W", passed=i % 2 == 0, kinks=i) for i in range(12))
    text = Report(False, 0.29, 1e-6, 32, ("a note that is long enough to wrap " * 4,), rows).text(
        width
    )
    assert all(len(line) <= width for line in text.splitlines())
    assert all(f"dense{i}.W" in text for i in range(12))
    assert text.count("wrong") >= 6
