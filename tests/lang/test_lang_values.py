"""Every form of a value: what it means, and where it stands."""

from __future__ import annotations

import pytest
from spec_samples import content, statement_of

from specc.lang.spec import (
    Binary,
    Boolean,
    Call,
    Choices,
    Comparison,
    Group,
    Name,
    Number,
    Quantity,
    Range,
    Sequence,
    String,
    Unary,
    Value,
)


def value_of(text: str) -> Value:
    (item,) = statement_of(f"word {text}\n").items
    assert item.name is None
    return item.value


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("64", 64, int),
        ("0", 0, int),
        ("1_000", 1000, int),
        ("12_345_678", 12345678, int),
        ("7e-4", 7e-4, float),
        ("1e3", 1000.0, float),
        (".5", 0.5, float),
        ("0.25", 0.25, float),
        ("1_000.5", 1000.5, float),
        ("5e-324", 5e-324, float),
        ("0e999", 0.0, float),
        ("9007199254740993", 9007199254740993, int),
    ],
)
def test_numbers(text: str, value: float, kind: type) -> None:
    number = value_of(text)
    assert isinstance(number, Number)
    assert (number.value, type(number.value), number.percent) == (value, kind, False)
    assert number.span.text == text


@pytest.mark.parametrize(
    ("text", "fraction"),
    [("80%", 0.8), ("100%", 1.0), ("7%", 0.07), ("0.1%", 0.001), ("29%", 0.29), ("1e1%", 0.1)],
)
def test_percentages_are_the_nearest_floats(text: str, fraction: float) -> None:
    number = value_of(text)
    assert isinstance(number, Number)
    assert number.percent
    assert type(number.value) is float
    assert number.value == fraction


def test_every_whole_percentage_equals_its_literal() -> None:
    for hundredth in range(100):
        number = value_of(f"{hundredth}%")
        assert isinstance(number, Number)
        assert number.value == float(f"0.{hundredth:02}")


def test_quantity() -> None:
    quantity = value_of("30   epochs")
    assert isinstance(quantity, Quantity)
    assert (quantity.amount.value, quantity.unit) == (30, "epochs")
    assert (quantity.amount.span.text, quantity.unit_span.text) == ("30", "epochs")
    assert quantity.span.text == "30   epochs"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"data/digits.csv.gz"', "data/digits.csv.gz"),
        ('""', ""),
        (r'"a \"b\" \\ c"', r'a "b" \ c'),
        ('"# no comment, {no} (block)"', "# no comment, {no} (block)"),
        ('"Größe in µm"', "Größe in µm"),
    ],
)
def test_strings(text: str, value: str) -> None:
    string = value_of(text)
    assert isinstance(string, String)
    assert string.value == value
    assert string.span.text == text


def test_booleans_and_names() -> None:
    assert isinstance(value_of("true"), Boolean)
    assert content(value_of("false")) == ("Boolean", False)
    assert content(value_of("relu")) == ("Name", "relu")
    assert content(value_of("dev.cost")) == ("Name", "dev.cost")
    assert content(value_of("truest")) == ("Name", "truest")
    assert content(value_of("_in")) == ("Name", "_in")
    assert content(value_of("in.out")) == ("Name", "in.out")


def test_call() -> None:
    call = value_of("adam(1e-3, beta1 = 0.9)")
    assert isinstance(call, Call)
    assert (call.word, call.word_span.text) == ("adam", "adam")
    first, second = call.items
    assert (first.name, first.span.text) == (None, "1e-3")
    assert second.name == "beta1"
    assert second.name_span is not None
    assert second.name_span.text == "beta1"
    assert second.span.text == "beta1 = 0.9"
    assert call.span.text == "adam(1e-3, beta1 = 0.9)"


def test_call_without_arguments() -> None:
    call = value_of("relu()")
    assert isinstance(call, Call)
    assert call.items == ()
    assert call.span.text == "relu()"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b * c", "(a + (b * c))"),
        ("a * b + c", "((a * b) + c)"),
        ("a - b - c", "((a - b) - c)"),
        ("a - (b - c)", "(a - (b - c))"),
        ("a / b // c", "((a / b) // c)"),
        ("a ** b ** c", "(a ** (b ** c))"),
        ("(a ** b) ** c", "((a ** b) ** c)"),
        ("-a ** 2", "(-(a ** 2))"),
        ("a ** -2", "(a ** (-2))"),
        ("-a * b", "((-a) * b)"),
        ("- -a", "(-(-a))"),
        ("a--b", "(a - (-b))"),
        ("2*width", "(2 * width)"),
        ("1/255", "(1 / 255)"),
        ("(a + b) * (c)", "((a + b) * c)"),
    ],
)
def test_arithmetic(text: str, tree: str) -> None:
    def shown(value: Value) -> str:
        if isinstance(value, Binary):
            return f"({shown(value.left)} {value.operator} {shown(value.right)})"
        if isinstance(value, Unary):
            return f"({value.operator}{shown(value.operand)})"
        assert isinstance(value, Name | Number)
        return value.span.text

    assert shown(value_of(f"({text})" if text.startswith("-") else text)) == tree


def test_spans_of_arithmetic_include_brackets_of_operands() -> None:
    outer = value_of("(a + b) * (c)")
    assert isinstance(outer, Binary)
    assert outer.span.text == "(a + b) * (c)"
    assert outer.left.span.text == "a + b"
    assert outer.right.span.text == "c"


def test_range_in_a_domain() -> None:
    found = value_of("1e-3 in log(1e-5, 1e-1)")
    assert isinstance(found, Range)
    assert found.nominal.span.text == "1e-3"
    assert isinstance(found.domain, Call)
    assert found.domain.span.text == "log(1e-5, 1e-1)"
    assert found.span.text == "1e-3 in log(1e-5, 1e-1)"


def test_range_in_a_set() -> None:
    found = value_of("2 * n in {32, 64 , -n}")
    assert isinstance(found, Range)
    assert isinstance(found.nominal, Binary)
    assert isinstance(found.domain, Choices)
    assert [v.span.text for v in found.domain.values] == ["32", "64", "-n"]
    assert found.domain.span.text == "{32, 64 , -n}"


def test_sequence() -> None:
    found = value_of("warmup(5%) then hold(10) then cosine(to = 0)")
    assert isinstance(found, Sequence)
    assert [p.span.text for p in found.parts] == ["warmup(5%)", "hold(10)", "cosine(to = 0)"]


@pytest.mark.parametrize("operator", ["<=", ">=", "<", ">", "==", "!="])
def test_comparison(operator: str) -> None:
    (item,) = statement_of(f"where 2 * width {operator} 64\n").items
    found = item.value
    assert isinstance(found, Comparison)
    assert (found.operator, found.left.span.text) == (operator, "2 * width")
    assert found.span.text == f"2 * width {operator} 64"


def test_group_and_brackets() -> None:
    found = value_of("(3, 5)")
    assert isinstance(found, Group)
    assert [v.span.text for v in found.values] == ["3", "5"]
    assert found.span.text == "(3, 5)"
    assert isinstance(value_of("(3)"), Number)


def test_names_of_arguments() -> None:
    first, second, third = statement_of("conv 16, kernel = (3, 3), pad = same\n").items
    assert (first.name, first.name_span) == (None, None)
    assert (second.name, second.span.text) == ("kernel", "kernel = (3, 3)")
    assert third.name_span is not None
    assert third.name_span.text == "pad"
