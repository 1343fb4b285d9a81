"""Layers of other libraries as statements: right ones or none; advice where there is none here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.checking import check_text
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.lang import foreign_advice, foreign_calls
from specc.lang.foreign import WORDS, plain
from specc.lang.foreign_calls import KERAS, TORCH, translated
from specc.lang.read import read
from specc.library.registry import standard

REGISTRY = standard()
PIECES = ("16", "3", "(2, 2)", "[3, 3]", "'same'", "padding='same'", "strides=2", "kernel_size=5",
          "activation='relu'", "use_bias=False", "0.5", "p=0.2", "batch_first=True", "units=8",
          "x + 1", "f(1)", "*sizes", "name='a'", "momentum=0.1", "(", "]", "=", "")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "inside", "statement"),
    [
        ("Conv2D", "16, 3", "conv 16, kernel = 3"),
        (
            "Conv2D",
            "filters=16, kernel_size=(3, 3), strides=2",
            "conv 16, kernel = (3, 3), stride = 2",
        ),
        ("layers.Conv2D", "16, [3, 5], activation='relu'", "conv 16, relu, kernel = (3, 5)"),
        ("nn.Conv2d", "3, 16, 5, 1, 2", "conv 16, kernel = 5, stride = 1, pad = 2"),
        ("Conv2d", "3, 16, kernel_size=3, bias=False", "conv 16, kernel = 3, bias = false"),
        ("nn.Linear", "64, 10", "dense 10"),
        ("Dense", "10, activation='softmax', input_shape=(64,)", "dense 10, softmax"),
        ("MaxPooling2D", "(2, 2)", "maxpool (2, 2)"),
        ("MaxPooling2D", "pool_size=2, padding='same'", "maxpool 2, pad = same"),
        ("nn.AdaptiveAvgPool2d", "(1, 1)", "avgpool global"),
        ("GlobalMaxPooling2D", "", "maxpool global"),
        ("BatchNormalization", "momentum=0.99", "batchnorm average = 0.99"),
        ("nn.BatchNorm1d", "64", "batchnorm"),
        ("nn.LayerNorm", "64", "layernorm"),
        ("LSTM", "64, return_sequences=True", "lstm 64"),
        ("LSTM", "8, 64", "lstm 64"),
        ("nn.GRU", "input_size=8, hidden_size=64, batch_first=True", "gru 64"),
        ("Embedding", "input_dim=1000, output_dim=32", "embedding 1000, 32"),
        ("Dropout", "rate=0.3", "dropout keep = 0.7"),
        ("nn.Dropout", "p=0.5", "dropout keep = 0.5"),
        ("Flatten", "", "flatten"),
        ("Reshape", "(4, 4, 2)", "reshape 4, 4, 2"),
        ("Activation", "'gelu'", "gelu"),
    ],
)
def test_a_call_is_a_statement(name: str, inside: str, statement: str) -> None:
    assert translated(name, inside) == statement


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Conv2D", ""),  # no size
        ("Conv2D", "16, 3, kernel_regularizer=l2(0.1)"),
        ("Conv2D", "16, 3, name2=4"),
        ("nn.BatchNorm2d", "16, momentum=0.1"),  # the share of the new average there
        ("Dense", "10, 'relu', 3, 4"),
        ("Dense", ""),
        ("Dropout", "rate"),
        ("LSTM", "64, dropout=0.2"),
        ("Activation", "'swishy'"),
        ("conv2d", "16, 3"),
        ("Attention", "8"),
    ],
)
def test_what_is_not_understood_is_left_alone(name: str, inside: str) -> None:
    assert translated(name, inside) is None


@given(
    st.sampled_from(["Conv2D", "nn.Conv2d", "Dense", "LSTM", "Dropout", "Reshape", "Embedding"]),
    st.one_of(st.lists(st.sampled_from(PIECES)).map(", ".join), st.text(max_size=60)),
)
def test_whatever_is_made_of_a_call_can_be_read(name: str, inside: str) -> None:
    statement = translated(name, inside)
    if statement is not None:
        sink = Sink()
        read(Source("spec.dl", f"network {{\n    {statement}\n}}\n"), sink)
        assert not sink.failed


@pytest.mark.parametrize("table", [KERAS, TORCH], ids=["keras", "torch"])
def test_the_layers_and_arguments_of_the_tables_exist(table: dict[str, str]) -> None:
    for places in table.values():
        word, *labels = places.split()
        kind = REGISTRY.find("layers", word)
        assert kind is not None
        known = {a.label for a in kind.args}
        assert {x for x in labels if x != "-" and x[0] != "="} <= known


def test_advice_is_about_what_is_no_word_here() -> None:
    for category, table in foreign_advice.WORDS.items():
        ours = {plain(word) for word in REGISTRY.words(category)}
        theirs = {plain(w) for words in WORDS.get(category, {}).values() for w in words.split()}
        for words in table:
            assert not {plain(word) for word in words.split()} & (ours | theirs)
    assert foreign_calls.LONGEST > 100


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_another_encoding_is_one_finding(encoding: str) -> None:
    written = "spec 1\n\nnetwork { input 64 }\n".encode(encoding).decode("utf-8", "replace")
    found = check_text(written)
    assert [d.code for d in found] == ["E0104"]
    assert found[0].message == "this file is UTF-16 text, and a spec is UTF-8"


@pytest.mark.parametrize(
    "text",
    [
        "import numpy\ndata { source moons }\n",  # a line too much, and a spec
        "# import numpy\nspec 1\n",
        "{ input 64 }\n",
        "a: 1\n",
        "[network\n",
    ],
)
def test_a_spec_with_a_slip_is_no_other_format(text: str) -> None:
    assert not any("this file is" in d.message for d in check_text(text))
