"""Choices of search ranges, proven alone and together, and not again while nothing of them is
edited.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from test_editing_variants import findings

from specc import checking, proofs
from specc.checking import check_source
from specc.diag.source import Source
from specc.editing.checker import Checker

TEXT = """\
spec 1
let width = 8 in {4, 8, 16}
let most = 16
let rest = width // 4
data {
    source circles(n = 1000)
    split train = 80%, dev = 20%
}
block unit(n) { dense n, relu }
network {
    input 2
    unit width
    dense 12 in {most, 12}, relu as a
    dense 12 in int(4, 12), relu
    dense 1, sigmoid
}
init he
loss binary_cross_entropy
optimizer adam(lr = 1e-3)
train {
    run 30 epochs
    batch 32
}
expect { parameters <= 2_000 }
search {
    trials 10
    objective min(dev.cost)
}
variant slow { optimizer sgd(lr = 1e-2) }
variant small { train { batch 100 // rest } }
variant wide { let most = 32 }
variant other {
    network {
        input 2
        dense width, tanh
        dense 1, sigmoid
    }
}
"""
WORDS = """\
spec 1
data {
    source blobs(n = 1000, classes = 2, features = 2)
    split train = 80%, dev = 20%
}
network {
    input 2
    dense 4, relu in {relu, tanh}
    dense 1, sigmoid
}
loss binary_cross_entropy in {binary_cross_entropy, mse}
optimizer adam(lr = 1e-3)
train {
    run 30 epochs
    batch 32
    stop early(on = dev.cost, patience = 5 epochs)
}
search {
    trials 10
    objective min(dev.cost)
}
"""
EDITS = (
    ("let width = 8 in {4, 8, 16}", "let width = 8 in {2, 8, 16}"),  # `small` divides by rest, 0
    ("let width = 8 in {4, 8, 16}", "let width = 8 in {4, 8, 16, 0}"),
    ("let most = 16", "let most = 400"),
    ("let most = 16", "let most = 0"),
    ("let most = 32", "let most = 90"),
    ("let rest = width // 4", "let rest = width // 8"),
    ("dense n, relu", "dense n - 4, relu"),
    ("dense n, relu", "dense n, relu -> 8"),
    ("dense 12 in int(4, 12), relu", "dense 12 in int(4, 12), relu\n    add a"),
    ("dense 12 in {most, 12}, relu", "dense 12 in {most, 12}, relu -> 12"),
    ("dense 1, sigmoid\n}\ninit", "dense 1 in {1, 3}, sigmoid\n}\ninit"),
    ("lr = 1e-3", "lr = 1e-3 * rest"),
    ("sgd(lr = 1e-2)", "sgd(lr = 1e-2 / (width - 4))"),
    ("batch 32", "batch 32 * rest"),
    ("batch 32", "batch 40 // (width - 16)"),
    ("run 30 epochs", "run 20 epochs"),
    ("<= 2_000", "<= 900"),
    ("<= 2_000", "<= 250"),
    ("dense width, tanh", "dense width - 4, tanh"),
    ("n = 1000", "n = 1000, noise = 0.1"),
    ("loss binary_cross_entropy", "loss mse"),
)


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_after_an_edit_and_after_it_is_taken_back(old: str, new: str) -> None:
    assert TEXT.count(old) == 1
    checker = Checker()
    for text in (TEXT, TEXT.replace(old, new), TEXT, TEXT.replace(old, new)):
        assert findings(checker, text) == list(map(repr, check_source(Source("spec.dl", text))))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("min(dev.cost)", "max(dev.accuracy)"),  # which `mse` does not have
        ("on = dev.cost", "on = dev.accuracy"),
        ("features = 2", "features = 2 in {2, 3}"),
        ("relu in {relu, tanh}", "relu in {relu, tanh} -> 8"),
        ("{binary_cross_entropy, mse}", "{binary_cross_entropy, cross_entropy}"),
        ("dense 1, sigmoid", "dense 1, sigmoid in {sigmoid, linear}"),
    ],
)
def test_an_edit_beside_choices_of_words(old: str, new: str) -> None:
    assert WORDS.count(old) == 1
    checker = Checker()
    found: set[str] = set()
    for now in (WORDS, WORDS.replace(old, new), WORDS, WORDS.replace(old, new)):
        findings_now = findings(checker, now)
        found |= {f for f in findings_now if "E0" in f}
        assert findings_now == list(map(repr, check_source(Source("spec.dl", now))))
    assert found


def test_the_text_itself_is_sound() -> None:
    assert not check_source(Source("spec.dl", TEXT))


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The choices that are proven from now on."""
    asked: list[Any] = []
    made: Callable[..., None] = proofs._prove

    def noted(*given: Any) -> None:
        asked.append({choice.span.text for choice in given[2].values()})
        made(*given)

    monkeypatch.setattr(proofs, "_prove", noted)
    return asked


def test_each_choice_and_each_with_each(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = counted(monkeypatch)
    text = TEXT[: TEXT.index("variant")].replace("batch 32", "batch 8 * rest")
    assert not check_source(Source("spec.dl", text))
    alone = [{"4"}, {"16"}, {"most"}]
    # 4 is also an end of the third range.
    assert asked[:4] == [*alone, {"4"}]
    assert len(asked) == 3 * 2 * 2 - 1
    assert {"16", "most", "4"} in asked


def test_too_many_for_each_with_each(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = counted(monkeypatch)
    head, end = TEXT[: TEXT.index("    dense 12")], TEXT[TEXT.index("    dense 1,") :]
    layers = "".join(f"    dense 9 in {{{7 - i}, 9, {20 + i}}}, relu\n" for i in range(5))
    text = head + layers + end[: end.index("expect")]
    text = text.replace("let most = 16\nlet rest = width // 4\n", "")
    assert not check_source(Source("spec.dl", text))
    assert len(asked) == 2 * 6 + 2
    assert asked[-2:] == [{"4", "7", "6", "5", "3"}, {"16", "20", "21", "22", "23", "24"}]


def test_a_block_that_is_used_again_has_its_ranges_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = counted(monkeypatch)
    text = TEXT[: TEXT.index("variant")].replace("let width = 8 in {4, 8, 16}", "let width = 8")
    text = text.replace("dense n, relu", "dense n in {8, 16}, relu")
    text = text.replace("    unit width", "    unit width\n" * 3)
    check_source(Source("spec.dl", text))
    assert asked.count({"16"}) == 1


def test_what_decides_is_proven_once(monkeypatch: pytest.MonkeyPatch) -> None:
    checker = Checker()
    findings(checker, TEXT)
    asked = counted(monkeypatch)
    assert not findings(checker, TEXT.replace("run 30 epochs", "run 31 epochs"))
    assert not findings(checker, TEXT.replace("lr = 1e-2", "lr = 2e-2"))
    assert not asked
    assert not findings(checker, TEXT.replace("100 // rest", "110 // rest"))
    assert len(asked) == 3 * 2 * 2 - 1  # of `small` alone, in which a name stands


def test_choices_of_variants_count_where_they_are_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST_LAYERS", 1_000)
    base = TEXT[: TEXT.index("variant")].replace("let rest = width // 4\n", "")
    own = "".join(f"variant v{i} {{ let most = {i + 20} }}\n" for i in range(20))
    shared = "".join(f"variant v{i} {{ optimizer sgd(lr = {i + 1}e-3) }}\n" for i in range(20))
    checker = Checker()
    for variants, codes in ((own, ["E0214"]), (shared, []), (own, ["E0214"])):
        source = Source("spec.dl", base + variants)
        assert [d.code for d in checker.check(source)] == codes
        assert [d.code for d in check_source(source)] == codes
