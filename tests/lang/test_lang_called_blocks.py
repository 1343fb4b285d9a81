"""Blocks written as calls: whatever stands in them, one error for the brackets, and edits that fit
together.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spec_samples import findings

from specc.diag.diagnostic import Diagnostic
from specc.diag.edits import apply_edits

PARTS = (
    "epochs = 30|batch_size = 64|run 3 epochs|lr|=|,|, |\n|  |# why\n|(|)|[|]|{|}|dense 8|dense(8)"
    "|relu|split = (80%, 20%)|circles(n = 3)|a <= 1|-> 3|as x|30|train|residual(relu)|then|in"
).split("|")
CALLS = st.tuples(
    st.sampled_from(("train", "network", "data", "expect", "search", "residual")),
    st.lists(st.sampled_from(PARTS), max_size=12).map("".join),
)


def in_braces(text: str) -> list[Diagnostic]:
    return [d for d in findings(text)[1] if "stand in braces, not in round" in d.message]


@given(CALLS)
def test_edits_fit_together(call: tuple[str, str]) -> None:
    word, inside = call
    for found in in_braces(f"{word}({inside})\n"):
        for fix in found.helps:
            if fix.edits:
                assert apply_edits(fix.edits[0].span.source, fix.edits)


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("train(epochs = 30)\n", "train { run 30 epochs }\n"),
        ("train(run = 3 epochs,)\n", "train { run 3 epochs }\n"),
        (
            "  train(epochs=30,\n        bs=4)\n",
            "  train {\n      run 30 epochs\n      batch 4\n  }\n",
        ),
        ("train(\n\tepochs = 30 # a\n\t, seed = 1\n)\n", None),
        (
            "n {\n\ttrain(seed=1, batch=2)\n}\n",
            "n {\n\ttrain {\n\t    seed 1\n\t    batch 2\n\t}\n}\n",
        ),
        ("data(split(80%, 20%))\n", "data { split(80%, 20%) }\n"),
        ("data(xor(n = 8))\n", "data { source xor(n = 8) }\n"),
        ("data(split train = 80%, dev = 20%)\n", "data { split train = 80%, dev = 20% }\n"),
        ("network(\n    input 2\n    dense 1\n)\n", "network {\n    input 2\n    dense 1\n}\n"),
        ("residual(dense 8, relu) as x\n", "residual as x { dense 8, relu }\n"),
        ("expect(a <= 1, b >= 2)\n", "expect {\n    a <= 1\n    b >= 2\n}\n"),
        ("train(,)\n", ""),
        ("train(30, 64)\n", ""),
    ],
)
def test_what_is_made_of_a_call(text: str, repaired: str | None) -> None:
    (found,) = in_braces(text)
    (fix,) = found.helps
    if repaired == "":
        assert fix.edits == ()
        return
    after = apply_edits(fix.edits[0].span.source, fix.edits)
    assert not in_braces(after)
    if repaired is not None:
        assert after == repaired
