"""Syntax errors: one per cause, in order, at the right place, with a fix that fixes."""

from __future__ import annotations

import pytest
from spec_samples import TOUR, findings, places

from specc.diag.edits import apply_edits
from specc.lang.problems import MOST, SHOWN

CASES = [
    # E0101: something is missing or does not belong here
    ("dropout keep =\n", [("E0101", 1, 14)]),
    ("dense 64,\n", [("E0101", 1, 9)]),
    ("dense 64,,3\n", [("E0101", 1, 10)]),
    ("dense 2 *\n", [("E0101", 1, 9)]),
    ("dense , 64\n", [("E0101", 1, 7)]),
    ("dense ->\n", [("E0101", 1, 7)]),
    ("dense 3 as\n", [("E0101", 1, 9)]),
    ("dense 3 as then\n", [("E0101", 1, 12)]),
    ("batch 64 in 32\n", [("E0101", 1, 13)]),
    ("f in = 3\n", [("E0101", 1, 3)]),
    ("64 dense\n", [("E0101", 1, 1)]),
    ("dev.cost 3\n", [("E0101", 1, 10)]),
    ("dev.cost\n", [("E0101", 1, 1)]),
    ("expect { 0 < a < 2 }\n", [("E0101", 1, 10)]),
    ("a < b < c\n", [("E0101", 1, 7)]),
    ("parameters <= 10,500\n", [("E0101", 1, 17)]),
    ("f a.b = 3\n", [("E0101", 1, 7)]),
    ("f g = {1, 2}\n", [("E0101", 1, 7)]),
    ("f ()\n", [("E0101", 1, 4)]),
    ("f +3\n", [("E0101", 1, 3)]),
    ("f (a = 3)\n", [("E0101", 1, 6)]),
    ("{\n  a 1\n}\n", [("E0101", 1, 1)]),
    ("network\n{\n  a 1\n}\n", [("E0101", 2, 1)]),
    ("a { b 1 } c 2\n", [("E0101", 1, 11)]),
    ("dense 64,\ndense 10, softmax\n", [("E0101", 1, 9)]),
    ("f a then\ndense 10, softmax\n", [("E0101", 1, 5)]),
    # E0102: never closed
    ("optimizer adam(lr = 1e-3\ntrain {\n  run 3 epochs\n}\n", [("E0102", 1, 15)]),
    ("network {\n  dense f(3\n  relu\n}\n", [("E0102", 2, 10)]),
    ("f (a\n  b, c)\n", [("E0102", 1, 3)]),
    ("f g(h(3\n", [("E0102", 1, 4)]),
    ("f 3 in {1, 2\n", [("E0102", 1, 8)]),
    ("f g(3 in {1, 2)\n", [("E0102", 1, 10)]),
    ("network {\n  dense 3\n", [("E0102", 2, 9)]),
    ("network {\n    a 1\n\ntrain {\n    b 2\n}\n", [("E0102", 4, 1)]),
    ("n {\n    r {\n        a 1\n    b 2\n}\ntrain { c 3 }\n", [("E0102", 4, 5)]),
    ("n {\n    r {\n        a 1\n}\ntrain {\n    c 3\n}\n", [("E0102", 4, 1)]),
    # E0103: closes nothing
    ("dense 64)\n", [("E0103", 1, 9)]),
    ("network {\n}\n}\n", [("E0103", 3, 1)]),
    ("f g(1, 2]\n", [("E0103", 1, 9)]),
    ("n {\n  f g(1}\n}\n", [("E0103", 2, 8)]),
    # E0104: characters
    ("a $ b\n", [("E0104", 1, 3)]),
    ("a $$$ b\n", [("E0104", 1, 3)]),
    ("a 3 \u2265 4\n", [("E0104", 1, 5)]),
    ("a\u00a03\n", [("E0104", 1, 2)]),
    ("na\u00efve 3\n", [("E0104", 1, 1)]),
    ("a 1  # \u202e hidden\n", [("E0104", 1, 8)]),
    ("a 1\x07\n", [("E0104", 1, 4)]),
    ('a "\ufffd"\n', [("E0104", 1, 4)]),
    ('a "x\udc80"\n', [("E0104", 1, 5)]),
    ("a 1\rb 2\n", [("E0104", 1, 4)]),
    ("a 80 %\n", [("E0104", 1, 6)]),
    # E0105: numbers
    ("run 30epochs\n", [("E0105", 1, 5)]),
    *((f"a {number}\n", [("E0105", 1, 3)]) for number in "1.2.3 0x1F 1. 007 1__0 1_ 1e 3x".split()),
    ("a 80%%\n", [("E0105", 1, 3)]),
    ("a 1e999\n", [("E0105", 1, 3)]),
    ("a 1e-999\n", [("E0105", 1, 3)]),
    ("a " + "9" * 5000 + "\n", [("E0105", 1, 3)]),
    ("a 1e" + "9" * 5000 + "%\n", [("E0105", 1, 3)]),
    ("parameters <= 10,000\n", [("E0105", 1, 18)]),
    # E0106: strings
    ('a "open\n', [("E0106", 1, 3)]),
    ('a csv("open, b = 1)\n', [("E0106", 1, 7)]),
    ("a 'single'\n", [("E0106", 1, 3)]),
    ("a 'open\\\n", [("E0106", 1, 3)]),
    ("a \u201ccurly\u201d\n", [("E0106", 1, 3)]),
    (r'a "c:\data"' + "\n", [("E0106", 1, 6)]),
    # E0107: habits
    ("f lr: 0.1\n", [("E0107", 1, 5)]),
    ("batch: 64\n", [("E0107", 1, 6)]),
    ("train:\n    batch 64\n", [("E0107", 1, 6)]),
    ("lr = 0.1\n", [("E0107", 1, 4)]),
    ("f [1, 2]\n", [("E0107", 1, 3)]),
    ("f 3 in [1, 2]\n", [("E0107", 1, 8)]),
    ("f a[1]\n", [("E0107", 1, 4)]),
    ("f adam(lr == 0.1)\n", [("E0107", 1, 11)]),
    ("f lr == 0.1\n", [("E0107", 1, 6)]),
    ("a 1;\nb 2; c 3\n", [("E0107", 1, 4), ("E0107", 2, 4)]),
    ("// don't (\na 1\n", [("E0107", 1, 1)]),
    ("// don't (\na 1 // two words\n", [("E0107", 1, 1)]),
    ("a 1 // two words\n", [("E0107", 1, 5)]),
    ("/* one\n two */ a 1 /* three */\n", [("E0107", 1, 1), ("E0107", 2, 13)]),
    ("dense(64, relu)\n", [("E0107", 1, 6)]),
    ("f True\n", [("E0107", 1, 3)]),
    # E0108: a comma is missing
    ("dense 64 relu\n", [("E0108", 1, 10)]),
    ("dense 64, relu 3\n", [("E0108", 1, 16)]),
    ("run 30 width\n", [("E0108", 1, 8)]),
    ('f "a" "b"\n', [("E0108", 1, 7)]),
    # E0109: too deep
    ("a " + "(" * 65 + "1" + ")" * 65, [("E0109", 1, 67)]),
    ("a {\n" * 65 + "}\n" * 65, [("E0109", 65, 3)]),
    ("a 1" + " + 1" * 65, [("E0109", 1, 261)]),
    ("a " + "-" * 65 + "1", [("E0109", 1, 67)]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_codes_and_places(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert places(text) == expected


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_wording(text: str, expected: list[tuple[str, int, int]]) -> None:
    _, found = findings(text)
    for diagnostic in found:
        assert diagnostic.message[0] in "`" or diagnostic.message[0].islower()
        assert not diagnostic.message.endswith(".")
        assert "\n" not in diagnostic.message
        assert diagnostic.primary is not None
        assert 0 < len(diagnostic.primary.text.split()) <= 8
        for internal in ("_END", "NAME", "LPAR", "SET_", "DOTTED", "__"):
            assert internal not in diagnostic.message.replace("1__0", "")


FIXES = [
    ("dense 64,\n", "dense 64\n"),
    ("dense 64,,3\n", "dense 64,3\n"),
    ("network\n{\n  a 1\n}\n", "network {\n  a 1\n}\n"),
    ("a { b 1 } c 2\n", "a { b 1 }\nc 2\n"),
    ("parameters <= 10,500\n", "parameters <= 10_500\n"),
    ("parameters <= 10,000\n", "parameters <= 10_000\n"),
    ("f +3\n", "f 3\n"),
    ("dense 64,\ndense 10, softmax\n", "dense 64\ndense 10, softmax\n"),
    ("f g(h(3\n", "f g(h(3))\n"),
    ("f (a,\n  c\nb 1\n", "f (a,\n  c)\nb 1\n"),
    ("f 3 in {1, 2\nb 1\n", "f 3 in {1, 2}\nb 1\n"),
    ("f g(3 in {1, 2)\n", "f g(3 in {1, 2})\n"),
    ("n {\n  a 1", "n {\n  a 1\n}\n"),
    ("n {\n  r {\n    a 1\n  b 2\n}\n", "n {\n  r {\n    a 1\n  }\n  b 2\n}\n"),
    ("dense 64)\n", "dense 64\n"),
    ("f g(1, 2]\n", "f g(1, 2)\n"),
    ("a 3 \u2212 4\n", "a 3 - 4\n"),
    ("a\u00a03\n", "a 3\n"),
    ("gr\u00f6sse 3\n", "grosse 3\n"),
    ("a 1  # \u202ehidden\n", "a 1  # hidden\n"),
    ("run 30epochs\n", "run 30 epochs\n"),
    ("a 0x1F\n", "a 31\n"),
    ("a 1.\n", "a 1.0\n"),
    ("a 007\n", "a 7\n"),
    ("a 80%%\n", "a 80%\n"),
    ("a 80 %\n", "a 80%\n"),
    ('a csv("open, b = 1)\n', 'a csv("open", b = 1)\n'),
    ("a 'single'\n", 'a "single"\n'),
    ("a 'open\n", 'a "open"\n'),
    ("a \u201ccurly\u201d\n", 'a "curly"\n'),
    (r'a "c:\data"', r'a "c:\\data"'),
    ("f lr: 0.1\n", "f lr = 0.1\n"),
    ("batch : 64\n", "batch 64\n"),
    ("batch = 64\n", "batch 64\n"),
    ("f [1, 2]\n", "f (1, 2)\n"),
    ("f 3 in [1, 2]\n", "f 3 in {1, 2}\n"),
    ("f adam(lr == 0.1)\n", "f adam(lr = 0.1)\n"),
    ("a 1;\n", "a 1\n"),
    ("n {\n    a 1; b 2\n}\n", "n {\n    a 1\n    b 2\n}\n"),
    ("  // note\n", "  # note\n"),
    ("a 1 // two words\n", "a 1 # two words\n"),
    ("a 1 /* note */\n", "a 1 # note\n"),
    ("dense(64, relu)\n", "dense 64, relu\n"),
    ("relu()\n", "relu\n"),
    ("f True\n", "f true\n"),
    ("dense 64 relu\n", "dense 64, relu\n"),
    ("dense 64, relu 3\n", "dense 64, relu = 3\n"),
    ("let width 64\n", "let width = 64\n"),
    ('f "a" "b"\n', 'f "a", "b"\n'),
]


@pytest.mark.parametrize(("text", "repaired"), FIXES)
def test_the_first_fix_repairs(text: str, repaired: str) -> None:
    spec, found = findings(text)
    assert found
    result = apply_edits(spec.source, [e for d in found for e in d.helps[0].edits])
    assert result == repaired
    assert findings(result)[1] == ()


def test_several_errors_in_one_run_and_everything_else_read() -> None:
    text = "a 1\nb =\nn {\n  c 2 3\n  d 4\n}\ne (5\nf 6\n"
    spec, found = findings(text)
    assert [(d.code, d.primary.span.line if d.primary else 0) for d in found] == [
        ("E0107", 2),
        ("E0108", 4),
        ("E0102", 7),
    ]
    assert [s.word for s in spec.statements] == ["a", "n", "e", "f"]
    block = spec.statements[1].block
    assert block is not None
    assert [s.word for s in block] == ["d"]


def test_a_broken_head_keeps_its_block() -> None:
    spec, found = findings("repeat 3 3 {\n  a 1\n  b = 2\n}\nc 1\n")
    assert [d.code for d in found] == ["E0108", "E0107"]
    first, second = spec.statements
    assert (first.word, first.items, second.word) == ("repeat", (), "c")
    assert first.block is not None
    assert [s.word for s in first.block] == ["a"]


def test_two_statements_on_one_line_are_both_read() -> None:
    spec, found = findings("a { b 1 } c { d 2 } 5\ne 3\n")
    assert [d.code for d in found] == ["E0101", "E0101"]
    assert [s.word for s in spec.statements] == ["a", "c", "e"]


def test_a_repaired_statement_is_read_as_meant() -> None:
    spec, _ = findings("f lr: 0.1\ndense(64, relu)\ng [1, 2]\nrun 30epochs\n")
    assert [s.word for s in spec.statements] == ["f", "dense", "g", "run"]
    assert spec.statements[0].items[0].name == "lr"
    assert len(spec.statements[1].items) == 2


def test_no_more_than_a_screenful() -> None:
    _, found = findings("".join(f"a{i} = 1\n" for i in range(50)))
    assert len(found) == SHOWN
    assert [d.primary.span.line for d in found if d.primary] == list(range(1, SHOWN + 1))
    assert str(SHOWN) in found[-1].notes[-1]
    _, found = findings("a $ 1\n" * 50 + "x {")
    assert len(found) == SHOWN
    assert {d.code for d in found} == {"E0104"}


def test_a_habit_is_one_error_with_all_its_places() -> None:
    _, found = findings("a: 1\nb 2\nc: 3\nd: 'x'\n")
    assert [(d.code, d.primary.span.line) for d in found if d.primary] == [
        ("E0107", 1),
        ("E0106", 4),
    ]
    assert [e.span.line for e in found[0].helps[0].edits] == [1, 3, 4]
    assert "3 times, on lines 1, 3 and 4" in found[0].notes
    source = found[0].helps[0].edits[0].span.source
    assert apply_edits(source, found[0].helps[0].edits) == "a 1\nb 2\nc 3\nd 'x'\n"


def test_a_habit_without_end_is_read_so_far_and_mended_in_turns() -> None:
    _, found = findings("a: 1\n" * 5_000)
    (habit,) = found
    assert len(habit.helps[0].edits) == MOST + 1


def test_the_unclosed_block_is_found_by_indentation() -> None:
    lines = TOUR.split("\n")
    at = lines.index("}")
    _, found = findings("\n".join(lines[:at] + lines[at + 1 :]))
    (error,) = found
    assert error.code == "E0102"
    assert error.primary is not None
    assert error.primary.span.text == "network"
    assert error.secondary[0].span.line == lines.index("data {") + 1


def test_without_indentation_the_outermost_block_is_blamed() -> None:
    assert places("a {\nb 1\nc {\nd 2\n}\n") == [("E0102", 5, 1)]


def test_a_comma_that_pulls_in_the_next_line_costs_one_statement() -> None:
    spec, _ = findings("a 1\nb 2,\nc 3\nd 4\n")
    assert [s.word for s in spec.statements] == ["a", "c", "d"]


def test_an_unclosed_comment_swallows_the_rest() -> None:
    spec, found = findings("a 1\n/* b 2\nc 3\n")
    assert [d.code for d in found] == ["E0107"]
    assert [s.word for s in spec.statements] == ["a"]
