"""Comments belong to statements, and none is lost."""

from __future__ import annotations

from spec_samples import spec_of, statement_of


def test_comments_above_and_behind() -> None:
    first, second = spec_of("# one\n#two\na 1  # three\n\n# four\nb 2\n").statements
    assert first.leading == ("# one", "#two")
    assert (first.trailing, first.blank_before) == ("# three", False)
    assert (second.leading, second.trailing, second.blank_before) == (("# four",), None, True)


def test_a_blank_line_between_comments_is_an_empty_string() -> None:
    first, second = spec_of("# header\n\n\n# of a\n\na 1\nb 2\n").statements
    assert first.leading == ("# header", "", "# of a", "")
    assert not second.blank_before


def test_comments_at_the_end_of_a_file() -> None:
    assert spec_of("a 1\n# end\n\n# really").closing == ("# end", "", "# really")
    assert spec_of("a 1\n\n# end\n").closing == ("", "# end")
    assert spec_of("\n# only\n").closing == ("# only",)


def test_comments_of_a_block() -> None:
    found = statement_of("n {  # head\n    # of a\n    a 1  # behind a\n\n    # inner\n}\n")
    assert found.trailing == "# head"
    assert found.inner == ("", "# inner")
    assert found.block is not None
    (child,) = found.block
    assert (child.leading, child.trailing) == (("# of a",), "# behind a")


def test_a_comment_behind_a_brace() -> None:
    last = statement_of("n {\n a 1\n} # end\n")
    assert (last.trailing, last.ending) == (None, "# end")
    both = statement_of("n { # head\n a 1\n} # end\n")
    assert (both.trailing, both.inner, both.ending) == ("# head", (), "# end")
    one = statement_of("n { a 1 } # end\n")
    assert (one.trailing, one.ending) == ("# end", None)
    assert one.block is not None
    assert one.block[0].trailing is None


def test_comments_of_an_empty_block() -> None:
    found = statement_of("n {\n\n  # nothing here\n}\n")
    assert found.inner == ("# nothing here",)
    assert found.block == ()


def test_comments_inside_a_value_move_above_the_statement() -> None:
    found = statement_of("# above\nf g(  # one\n    1,  # two\n    2\n)  # behind\n")
    assert found.leading == ("# above", "# one", "# two")
    assert found.trailing == "# behind"
    claim = statement_of("a <=  # one\n  3  # behind\n")
    assert (claim.leading, claim.trailing) == (("# one",), "# behind")
    block = statement_of("f 1,  # one\n  2 {  # head\n}\n")
    assert (block.leading, block.trailing) == (("# one",), "# head")


def test_a_blank_line_after_an_opening_brace_is_no_blank_before() -> None:
    found = statement_of("n {\n\n    a 1\n\n\n    b 2\n}\n")
    assert found.block is not None
    assert [s.blank_before for s in found.block] == [False, True]


def test_a_hash_in_a_string_is_no_comment() -> None:
    found = statement_of('f "a # b"  # c\n')
    assert found.trailing == "# c"
