"""A block that is used with the same values again is read as if it were the first time."""

from __future__ import annotations

import pytest

from specc.checking import check_source
from specc.diag.diagnostic import Diagnostic
from specc.diag.source import Source
from specc.lang import network

TEXT = """\
spec 1
let narrow = 8
data {
    source circles(n = 500)
    split train = 80%, dev = 20%
}
block unit(n, keep = 0.9) {
    dense n, relu
    dropout keep = keep
}
block joined(n) {
    residual {
        dense n, relu
        repeat 2 { dense n, tanh }
    }
}
block pair(n) {
    unit n
    unit narrow
}
network {
    input 2
    unit 8
    unit narrow
    joined 8
    unit n = 8, keep = 0.9
    pair 8
    joined narrow
    pair 8
    unit 8
    dense 1, sigmoid
}
init he
loss binary_cross_entropy
optimizer adam(lr = 1e-3)
train {
    run 30 epochs
    batch 64
}
"""
SLIPS = (
    ("unit 8\n    unit narrow", "unit 8\n    unit 9"),
    ("keep = keep", "keep = 40%"),
    ("dense n, relu\n    dropout", "dense n, relu -> 8\n    dropout"),
    ("dense n, relu\n    dropout", "dense n, relu -> 9\n    dropout"),
    ("dense n, tanh", "conv n, 3"),
    ("dense n, tanh", "dense n + 1, tanh"),
    ("dense n, tanh", "dense n, tanh as twice"),
    ("dense n, relu\n", "dense n, relu\n        softmax\n"),
    ("joined 8", "joined 8 in {8, 9}"),
    ("unit n = 8", "unit n = 8.0"),
    ("unit n = 8", "unit n = 7"),
    ("unit n = 8", "unit n = 800%"),
    ("unit n = 8", "unit n = missing"),
    ("unit n\n", "unit n\n    joined n\n    pair n\n"),
    ("keep = 0.9) {", "keep = narrow) {"),
    ("keep = 0.9) {", "keep = narrow / 9) {"),
    ("let narrow = 8", "let narrow = 9"),
    ("let narrow = 8", "let narrow = relu"),
    ("let narrow = 8", "let narrow = 8 in {8, 12}"),
)


def found(text: str) -> list[Diagnostic]:
    return list(check_source(Source("spec.dl", text)))


@pytest.mark.parametrize(("old", "new"), [("", ""), *SLIPS])
def test_the_same_is_said(old: str, new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = TEXT.replace(old, new, 1) if old else TEXT
    assert not old or text != TEXT
    shared = [repr(d) for d in found(text)]
    monkeypatch.setattr(network, "worth", lambda given: None)
    assert [repr(d) for d in found(text)] == shared


def test_an_error_names_the_use_that_led_there() -> None:
    text = TEXT.replace("    pair 8\n    unit 8\n", "    pair 8\n    dense 9\n    joined 8\n")
    (error,) = (d for d in found(text) if d.severity == "error")
    uses = [label.span.text for label in error.secondary]
    line = text.split("\n").index("    dense 9") + 2
    assert "joined 8" in uses
    assert [label.span.line for label in error.secondary if label.span.text == "joined 8"] == [line]
