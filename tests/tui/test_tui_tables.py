"""The dimension table and the gradient report as lines."""

from __future__ import annotations

import copy
import json
import math

import pytest
from specc_tui.dimensions import dimension_lines
from specc_tui.gradcheck import Checking, Failure, read_report
from specc_tui.gradients import bar, gradient_lines, verdict
from specc_tui.header import read_header
from specc_tui.lines import Role, length, plain


@pytest.fixture
def data(fake):
    return copy.deepcopy(fake.header("/models/digits.dl", 200, 7))


def table(data, width=100) -> list[str]:
    return [plain(row) for row in dimension_lines(read_header(data), width)]


def test_every_value_has_shape_and_rule(data):
    rows = table(data)
    assert "✓ dense 64, relu   line 13 · → (64, m) · 4,160 parameters · 8,192 flops" in rows
    z1 = next(row for row in rows if row.startswith("  Z1 "))
    assert "(64, m)" in z1
    assert "(64, 64)" in z1
    assert z1.endswith("W1 (64, 64) times A0 (64, m), plus b1 (64, 1)")
    dw1 = next(row for row in rows if row.startswith("  dW1 "))
    assert dw1.endswith("must match W1 (64, 64) ✓")
    assert rows[-1] == (
        "total   3 layers · 6,570 parameters · 12,928 flops   3 of 3 checked at run time (✓)"
    )


def test_a_gradient_of_the_wrong_shape_is_said(data):
    data["layers"][0]["gradients"][1].update(shape=[64, 63], real=[64, 63])
    data["layers"][1]["checked"] = False
    rows = table(data)
    assert any(row.endswith("must match W1 (64, 64) ✗ differs") for row in rows)
    assert any("not checked at run time yet" in row for row in rows)
    assert "2 of 3 checked" in rows[-1]


def test_a_gradient_without_a_known_partner_claims_nothing(data):
    data["layers"][0]["gradients"][1]["matches"] = "Q9"
    assert any(row.endswith("must match Q9") for row in table(data))


def test_narrow_tables_put_the_rule_below(data):
    rows = table(data, 40)
    assert rows[0] == "✓ dense 64, relu"
    assert "  Z1 (64, m) = (64, 64)" in rows
    assert max(map(len, rows)) <= 40


def test_without_layers_the_table_says_so(data):
    data["layers"] = []
    assert table(data) == ["this run lists no layers"]
    assert "waiting" in plain(dimension_lines(None, 80)[0])


def test_the_report_shows_every_tensor_with_its_worst_entry(fake):
    report = read_report(json.dumps(fake.report()))
    rows = [plain(row) for row in gradient_lines(report, 120)]
    assert rows[0] == (
        "✗ relative difference 2.400e-07: 1 of 6 parameters do not agree with the cost"
    )
    assert "dropout is off during the check" in rows
    assert sum("worst entry [3, 0]: analytic 0.0123, numeric 0.0123001" in row for row in rows) == 6
    assert any("1 entry at a kink" in row for row in rows)
    assert any("1e-7" in row for row in rows)
    assert any("dense1.W" in row and row.endswith("right") for row in rows)
    assert any("dense3.b" in row and "not right" in row for row in rows)


@pytest.mark.parametrize("width", [20, 40, 71, 72, 120])
def test_the_report_fits_its_width(fake, width):
    report = read_report(json.dumps(fake.report()))
    assert all(length(row) <= max(width, 80) for row in gradient_lines(report, width))


@pytest.mark.parametrize(
    "difference", [0.0, 1e-30, 1e-12, 9.9e-8, 1e-7, 1e-6, 1.0, 2.0, math.nan, math.inf]
)
@pytest.mark.parametrize("width", [3, 10, 48])
def test_bars_keep_their_width_and_cross_the_mark_when_too_great(difference, width):
    drawn = bar(difference, width)
    assert length(drawn) == width
    left, _, mark, right, _ = drawn
    assert mark[0] == "│"
    if difference > 1e-6 or math.isnan(difference):
        assert right[0].startswith("█")
    if difference <= 1e-7:
        assert not right[0]
        assert left[1] == Role.GOOD


def test_verdicts_follow_the_course_and_the_report():
    assert verdict(1e-9, True) == ("right", Role.GOOD)
    assert verdict(1e-6, True)[1] == Role.NOTE
    assert verdict(1e-2, False)[0].startswith("wrong")
    assert verdict(1e-4, False)[0].startswith("doubtful")
    assert verdict(math.nan, True)[1] == Role.BAD


def test_no_report_is_said_with_the_last_lines():
    assert "not started" in plain(gradient_lines(None, 80)[0])
    assert "3 s" in plain(gradient_lines(Checking(3.0), 80)[0])
    rows = [plain(r) for r in gradient_lines(Failure(2, ("error[E0501]: no such run",)), 80)]
    assert rows == ["the gradient check gave no report (status 2)", "error[E0501]: no such run"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"parameters": 3}', "Traceback"])
def test_other_output_is_no_report(text):
    with pytest.raises(ValueError, match="no gradient-check report"):
        read_report(text)


def test_a_hostile_report_is_made_harmless():
    report = read_report('{"parameters": [{"name": "\\u001b[2J", "shape": "x", "worst": 3}, 7]}')
    assert report.tensors[0].name == "\\x1b[2J"
    assert not report.passed
    assert gradient_lines(report, 80)
