"""While a file is edited, its variants come to what they would come to anew."""

from __future__ import annotations

import pytest

from specc import checking
from specc.checking import check_source
from specc.diag.sink import Sink
from specc.diag.source import Source, Span
from specc.editing.checker import Checker
from specc.lang import bind
from specc.lang.bound import Step
from specc.lang.memo import Memo
from specc.lang.rebind import rebound
from specc.lang.spec import Spec
from specc.library.define import Definition
from specc.library.registry import Registry
from specc.record import Record, fields, replace

TEXT = """\
spec 1
let width = 8
let size = 64
let share = 80%
let rate = 1e-2
data {
    source circles(n = 1000)
    split train = share, dev = 20%
}
block unit(n) { dense n, relu }
network {
    input 2
    unit width
    dense 1, sigmoid
}
init he
loss binary_cross_entropy
optimizer adam(lr = 1e-3)
train {
    run 30 epochs
    batch size
}
expect { parameters <= 1_000 }
variant slow {
    optimizer sgd(lr = rate)
    regularize l2(0.1)
}
variant small {
    train { batch size // 2 }
    expect { parameters <= 500 }
}
variant split {
    data { split train = 60%, dev = 40% }
    init xavier
}
variant own { loss binary_cross_entropy }
variant wide { let width = 64 }
variant other {
    network {
        input 2
        dense width, tanh
        dense 1, sigmoid
    }
}
"""
EDITS = (
    ("let width = 8", "let width = 16"),
    ("let width = 8", "let width = 100"),  # one claim of `small` no longer holds
    ("let size = 64", "let size = 1"),
    ("let share = 80%", "let share = 70%"),
    ("dense n, relu", "dense n, softmax"),
    ("dense 1, sigmoid\n}\ninit", "dense 3, sigmoid\n}\ninit"),
    ("run 30 epochs", "run 30 epochs\n    precision float64"),
    ("run 30 epochs", "run 0 epochs"),
    ("lr = 1e-3", "lr = 1e-3 in log(1e-4, 1e-2)"),
    ("let rate = 1e-2", "let rate = 1e2"),
    ("let rate = 1e-2", "let rate = relu"),
    ("unit width\n", "unit width\n    dense 8 in {8, 9}\n"),
    ("dense 1, sigmoid\n}\ninit he\nloss binary_cross_entropy\n", "dense 3, sigmoid\n}\ninit he\n"),
    ("loss binary_cross_entropy", "loss mse"),
    ("loss binary_cross_entropy\n", ""),
    ("init he", "init zeros"),
    ("n = 1000", "n = 40"),
    ("<= 1_000", "<= 10"),
    ("<= 500", "<= flops"),
    ("init xavier", "init zeros"),
    ("sgd(lr = rate)", "sgd(lr = width)"),
    ("size // 2", "sise // 2"),
    ("let width = 64", "let width = 64\n    let size = 0"),
    ("variant split {", "variant split {\n    let share = 2"),
)


def findings(checker: Checker, text: str) -> list[str]:
    return [repr(d) for d in checker.check(Source("spec.dl", text))]


def as_anew(spec: Spec, variant: str | None, registry: Registry, sink: Sink, memo: Memo) -> object:
    """What a spec comes to, which is what it comes to for somebody who sees it first."""
    found = bind.bind(spec, variant, registry, sink, memo=memo)
    assert spelt(found) == spelt(bind.bind(spec, variant, registry, Sink()))
    return found


def spelt(value: object) -> object:
    """All that a value holds, without the names that stand where a layer stands and not in it."""
    if isinstance(value, Step):
        value = replace(value, names={})
    if isinstance(value, Record) and not isinstance(value, Span):
        return type(value).__name__, [spelt(getattr(value, name)) for name in fields(value)]
    if isinstance(value, Definition):
        spans = sorted((name, repr(span)) for name, span in value.spans.items())
        return value.word, [spelt(getattr(value, a.name)) for a in value.args], spans
    return [spelt(v) for v in value] if isinstance(value, tuple) else repr(value)


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_after_an_edit_and_after_it_is_taken_back(
    old: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "bind", as_anew)
    checker = Checker()
    changed = TEXT.replace(old, new, 1)
    assert changed != TEXT
    for other, _ in EDITS[:1]:  # and with another edit in between
        between = changed.replace(other, f"{other}  # seen", 1)
        for text in (TEXT, changed, between, changed, TEXT):
            anew = [repr(d) for d in check_source(Source("spec.dl", text))]
            assert findings(checker, text) == anew


def test_only_variants_that_an_edit_may_change_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def noted(*given: object) -> object:
        found = rebound(*given)  # type: ignore[arg-type]
        if found is not None:
            taken.append(found.variant or "")
        return found

    monkeypatch.setattr(bind, "rebound", noted)
    checker = Checker()
    checker.check(Source("spec.dl", TEXT))
    assert taken == []
    checker.check(Source("spec.dl", TEXT.replace("dense n, relu", "dense n, tanh")))
    assert taken == ["slow", "small", "split", "own"]
    taken.clear()
    checker.check(Source("spec.dl", TEXT.replace("run 30 epochs", "run 20 epochs")))
    assert taken == ["slow", "small", "split", "own"]
    taken.clear()
    checker.check(Source("spec.dl", TEXT.replace("let size = 64", "let size = 32")))
    assert taken == ["slow", "split", "own"]


def test_a_block_that_has_something_wrong_is_read_with_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checker = Checker()
    checker.check(Source("spec.dl", TEXT))
    monkeypatch.setattr(bind, "_read_anew", lambda *_: None)
    changed = TEXT.replace("run 30 epochs", "run 20 epochs")
    anew = [repr(d) for d in check_source(Source("spec.dl", changed))]
    assert findings(checker, changed) == anew
