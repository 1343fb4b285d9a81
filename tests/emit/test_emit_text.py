"""Pieces of generated text: numbers, names and expressions."""

from __future__ import annotations

import keyword

from hypothesis import given
from hypothesis import strategies as st

from specc.emit.hostcode import identifier, number
from specc.emit.names import Names


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_as_itself(x: float) -> None:
    assert float(number(x)) == x
    assert "_" not in number(x)


@given(st.integers(-(10**14), 10**14))
def test_a_whole_number_is_written_without_a_point(x: int) -> None:
    assert number(float(x)) == str(x)


def test_a_small_number_is_written_as_a_person_would() -> None:
    assert [number(x) for x in (1.0, 0.1, 1e-8, 2e-3, -3.0)] == ["1", "0.1", "1e-08", "0.002", "-3"]


EXPRESSIONS = st.text(alphabet="ab1_ .+-*/()e2,m'\"\\", max_size=30)


@given(EXPRESSIONS)
def test_a_name_for_an_expression_is_a_name_or_nothing(text: str) -> None:
    name = identifier(text)
    assert name == "" or Names(set()).unique(name).isidentifier()
    assert len(name) <= 24


def test_expressions_get_telling_names() -> None:
    assert identifier("1 - beta1") == "one_minus_beta1"
    assert identifier("1 / m") == "one_over_m"
    assert identifier("lambd / examples") == "lambd_over_examples"
    assert identifier("math.sqrt(1 - beta2 ** t) * lr / (1 - beta1 ** t)") == ""


@given(st.lists(st.text(max_size=8), max_size=12))
def test_names_are_unique_identifiers_and_no_keywords(wanted: list[str]) -> None:
    names = Names({"step", "np"})
    given_out = [names.unique(text) for text in wanted]
    assert len(set(given_out)) == len(given_out)
    for name in given_out:
        assert name not in ("step", "np")
        assert not keyword.iskeyword(name)


def test_the_first_of_a_name_keeps_it() -> None:
    names = Names(set())
    assert [names.unique("T") for _ in range(3)] == ["T", "T_2", "T_3"]
    assert names.unique("lambda") == "lambda_"
