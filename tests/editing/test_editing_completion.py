"""Words that are offered at a place of a text are those that can stand there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.checking import check_text
from specc.editing.completion import complete
from specc.editing.outline import place_at
from specc.lang.syntax import raw_tokens
from specc.library.registry import standard

DIGITS = (Path(__file__).parents[2] / "models" / "digits.dl").read_text(encoding="utf-8")

PLACES = [
    ("net", ["network"]),
    ("network {\n    drop", ["dropout"]),
    ("network {\n    dense 64, rel", ["relu", "relu2", "leaky_relu"]),
    ("network {\n    dense 64, relu, bi", ["bias"]),
    ("network {\n    dense 64, bias = ", ["true", "false"]),
    ("network {\n    dense 64, init = xav", ["xavier", "xavier_avg"]),
    ("network {\n    dense 64, init = normal(", ["scale"]),
    ("network { repeat 3 { residual { batchn", ["batchnorm"]),
    ("network { input 2\n    conv_", []),
    ("block conv_bn(units) { conv units }\nnetwork { conv_", ["conv_bn"]),
    ("let width = 3\nnetwork { dense wi", ["width"]),
    ("network { dense 3 as left\n    from ", ["left"]),
    ("optimizer adam(lr = 1e-3, be", ["beta1", "beta2"]),
    ("optimizer adam(lr = 1e-3 in lo", ["log"]),
    ("optimizer adam(lr = 1e-3, beta1 = 0.9, be", ["beta2"]),
    ("schedule warmup(5%) then cos", ["cosine"]),
    ("train {\n    run 30 ep", ["epochs", "steps"]),
    ("train { stop early(on = dev.co", ["dev.cost", "dev.confusion"]),
    ("train { precision ", ["float32", "float64"]),
    ("train { batch ", ["full", "auto"]),
    ("train {\n    check", ["checkpoint"]),
    ("train { checkpoint every = 2 ep", ["epochs", "steps"]),
    ("train { checkpoint every = 2 epochs, ke", ["keep"]),
    ("data {\n    norm", ["normalize"]),
    ("data { source moo", ["moons"]),
    ("variant wide { sched", ["schedule"]),
    ("expect { dev.acc", ["dev.accuracy"]),
    ("network {\n    dense 64,\n        sigm", ["sigmoid"]),
    ("batch 64 in {32, 6", []),
    ("# dens", []),
    ('data { source csv("mo', []),
    ("let wid", []),
    ("network { dense 3 as lef", []),
]


@pytest.mark.parametrize(("text", "words"), PLACES)
def test_words_fit_the_place(text: str, words: list[str]) -> None:
    assert [o.word for o in complete(text, len(text)).options] == words


def test_what_stands_behind_the_cursor_does_not_matter() -> None:
    at = DIGITS.index("relu") + 2
    found = complete(DIGITS, at)
    assert DIGITS[found.start : found.end] == "re"
    assert found.options[0].word == "relu"


def test_every_layer_is_offered_and_says_what_it_is() -> None:
    options = {o.word: o for o in complete("network {\n    ", 14).options}
    assert set(standard().words("layers")) < set(options)
    assert options["dense"].kind == "layer"
    assert options["dense"].doc
    assert options["repeat"].kind == "statement of `network`"


def test_an_argument_comes_with_its_sign_and_a_call_with_its_bracket() -> None:
    assert complete("regularize l", 12).options[1].insert == "l2("
    assert complete("optimizer adam(", 15).options[0].insert == "lr = "


def test_what_is_typed_to_its_end_is_not_offered() -> None:
    assert complete("network { maxpool", 17).options == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("network { dense 3, relu, ", ("network", "dense", (), "", 2)),
        ("optimizer adam(lr = ", ("", "optimizer", ("adam",), "lr", 0)),
        ("data { split train = 80%,\n  ", ("data", "split", (), "", 0)),
        ("a {\n b (1, f(2), ", ("a", "b", ("b",), "", 2)),
        ("x } } ) ) ", ("", "", (), "", 0)),
    ],
)
def test_the_outline_of_broken_texts(text: str, expected: tuple[object, ...]) -> None:
    place = place_at(raw_tokens(text), len(text))
    found = (place.block, place.statement, place.calls, place.argument, place.position)
    assert found == expected


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(DIGITS)), st.text(alphabet="{}()[],=#\" \nax1.%'-", max_size=8))
def test_any_text_can_be_completed_anywhere(at: int, noise: str) -> None:
    text = DIGITS[:at] + noise + DIGITS[at:]
    found = complete(text, at + len(noise))
    assert found.start <= found.end == at + len(noise)
    assert len({o.word for o in found.options}) == len(found.options)


def test_every_value_that_is_offered_for_a_layer_compiles() -> None:
    """Each activation in the place of `relu` gives a text without errors about words."""
    at = DIGITS.index("width, relu") + len("width, ")
    for option in complete(DIGITS, at).options:
        if option.kind == "activation":
            text = DIGITS[:at] + option.word + DIGITS[at + 4 :]
            assert not [d for d in check_text(text, "models") if d.code.startswith("E02")], option
