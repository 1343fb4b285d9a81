"""The Python API: arrays in, arrays out, and honest errors between."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc
from specc.api import checking, compiling, given, model, predicting, run
from specc.run.events import Evaluated, Finished, Started

ROOT = Path(__file__).resolve().parents[1]
TWO = """\
let width = 6

data {
    source     circles(n = 120, noise = 0.05, seed = 1)
    split      train = 80%, dev = 20%, seed = 1
    normalize  standard
}

network {
    input  2
    dense  width, tanh
    dense  1, sigmoid
}

init       xavier
loss       binary_cross_entropy
optimizer  adam(lr = 0.02)

train {
    run    60 epochs
    batch  16
    seed   3
}

variant slow { optimizer sgd(lr = 0.01) }
"""
THREE = TWO.replace("1, sigmoid", "3, softmax").replace("binary_cross_entropy", "cross_entropy")
LINE = (
    TWO.replace("1, sigmoid", "1")
    .replace("binary_cross_entropy", "mse")
    .replace("data {", "data {  # allow W0502: all")
)
PICTURE = """\
data { source circles(n = 100) }
network {
    input 2, 3, 1
    flatten
    dense 1, sigmoid
}
loss binary_cross_entropy
optimizer adam(lr = 0.1)
train { run 30 epochs }
"""


def points(n: int = 300, seed: int = 5) -> tuple[Any, Any]:
    """Points far from the origin of scale 1, and which of three regions they lie in."""
    X = np.random.default_rng(seed).normal(50, 20, (n, 2))
    return X, np.select([X[:, 0] < 40, X[:, 0] < 60], ["low", "middle"], "high")


def test_importing_specc_loads_nothing() -> None:
    code = (
        "import specc, sys; print(*[m for m in sys.modules"
        " if m.partition('.')[0] in ('numpy', 'lark', 'textual') or m.startswith('specc.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert (done.stdout.split(), done.stderr) == (["specc.version"], "")


def test_checking_needs_no_numpy() -> None:
    code = (
        f"import specc, sys; specc.SpecError, specc.check({TWO!r});"
        "print('numpy' in sys.modules or 'lark' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert (done.stdout.strip(), done.stderr) == ("False", "")


def test_public_names_are_there() -> None:
    assert set(specc.__all__) <= set(dir(specc))
    for name in specc.__all__:
        assert getattr(specc, name) is not None
    with pytest.raises(AttributeError, match="has no attribute `fit`"):
        specc.fit  # noqa: B018
    assert (ROOT / "specc" / "py.typed").exists()


@pytest.mark.parametrize("module", [model, compiling, checking, predicting, run, given])
def test_the_examples_of_the_docstrings_run(
    module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = doctest.testmod(module, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    assert done.failed == 0
    assert done.attempted >= 5 or module not in (model, compiling)


def test_a_model_says_what_it_is() -> None:
    found = specc.compile(TWO)
    assert found.parameters == 2 * 6 + 6 + 6 + 1
    assert found.shapes["W1"] == (6, 2)
    assert found.shapes["b2"] == (1, 1)
    assert found.shapes["A1"] == (6, "m")
    assert "import numpy as np" in found.source
    assert "def training(" in found.source
    assert repr(found) == "<Model spec: 2 -> 1, 25 parameters>"
    assert found.warnings == ()


def test_a_path_and_settings(tmp_path: Path) -> None:
    path = tmp_path / "two.dl"
    path.write_text(TWO)
    settings = {"width": np.int64(3), "optimizer.lr": 1e-5, "train.run": "2 epochs"}
    found = specc.compile(path, settings={**settings, "train.shuffle": False})
    assert (found.name, found.parameters) == ("two", 13)
    assert found.fit().step == 12
    assert specc.compile(str(path), variant="slow").fit().step == 360
    with pytest.raises(TypeError, match=r"settings\['width'\] is a list"):
        specc.compile(path, settings={"width": [3]})


def test_errors_carry_their_diagnostics(tmp_path: Path) -> None:
    with pytest.raises(specc.SpecError) as caught:
        specc.compile(TWO.replace("tanh", "tahn"))
    (found,) = caught.value.diagnostics
    assert (found.code, found.primary is not None and found.primary.span.text) == ("E0201", "tahn")
    with pytest.raises(specc.SpecError, match="E0202"):
        specc.compile(TWO, settings={"widht": 3})
    with pytest.raises(specc.SpecError, match="E0212"):
        specc.compile(TWO, variant="slwo")
    with pytest.raises(specc.RunError, match="E0501"):
        specc.compile(tmp_path / "none.dl")
    with pytest.raises(specc.RunError, match="E0501"):
        specc.check(str(tmp_path / "none.dl"))


def test_check_lists_findings_of_all_variants() -> None:
    assert specc.check(TWO) == []
    wrong = specc.check(TWO + "variant other { optimizer sgd(lr = -1) }\n")
    assert [d.code for d in wrong] == ["E0205"]


def test_a_run_is_an_iterable_of_events() -> None:
    found = specc.compile(TWO).train()
    events = iter(found)
    assert isinstance(next(events), Started)
    assert isinstance(next(events), Evaluated)
    assert found.result is None
    assert found.predict(np.zeros((2, 2))).shape == (2,)
    assert found.fit() is found
    assert isinstance(found.result, Finished)
    assert list(found) == []
    assert found.history[0].step == 0
    assert found.history[-1].step == found.step == found.result.steps == 360


def test_predicting_while_training_changes_nothing() -> None:
    watched = specc.compile(TWO).train()
    for event in watched:
        if isinstance(event, Evaluated):
            watched.predict([[0.0, 1.0]])
    alone = specc.compile(TWO).fit()
    assert watched.result is not None
    assert alone.result is not None
    assert watched.result.train == alone.result.train


def test_a_run_can_be_stopped() -> None:
    found = specc.compile(TWO).train()
    for event in found:
        if isinstance(event, Evaluated) and event.step >= 60:
            found.stop()
    assert found.result is not None
    assert (found.result.status, found.step < 360) == ("stopped", True)


def test_arrays_take_the_place_of_the_source() -> None:
    X, y = points()
    trained = specc.compile(THREE)
    result = trained.fit(X, y).result
    assert result is not None
    assert result.dev is not None  # `split` of the spec divides what is given
    assert trained.classes.tolist() == ["high", "low", "middle"]
    assert trained.predict(X).dtype.kind == "U"
    assert (trained.predict(X) == y).mean() > 0.9
    chances = trained.predict_proba(X)
    assert chances.shape == (300, 3)
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-5)
    assert (trained.classes[chances.argmax(axis=1)] == trained.predict(X)).all()
    assert trained.evaluate(X, y)["accuracy"] == pytest.approx((trained.predict(X) == y).mean())


def test_sets_of_their_own() -> None:
    X, y = points()
    others = points(60, 6), points(40, 7)
    result = specc.compile(THREE).fit(X, y, dev=others[0], test=others[1])
    assert result.result is not None
    assert result._job.dataset.train.n == 300
    assert result.result.test is not None
    with pytest.raises(ValueError, match="give `dev` too"):
        specc.compile(THREE).fit(X, y, test=others[1])
    with pytest.raises(ValueError, match="`dev` is a pair"):
        specc.compile(THREE).fit(X, y, dev=X)
    with pytest.raises(ValueError, match="X is not"):
        specc.compile(THREE).fit(dev=others[0])


def test_two_classes_and_their_probabilities() -> None:
    X, y = points()
    trained = specc.compile(TWO).fit(X, y == "low")
    assert trained.classes.tolist() == [0, 1]
    chances = trained.predict_proba(X)
    assert chances.shape == (300, 2)
    assert ((chances[:, 1] > 0.5) == trained.predict(X)).all()


def test_the_labels_come_back_as_they_were() -> None:
    X, y = points()
    for labels in (np.where(y == "low", 3, 7), np.where(y == "low", -0.5, 2.5)):
        found = specc.compile(TWO).fit(X, labels).predict(X)
        assert found.dtype == labels.dtype
        assert set(found) <= set(labels)


def test_numbers() -> None:
    X, _ = points()
    target = X @ [2.0, -1.0] + 3
    trained = specc.compile(LINE, settings={"train.run": "200 epochs"}).fit(X, target)
    found = trained.predict(X)
    assert found.shape == (300,)
    assert np.abs(found - target).mean() < np.abs(target - target.mean()).mean() / 2
    with pytest.raises(ValueError, match="no probabilities"):
        trained.predict_proba(X)
    assert trained.classes.tolist() == []


def test_an_autoencoder_answers_in_the_units_of_its_inputs() -> None:
    text = LINE.replace("1\n}", "2\n}").replace("data {", "data {\n    target input")
    X, _ = points()
    trained = specc.compile(text, settings={"train.run": "300 epochs", "width": 12}).fit(X)
    assert np.abs(trained.predict(X) - X).mean() < 8
    assert trained.evaluate(X)["cost"] < 0.3


def test_images_have_axes() -> None:
    X = np.random.default_rng(1).normal(size=(200, 2, 3, 1))
    y = X[:, 0, 0, 0] > 0
    trained = specc.compile(PICTURE).fit(X, y)
    assert (trained.predict(X) == y).mean() > 0.9
    assert (trained.predict(X) == trained.predict(X.reshape(200, 6))).all()
    with pytest.raises(ValueError, match=r"\(5, 3, 2, 1\), and \(n, 6\) or \(n, 2, 3, 1\)"):
        trained.predict(np.zeros((5, 3, 2, 1)))


@pytest.mark.parametrize(
    ("X", "said"),
    [
        (np.zeros((4, 3)), r"X has the shape \(4, 3\), and \(n, 2\) is wanted"),
        (np.zeros(2), r"one example is a row"),
        (np.zeros((4, 2, 1)), r"X has the shape \(4, 2, 1\)"),
        (np.array([["a", "b"]]), "and not real numbers"),
        (np.array([[1, 2j]]), "and not real numbers"),
        (np.array([[1.0, 2.0], [np.nan, 0]]), r"X\[1\] holds nan"),
        (np.array([[np.inf, 2.0]]), r"X\[0\] holds inf"),
        (np.array([[1e300, 2.0]]), r"X\[0, 0\] is 1e\+300, which does not fit float32"),
        ([[1, 2], [3]], "inhomogeneous"),
    ],
)
def test_inputs_that_do_not_fit(X: Any, said: str) -> None:
    trained = specc.compile(TWO, settings={"train.run": "1 epoch"}).fit()
    with pytest.raises(ValueError, match=said):
        trained.predict(X)


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (np.zeros(5), r"y has the shape \(5,\), and X has 300 examples"),
        (np.zeros((300, 2, 2)), r"y has the shape"),
        (np.full(300, np.nan), "no finite number"),
        (np.full(300, None), "neither numbers nor text"),
        (None, "y is missing"),
    ],
)
def test_targets_that_do_not_fit(y: Any, said: str) -> None:
    X, _ = points()
    with pytest.raises(ValueError, match=said):
        specc.compile(TWO).fit(X, y)


def test_classes_that_do_not_fit() -> None:
    X, y = points()
    with pytest.raises(specc.RunError, match="E0504"):
        specc.compile(TWO).fit(X, y)
    trained = specc.compile(THREE, settings={"train.run": "1 epoch"}).fit(X, y)
    with pytest.raises(specc.RunError, match="label `other` is not one of the classes"):
        trained.evaluate(X[:2], ["low", "other"])
    with pytest.raises(ValueError, match="X has no examples"):
        trained.evaluate(X[:0], y[:0])
    assert trained.predict(X[:0]).shape == (0,)
    with pytest.raises(ValueError, match="`best` or `last`"):
        trained.predict(X, checkpoint="first")  # type: ignore[arg-type]


def test_nothing_is_trained_yet() -> None:
    with pytest.raises(RuntimeError, match="nothing is trained yet"):
        specc.compile(TWO).predict([[1, 2]])


def test_best_and_last() -> None:
    # Rates that grow make the last state a bad one.
    trained = specc.compile(TWO, settings={"optimizer": "sgd(lr = 80)"}).fit()
    X, y = np.random.default_rng(1).normal(size=(50, 2)), np.arange(50) % 2
    assert trained.result is not None
    assert trained.result.best is not None
    assert trained.result.best["step"] < 360
    best, last = (trained.evaluate(X, y, checkpoint=c)["cost"] for c in ("best", "last"))
    assert best != last


def test_save_and_load(tmp_path: Path) -> None:
    X, y = points()
    trained = specc.compile(THREE, settings={"width": 5})
    trained.fit(X, y)
    trained.save(tmp_path / "three.safetensors")
    loaded = specc.load(tmp_path / "three.safetensors")
    assert loaded.parameters == trained.parameters
    np.testing.assert_array_equal(loaded.predict_proba(X), trained.predict_proba(X))
    assert (loaded.predict(X) == trained.predict(X)).all()
    assert loaded.evaluate(X, y) == trained.evaluate(X, y)
    assert loaded.weights.keys() == {"dense1.W", "dense1.b", "dense2.W", "dense2.b"}
    again = specc.compile(THREE, settings={"width": 5}).load(tmp_path / "three.safetensors")
    np.testing.assert_array_equal(again.predict_proba(X), trained.predict_proba(X))
    loaded.save(tmp_path / "copy.safetensors")
    assert (specc.load(tmp_path / "copy.safetensors").predict(X) == trained.predict(X)).all()
    with pytest.raises(ValueError, match="of another network"):
        specc.compile(THREE).load(tmp_path / "three.safetensors")


def test_a_run_directory_is_a_trained_model(tmp_path: Path) -> None:
    X, y = points()
    trained = specc.compile(THREE)
    done = trained.fit(X, y, out=tmp_path / "run")
    assert (done.directory, (tmp_path / "run" / "run.json").exists()) == (
        str(tmp_path / "run"),
        True,
    )
    for which in ("best", "last"):
        loaded = specc.load(tmp_path / "run", checkpoint=which)
        np.testing.assert_array_equal(
            loaded.predict_proba(X), trained.predict_proba(X, checkpoint=which)
        )
    with pytest.raises(specc.RunError, match="E0511"):
        trained.fit(X, y, out=tmp_path / "run")


def test_without_a_directory_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    specc.compile(TWO).fit()
    assert list(tmp_path.iterdir()) == []


def test_what_is_saved_is_held_against_its_form(tmp_path: Path) -> None:
    X, y = points()
    trained = specc.compile(THREE, settings={"train.run": "1 epoch"})
    trained.fit(X, y)
    path = tmp_path / "three.safetensors"
    trained.save(path)
    whole = path.read_bytes()
    for cut in (0, 4, 100, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(specc.RunError, match="E0512"):
            specc.load(path)
    with pytest.raises(specc.RunError, match="there is no checkpoint"):
        specc.load(tmp_path / "none.safetensors")
    with pytest.raises(specc.RunError, match="there is no run"):
        specc.load(tmp_path)
