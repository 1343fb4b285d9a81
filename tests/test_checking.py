"""A check of a file with variants: what they share is made once, and what it says is the same."""

from __future__ import annotations

import pytest

from specc.checking import Checked, check_text, check_variant
from specc.diag.diagnostic import SpecError
from specc.diag.sink import Sink
from specc.diag.source import Source
from specc.elaborate.forward import Forward
from specc.lang.memo import Memo
from specc.lang.read import read
from specc.lang.spec import Spec
from specc.library.registry import standard
from specc.model import Model

BASE = """spec 1
let width = 8
let unused = 3
data {
    source circles(n = 400)
    split train = 80%, dev = 20%
}
block wide(units) {
    dense units, relu
}
network {
    input 2
    wide width in {4, 8}
    dense 8, relu, init = zeros
    dense 1, sigmoid
}
init he
loss binary_cross_entropy
regularize l2(0.1)
optimizer sgd(lr = 0.1 in log(0.01, 1))
train {
    run 30 epochs
    batch 32
}
expect { parameters <= 200 }
"""
VARIANTS = {
    "rate": "optimizer sgd(lr = 5)",
    "start": "init normal(10)",
    "penalty": "regularize l1(0.3)",
    "none": "regularize l2(0)",
    "width": "let width = 4",
    "body": "block wide(units) { dense units, tanh }",
    "other": "network {\n input 2\n dense 4, relu\n dense 1, sigmoid\n }",
    "loss": "loss mse",
    "data": "data { source moons(n = 50) }",
    "batch": "train { batch 8\n seed 3 }",
}
TEXT = BASE + "".join(f"variant {name} {{ {s} }}\n" for name, s in VARIANTS.items())


def spec(text: str) -> Spec:
    sink = Sink()
    found = read(Source("spec.dl", text), sink)
    assert not sink.failed
    return found


def what(model: Model) -> dict[str, object]:
    """A model as text: definitions are equal only if they are the same object."""
    parameters = [(p.name, p.shape, repr(p.init), repr(p.regularize)) for p in model.parameters]
    segments = [(repr(s.regularizer), s.offset, s.size) for s in model.segments]
    graphs = (model.train, model.evaluate, model.initial, model.rate)
    rest = (model.layers, repr(model.optimizer), model.task, model.static)
    return {"graphs": graphs, "rest": rest, "theta": (parameters, segments)}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_the_same_with_what_the_file_has_made(name: str) -> None:
    file, memo = spec(TEXT), Memo()
    check_variant(file, None, (), standard(), memo)
    memo.seal()
    shared = check_variant(file, name, (), standard(), memo)
    alone = check_variant(file, name, (), standard())
    assert what(shared.proof.model()) == what(alone.proof.model())
    searched = [[(s.path, s.nominal) for s in c.proof.bound.searches] for c in (shared, alone)]
    assert searched[0] == searched[1]
    # What concerns the file as a whole is said once, with the file.
    about_file = {"W0104", "W0105", "W0106"}
    assert shared.warnings == tuple(d for d in alone.warnings if d.code not in about_file)


def test_a_network_is_built_once_for_all_variants_that_share_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built: list[int] = []
    run = Forward.run

    def counted(self: Forward) -> object:
        built.append(len(self.bound.network))
        return run(self)

    monkeypatch.setattr(Forward, "run", counted)
    base = BASE.replace(" in {4, 8}", "")
    same = ("rate", "start", "penalty", "none", "batch")
    check_text(base + "".join(f"variant {n} {{ {VARIANTS[n]} }}\n" for n in same))
    assert len(built) == 1
    check_text(base + f"variant other {{ {VARIANTS['other']} }}\n")
    assert len(built) == 3


def test_what_is_wrong_in_the_file_is_said_of_every_variant_that_keeps_it() -> None:
    wrong = TEXT.replace("dense 1, sigmoid\n}\ninit", "dense 2, sigmoid\n}\ninit")
    found = check_text(wrong)
    assert [d.code for d in found if d.severity == "error"]
    with pytest.raises(SpecError):
        check_variant(spec(wrong), "rate", (), standard())
    kept: Checked = check_variant(spec(wrong), "other", (), standard())
    assert kept.proof.outputs == 1


def test_choices_of_words_are_all_proven_and_never_too_many() -> None:
    words = ", ".join(standard().words("activations")).replace("softmax, ", "")
    dense = f"    dense 4, relu in {{{words}}}\n"
    text = BASE.replace("    dense 8, relu, init = zeros\n", 7 * dense)
    assert [d for d in check_text(text) if d.severity == "error"] == []
    last = text.replace("dense 1, sigmoid", f"dense 1, sigmoid in {{{words}}}")
    (found,) = (d for d in check_text(last) if d.severity == "error")
    assert found.code == "E0304"
