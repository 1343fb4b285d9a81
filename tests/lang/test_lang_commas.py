"""Commas at the ends of lines: those that end statements are one error, all others go on."""

from __future__ import annotations

import pytest
from spec_samples import findings

from specc.diag.diagnostic import Diagnostic
from specc.diag.edits import apply_edits


def repaired_by(found: Diagnostic) -> str:
    (fix,) = found.helps
    return apply_edits(fix.edits[0].span.source, fix.edits)


GOES_ON = [
    "dense 8,\n    relu\n",
    "split train = 80%,\n    dev = 10%,\n    test = 10%\n",
    "metrics accuracy,\n    f1,  # both\n\n    mae\n",
    "input 28,\n    28,\n    1\n",
    "add a,\n    b\n",
    "regularize l2(0.1),\n    l1(0.1)\n",
    "optimizer adam(lr = 1e-3,\n    beta1 = 0.9)\n",
    "where age > 18,\n    height < 2\n",
    "dense 64 in {32,\n    64}\n",
    "dense 8,\n    init = he,\n    bias = false\n",
]


@pytest.mark.parametrize("text", GOES_ON)
def test_statements_that_go_on_are_let_alone(text: str) -> None:
    assert findings(text)[1] == ()


@pytest.mark.parametrize("text", GOES_ON)
def test_statements_that_go_on_are_let_alone_beside_others(text: str) -> None:
    before = "loss mse,\ninit he,\nbatch 3\n"
    (found,) = findings(before + text)[1]
    assert repaired_by(found) == before.replace(",", "") + text


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("n {\n  a 1,\n  b 2,\n}\n", "n {\n  a 1\n  b 2\n}\n"),
        ("n {\n  a 1\n},\nm {\n  b 2\n},\n", "n {\n  a 1\n}\nm {\n  b 2\n}\n"),
        ("a 1,  # one\n\n# two\nb 2,\nc 3\n", "a 1  # one\n\n# two\nb 2\nc 3\n"),
        ("dense 8,\nflatten,\ndense 1\n", "dense 8\nflatten\ndense 1\n"),
        ("dense 8,\nrelu,\nbatchnorm,\ndense 1\n", "dense 8,\nrelu\nbatchnorm\ndense 1\n"),
        (
            "block unit { dense 8 }\nunit,\nunit,\ndense 1,\ninit he\n",
            "block unit { dense 8 }\nunit\nunit\ndense 1\ninit he\n",
        ),
        (
            "input 2 as a,\ninput 3 as b,\nconcat a, b\n",
            "input 2 as a\ninput 3 as b\nconcat a, b\n",
        ),
        ("expect {\n  a <= 1,\n  b - c <= 2,\n}\n", "expect {\n  a <= 1\n  b - c <= 2\n}\n"),
        ("a 1,\r\nb 2,\r\nc 3\r\n", "a 1\r\nb 2\r\nc 3\r\n"),
        ("loss mse,\ninit he,", "loss mse\ninit he"),
    ],
)
def test_a_habit_is_one_error_with_all_its_edits(text: str, repaired: str) -> None:
    (found,) = findings(text)[1]
    assert (found.code, found.message) == ("E0107", "statements end with their line, not with `,`")
    assert repaired_by(found) == repaired


@pytest.mark.parametrize("after", ["train {\n  run 3 epochs\n}\n", "init he\n"])
def test_a_single_comma_is_where_a_value_may_be_missing(after: str) -> None:
    text = f"optimizer sgd(lr = 0.1),\n{after}"
    (found,) = findings(text)[1]
    assert (found.code, found.place[1]) == ("E0101", text.index(",\n"))
    assert repaired_by(found) == text.replace("),", ")")
