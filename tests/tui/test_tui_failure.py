"""A spec that does not compile: sizes, the compiler's words, and checks that are made again."""

from __future__ import annotations

import json
import os
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specc_tui.failure import Finding, Findings, failure_lines, read_findings, sizes
from specc_tui.lines import Role, plain
from specc_tui.spec_check import SpecCheck

SPECC = (sys.executable, "-P", "-m", "specc")


@pytest.mark.parametrize(
    ("message", "pair"),
    [
        ("`add` cannot join (8, m) and (16, m)", ("(8, m)", "(16, m)")),
        ("`dense 4, relu` gives 4 features, but 5 is claimed", ("4", "5")),
        ("`parameters` is 10_314, at most 10_000 are expected", ("10_314", "10_000")),
        ("`dense` takes features, but a tensor with 3 axes arrives", None),
        ("a rate of 0.5 and one of 0.25", None),
        ("3 layers of 3 units and 4 of 5", None),
        ("", None),
    ],
)
def test_the_two_sizes_of_a_message(message, pair):
    assert sizes(message) == pair


@given(st.text(max_size=60))
def test_any_message_is_searched(message):
    pair = sizes(message)
    assert pair is None or pair[0] != pair[1]


def test_findings_are_read_with_caution():
    text = json.dumps(
        [
            {"severity": "error", "code": "E0307", "message": "\x1b[2J", "line": -1},
            {"severity": "warning", "code": "W0301"},
            3,
        ]
    )
    assert read_findings(text) == (Finding("E0307", "\\x1b[2J", 0, ""),)
    assert read_findings("{}") == ()
    with pytest.raises(ValueError, match="Expecting"):
        read_findings("no")


STORY = (
    "error[E0307]: `add` cannot join (8, m) and (16, m)",
    " --> models/x.dl:8:5",
    "  |",
    "8 |     add a",
    "  |     ^^^ (8, m) and (16, m)",
    "  = help: make both the same size",
)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_error_state_shows_sizes_line_and_help(width):
    error = Finding("E0307", "`add` cannot join (8, m) and (16, m)", 8, "(8, m) and (16, m)")
    rows = failure_lines(Findings("models/x.dl", (error,), STORY), width)
    text = "\n".join(map(plain, rows))
    assert text.startswith("x.dl does not run: 1 error\n  (8, m) ≠ (16, m)   line 8  E0307\n")
    assert "8 |     add a" in text
    assert ("^^^ (8, m) and (16, m)", Role.BAD) in [piece for row in rows for piece in row]


def test_a_refusal_without_findings_shows_the_trainers_words():
    rows = failure_lines(Findings("x.dl", (), ("error[E0501]: there is no file `x.csv`",)), 80)
    text = "\n".join(map(plain, rows))
    assert "it was refused" in text
    assert "error[E0501]: there is no file `x.csv`" in text


def until_found(check, wanted):
    end = time.monotonic() + 30
    while not wanted(found := check.poll()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def test_a_spec_is_checked_and_checked_again_when_it_is_saved(tmp_path):
    spec = tmp_path / "x.dl"
    text = (
        "data { source circles(n = 100) }\nnetwork { input 2\n dense 4, relu -> 5\n"
        " dense 1, sigmoid }\nloss binary_cross_entropy\n"
        "optimizer sgd(0.1)\ntrain { run 1 epoch }\n"
    )
    spec.write_text(text)
    check = SpecCheck(spec, SPECC, ("refused",))
    try:
        found = until_found(check, lambda found: found is not None)
        assert [(e.code, e.line, sizes(e.message)) for e in found.errors] == [
            ("E0303", 3, ("4", "5"))
        ]
        assert any("dense 4, relu -> 5" in line for line in found.story)
        spec.write_text(text.replace("-> 5", "-> 4 "))
        os.utime(spec, (1, 1))
        found = until_found(check, lambda found: not found.errors)
        assert found.story == ()
    finally:
        check.close()


def test_what_the_check_does_not_find_the_trainer_has_said(spec, command):
    check = SpecCheck(spec("steps 10"), command, ("error[E0501]: no data",))
    try:
        found = until_found(check, lambda found: found is not None)
        assert found.story == ("error[E0501]: no data",)
    finally:
        check.close()


def test_a_compiler_that_cannot_be_started_is_no_error(spec):
    check = SpecCheck(spec("steps 10"), ("/nowhere/specc",), ())
    assert check.poll() is None
    check.close()
