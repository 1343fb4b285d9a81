"""The canonical form: what it looks like, that it is stable, and that it loses nothing."""

from __future__ import annotations

import pytest
from spec_samples import TOURS, VARIANTS, content, spec_of

from specc.lang.format import WIDTH, format_spec


def formatted(text: str) -> str:
    """The canonical form, after checking that it is one."""
    spec = spec_of(text)
    result = format_spec(spec)
    again = spec_of(result)
    assert content(again) == content(spec)
    assert format_spec(again) == result
    return result


@pytest.mark.parametrize("text", TOURS)
def test_tours_survive(text: str) -> None:
    result = formatted(text)
    assert result.count("#") == text.count("#")
    assert all(len(line) <= WIDTH for line in result.split("\n"))


def test_the_tour_of_variants_is_canonical() -> None:
    assert formatted(VARIANTS) == VARIANTS


PAIRS = [
    ("", ""),
    ("\n\n", ""),
    ("a   1", "a 1\n"),
    ("a 1\nbcd 2\ne", "a    1\nbcd  2\ne\n"),
    ("a 1\n\nbcd 2", "a 1\n\nbcd 2\n"),
    ("a 1\n\n\n\nbcd 2", "a 1\n\nbcd 2\n"),
    ("a 1\n# note\nbcd 2", "a    1\n# note\nbcd  2\n"),
    ("a 1\n# note\n\nbcd 2", "a 1\n# note\n\nbcd 2\n"),
    ("batchnorm\nconv 3", "batchnorm\nconv       3\n"),
    ("f a=1,b , c  =  (1,2)", "f a = 1, b, c = (1, 2)\n"),
    ("f 2*width//3 - -1", "f 2 * width // 3 - -1\n"),
    ("f 2 ** -n, -(a+b), -(a * b), (a-b)-c, a-(b-c)", None),
    ("f 1_000, 7e-4, .50, 80%, 1E3", "f 1_000, 7e-4, .50, 80%, 1E3\n"),
    ("f 30   epochs", "f 30 epochs\n"),
    ("f 1e-3   in log( 1e-5,1e-1 )", "f 1e-3 in log(1e-5, 1e-1)\n"),
    ("f 64 in {32,64 ,128}", "f 64 in {32, 64, 128}\n"),
    ("f (1 in {1, 2}) + 1, g(a) then b", "f (1 in {1, 2}) + 1, g(a) then b\n"),
    ("f (a then b) then c", "f (a then b) then c\n"),
    ("where (a < b) == (c)", "where (a < b) == c\n"),
    ("f relu( )", "f relu()\n"),
    ("dense 64->32", "dense 64  -> 32\n"),
    ("dense 64 -> m,32 as  x", "dense 64  -> m, 32 as x\n"),
    ("features -> 32\ndense 3 as x", "features  -> 32\ndense     3 as x\n"),
    ("x{}", "x { }\n"),
    ("x {\n\n}", "x { }\n"),
    ("x {\n# c\n}", "x {\n    # c\n}\n"),
    ("x { a 1 }", "x { a 1 }\n"),
    ("x { a 1 }  # c", "x { a 1 }  # c\n"),
    ("x {\na 1\n}", "x {\n    a 1\n}\n"),
    ("x {\n\na 1\n\n\nb 2\n\n}", "x {\n    a 1\n\n    b 2\n}\n"),
    ("x { y { a 1 } }", "x { y { a 1 } }\n"),
    ("x {  # c\na 1\n}", "x {  # c\n    a 1\n}\n"),
    ("x { # c\na 1\n} # d", "x {  # c\n    a 1\n}  # d\n"),
    ("x {\na 1\n} # d", "x {\n    a 1\n}  # d\n"),
    ("x {\n} # d\ny { } # e", "x {\n}  # d\ny { }  # e\n"),
    ("a 1\nx { b 2 }\nccc 3\nd 4", "a 1\nx { b 2 }\nccc  3\nd    4\n"),
    ("a 1 # x\nbcd 22 # y\ne", "a    1   # x\nbcd  22  # y\ne\n"),
    ("a<=1\nlong.name+1>=2", "a             <= 1\nlong.name + 1 >= 2\n"),
    ("# a\n#b\n\n\n# c\nd 1\n\n# e", "# a\n#b\n\n# c\nd 1\n\n# e\n"),
    ("f 1, # one\n 2", "# one\nf 1, 2\n"),
]


@pytest.mark.parametrize(("text", "expected"), PAIRS)
def test_form(text: str, expected: str | None) -> None:
    result = formatted(text)
    if expected is not None:
        assert result == expected


def test_brackets_stay_where_they_matter() -> None:
    text = "f 2**-n, -(a + b), -(a * b), (a - b) * c, a - (b - c), (-a)**2, (a**b)**c, a**b**c\n"
    assert formatted(text) == text
    assert formatted("f (a - b) - c, (a ** b), -(a)") == "f a - b - c, a**b, -a\n"


def test_long_statements_break_after_commas() -> None:
    names = ", ".join(f"argument{i} = value{i}" for i in range(9))
    first, *others = formatted(f"network {{\n    word {names}\n}}\n").split("\n")[1:-2]
    assert first.startswith("    word argument0 = value0, ")
    assert first.endswith(",")
    assert len(others) > 1
    assert all(line.startswith(" " * 12 + "argument") for line in others)
    assert all(60 < len(line) <= WIDTH for line in [first, *others][:-1])


def test_a_long_block_head_breaks_and_keeps_its_brace() -> None:
    names = ", ".join(f"argument{i} = value{i}" for i in range(6))
    lines = formatted(f"block f({names}) {{\n  a 1\n}}\n").split("\n")
    assert lines[1].endswith(") {")
    assert lines[2] == "    a 1"


def test_a_string_is_never_broken() -> None:
    path = '"' + "a, " * 40 + '"'
    assert formatted(f"csv {path}, b = 1") == f"csv {path},\n        b = 1\n"


def test_a_block_on_one_line_is_opened_when_too_long() -> None:
    long = "x" * 81
    assert formatted(f"a {{ b {long} }}") == f"a {{\n    b {long}\n}}\n"


def test_braces_are_aligned_only_where_that_fits() -> None:
    wide = "x" * 60
    aligned = f"a {wide}  {{ b 1 }}\nc    {' ' * 57}{{ d 2 }}\n"
    assert formatted(f"a {wide} {{ b 1 }}\nc {{ d 2 }}") == aligned.replace(
        "c    " + " " * 57, "c" + " " * 63
    )
    text = f"a {wide} {{ b 1 }}\nc {{ d {'y' * 40} }}\n"
    assert formatted(text) == text


def test_long_comments_are_not_aligned() -> None:
    comment = "# " + "c" * 70
    text = f"a 1  {comment}\nb {'x' * 30}  # d\n"
    assert formatted(text) == f"a  1  {comment}\nb  {'x' * 30}  # d\n"
