"""Statements, their parts and places, and where a newline ends them."""

from __future__ import annotations

import pytest
from spec_samples import TOUR, TOURS, content, findings, spec_of, statement_of

from specc.lang.spec import Binary, Comparison


@pytest.mark.parametrize("text", TOURS)
def test_tours_are_read_without_error(text: str) -> None:
    assert spec_of(text).statements


def test_parts_and_spans_of_a_statement() -> None:
    found = statement_of("  dense 2 * width, relu  -> m, 32 as features   # trailing\n")
    assert (found.word, found.word_span.text) == ("dense", "dense")
    assert [i.span.text for i in found.items] == ["2 * width", "relu"]
    assert found.dims is not None
    assert [v.span.text for v in found.dims] == ["m", "32"]
    assert found.dims_span is not None
    assert found.dims_span.text == "-> m, 32"
    assert found.alias is not None
    assert (found.alias.text, found.alias.span.text) == ("features", "features")
    assert found.span.text == "dense 2 * width, relu  -> m, 32 as features"
    assert found.head == found.span
    assert (found.block, found.claim, found.one_line) == (None, None, False)


def test_block_and_its_head() -> None:
    found = statement_of("repeat 3 {\n    relu\n\n}\n")
    assert found.head.text == "repeat 3"
    assert found.span.text == "repeat 3 {\n    relu\n\n}"
    assert found.block is not None
    assert [s.word for s in found.block] == ["relu"]
    assert not found.one_line


@pytest.mark.parametrize("text", ["variant he { init he }", "variant he {init he}", "x { }", "x{}"])
def test_block_on_one_line(text: str) -> None:
    found = statement_of(text)
    assert found.one_line
    assert found.block is not None
    assert len(found.block) == ("init" in text)


def test_a_block_in_one_line_may_hold_a_set() -> None:
    found = statement_of("train { batch 64 in {32, 64} }\n")
    assert found.block is not None
    assert found.block[0].items[0].span.text == "64 in {32, 64}"


@pytest.mark.parametrize(
    ("text", "word", "left", "operator"),
    [
        ("parameters <= 10_000", "parameters", "parameters", "<="),
        ("dev.accuracy >= 95%", "dev.accuracy", "dev.accuracy", ">="),
        ("dev.cost - train.cost < 0.05", "dev.cost", "dev.cost - train.cost", "<"),
        ("dev.cost / train.cost + 1 != 2 * a", "dev.cost", "dev.cost / train.cost + 1", "!="),
    ],
)
def test_claims(text: str, word: str, left: str, operator: str) -> None:
    found = statement_of(text)
    assert isinstance(found.claim, Comparison)
    assert (found.word, found.word_span.text, found.items) == (word, word, ())
    assert (found.claim.left.span.text, found.claim.operator) == (left, operator)
    assert found.span.text == found.head.text == found.claim.span.text == text


def test_a_claim_keeps_its_arithmetic() -> None:
    found = statement_of("dev.cost - train.cost * 2 < 1")
    assert found.claim is not None
    assert isinstance(found.claim.left, Binary)
    assert found.claim.left.operator == "-"
    assert found.claim.left.right.span.text == "train.cost * 2"


@pytest.mark.parametrize(
    "text",
    [
        "f a,\n  b, n = 1\n",
        "f a\t,\r\n\r\nb, n = 1\r\n",
        "f a, b, n =\n1",
        "f a, # one\n # two\n b, n = 1",
    ],
)
def test_a_newline_after_a_comma_or_operator_ends_nothing(text: str) -> None:
    assert content(statement_of(text).items) == content(statement_of("f a, b, n = 1").items)


@pytest.mark.parametrize(
    "text",
    [
        "g 1 +\n2",
        "g 1 *\n2",
        "g 2 **\n2",
        "g a then\nb",
        "g a <=\nb",
        "g 3 in\n{1,\n2\n}",
        "g 1 ->\n2",
    ],
)
def test_a_newline_after_an_operator_ends_nothing(text: str) -> None:
    assert content(statement_of(text)) == content(statement_of(text.replace("\n", " ")))


def test_a_newline_inside_brackets_ends_nothing() -> None:
    found = statement_of("f g(\n  1\n  ,\n\n  n\n = (2\n)\n)\n")
    assert content(found) == content(statement_of("f g(1, n = 2)"))


def test_words_may_look_like_operators_inside_names() -> None:
    spec = spec_of("input 3\nasset 4\nthenar 5\ninit in_channels = 3\n")
    assert [s.word for s in spec.statements] == ["input", "asset", "thenar", "init"]


def test_an_empty_file() -> None:
    for text in ("", "\n\n", "   ", "\t\r\n"):
        assert spec_of(text).statements == ()


def test_a_file_without_a_last_newline() -> None:
    assert content(spec_of(TOUR.rstrip())) == content(spec_of(TOUR))


def test_windows_line_ends_and_a_byte_order_mark() -> None:
    assert content(spec_of("\ufeff" + TOUR.replace("\n", "\r\n"))) == content(spec_of(TOUR))


def test_the_source_is_kept() -> None:
    spec, _ = findings(TOUR)
    assert spec.source.text == TOUR
    assert all(s.span.source is spec.source for s in spec.statements)
