"""Every rule speaks where it should, points at the right place, offers edits that mend it, and is
quiet on near misses.
"""

from __future__ import annotations

import pytest
from lint_cases import CASES, QUIET, Case, spec

from specc.checking import check_text
from specc.diag.codes import explain_page, summaries
from specc.diag.diagnostic import Diagnostic
from specc.diag.edits import apply_edits
from specc.lint.allow import OWN
from specc.lint.lint import CODES, RULES

case = pytest.mark.parametrize("case", CASES, ids=[f"{c.code}-{c.place}" for c in CASES])


def place(warning: Diagnostic) -> str:
    assert warning.primary is not None
    return warning.primary.span.text


@case
def test_a_rule_speaks_once_and_points_at_its_cause(case: Case) -> None:
    found = check_text(case.text)
    assert [(d.code, place(d)) for d in found] == [(case.code, case.place)]


@pytest.mark.parametrize("text", QUIET)
def test_near_misses_are_quiet(text: str) -> None:
    assert check_text(text) == ()


@case
def test_edits_mend_what_they_are_offered_for(case: Case) -> None:
    (warning,) = check_text(case.text)
    assert warning.primary is not None
    for fix in warning.helps:
        if not fix.edits:
            continue
        after = check_text(apply_edits(warning.primary.span.source, fix.edits))
        assert [d.code for d in after if d.severity == "error"] == []
        assert (case.code, case.place) not in [(d.code, place(d)) for d in after], fix.text


@case
def test_wording(case: Case) -> None:
    (warning,) = check_text(case.text)
    assert warning.severity == "warning"
    assert warning.primary is not None
    assert warning.message[0] in "`0123456789" or warning.message[0].islower()
    assert not warning.message.endswith(".")
    assert len(warning.message) <= 120
    assert 1 <= len(warning.primary.text.split()) <= 8
    assert warning.helps, "what to do about it"
    assert all(not n.endswith(".") for n in (*warning.notes, *(h.text for h in warning.helps)))


@pytest.mark.parametrize(
    "network",
    [
        "input 2\ndense 8, relu\nrepeat 2 {\n    dropout 1\n}\ndense 1, sigmoid",
        "input 2\ndense 8, relu\ndropout 1 as kept\ndense 8, relu\nadd kept\ndense 1, sigmoid",
        "input 2\ndense 8, relu\nquiet\ndense 1, sigmoid",
        "input 2\nrepeat 2 { dropout 1 }\ndense 1, sigmoid",
    ],
)
def test_what_others_need_is_not_taken_out(network: str) -> None:
    before = "block quiet {\n    dropout 1\n    linear\n}\n" if "quiet" in network else ""
    (warning,) = check_text(spec(network, before=before))
    assert warning.code == "W0313"
    assert [h.edits for h in warning.helps] == [()]


def test_every_rule_has_several_cases_and_a_page() -> None:
    codes = [c.code for c in CASES]
    assert set(codes) == CODES
    assert {code for code in CODES if codes.count(code) < 2} <= {"W0105"}
    assert CODES | set(OWN) == {code for code in summaries() if code.startswith("W")}
    assert sum(len(given) for given, _ in RULES) == len(CODES), "one rule gives a code"
    assert all(explain_page(code) for code in CODES)


def test_cases_cover_every_rule_that_offers_an_edit() -> None:
    without = {"W0404", "W0408", "W0409", "W0410", "W0412", "W0413", "W0416"}
    without |= {"W0319", "W0320", "W0107", "W0420", "W0505"}
    """What is right there depends on what is wanted."""
    offering = {c.code for c in CASES for h in check_text(c.text)[0].helps if h.edits}
    assert offering == CODES - without


@pytest.mark.parametrize(("groups", "said"), [(4, False), (1, True)])
def test_a_separated_convolution_needs_no_activation(groups: int, said: bool) -> None:
    """Each channel alone, then all of them at each pixel: together a cheap convolution."""
    lines = ["input 8, 8, 4", f"conv 4, groups = {groups}", "conv 8, relu, kernel = 1", "flatten"]
    text = spec("\n".join([*lines, "dense 3, softmax"]))
    assert ("W0301" in {d.code for d in check_text(text)}) is said
