"""Specs as scikit-learn's estimators: its own checks, and what they say nothing about."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc

ROOT = Path(__file__).resolve().parents[1]
PICTURES = """
let features = 9
let classes = 2
let width = 4

data {
    source     npz("nowhere.npz", inputs = X, target = y)
    split      train = 80%, dev = 20%
    normalize  minmax
}
network {
    input  features
    dense  width, tanh
    dense  classes, softmax
}
loss       cross_entropy
optimizer  adam(lr = 0.05)
train {
    run    20 epochs
    batch  8
}

variant wide { let width = 16 }
"""


def test_without_scikit_learn_the_import_says_what_to_install() -> None:
    code = "import sys; sys.modules['sklearn'] = None; import specc.sklearn"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    said = "specc.sklearn needs scikit-learn 1.6 or later: pip install 'specc-dl[sklearn]'"
    assert done.stderr.splitlines()[-1] == f"ImportError: {said}"


def estimators() -> Any:
    pytest.importorskip("sklearn", "1.6")
    from specc import sklearn

    return sklearn


def points() -> tuple[Any, Any]:
    random = np.random.default_rng(1)
    X = random.normal(size=(90, 3))
    return X, np.array(["low", "middle", "high"])[(X[:, 0] > -0.5).astype(int) + (X[:, 0] > 0.5)]


@pytest.mark.parametrize("name", ["SpecClassifier", "SpecRegressor"])
def test_scikit_learns_own_checks_pass(name: str) -> None:
    estimator = getattr(estimators(), name)()
    from sklearn.exceptions import SkipTestWarning
    from sklearn.utils.estimator_checks import check_estimator

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SkipTestWarning)  # pandas is not there
        check_estimator(estimator)


def test_the_lets_of_a_spec_get_the_sizes_of_the_data() -> None:
    X, y = points()
    fitted = estimators().SpecClassifier(PICTURES, variant="wide", random_state=4).fit(X, y)
    assert fitted.model_.shapes["W1"] == (16, 3)
    assert fitted.model_.shapes["W2"] == (3, 16)
    assert fitted.model_.lets == ("features", "classes", "width")
    assert list(fitted.classes_) == ["high", "low", "middle"]
    assert fitted.predict_proba(X).shape == (90, 3)
    assert fitted.score(X, y) > 0.8
    chosen = estimators().SpecClassifier(PICTURES, settings={"width": 2, "features": 3})
    assert chosen.fit(X, y).model_.shapes["W1"] == (2, 3)


def test_only_the_sizes_of_the_data_must_fit_the_spec() -> None:
    X, y = points()
    claims = PICTURES + "expect { output.shape == 3 }\n"
    assert estimators().SpecClassifier(claims).fit(X, y).model_.outputs == 3
    with pytest.raises(specc.SpecError, match="E0406"):
        specc.compile(claims)
    with pytest.raises(specc.SpecError, match="E0212"):
        estimators().SpecClassifier(PICTURES, variant="narrow").fit(X, y)


def test_a_grid_is_searched_over_settings() -> None:
    X, y = points()
    wrapped = estimators().SpecClassifier(PICTURES)
    from sklearn.model_selection import GridSearchCV

    grid = [{"train.run": "1 step"}, {"train.run": "30 epochs"}]
    search = GridSearchCV(wrapped, {"settings": grid}, cv=2).fit(X, y)
    assert search.best_params_ == {"settings": grid[1]}


def test_what_is_fitted_is_copied_with_what_it_learnt() -> None:
    import copy

    X, y = points()
    fitted = estimators().SpecClassifier(PICTURES).fit(X, y)
    state = fitted.__getstate__()
    assert "model_" not in state
    assert isinstance(state["saved_model_"], bytes)
    assert (copy.deepcopy(fitted).predict_proba(X) == fitted.predict_proba(X)).all()


def test_a_seed_of_its_own_changes_the_draws() -> None:
    X, _ = points()
    make = estimators().SpecRegressor

    def predicted(random_state: Any) -> Any:
        values = np.stack([X[:, 0], X[:, 1] * X[:, 2]], axis=1)
        return (
            make(settings={"train.run": "3 epochs"}, random_state=random_state)
            .fit(X, values)
            .predict(X)
        )

    assert predicted(1).shape == (90, 2)
    assert (predicted(np.int64(1)) == predicted(1)).all()
    assert (predicted(None) == predicted(1)).all(), "the spec has `seed 1`"
    assert (predicted(2) != predicted(1)).any()
    assert (predicted(np.random.RandomState(5)) == predicted(np.random.RandomState(5))).all()


def test_data_that_do_not_fit_the_spec_are_refused() -> None:
    X, y = points()
    made = estimators()
    fixed = PICTURES.replace("let classes = 2\n", "").replace("dense  classes", "dense  4")
    with pytest.raises(ValueError, match="y holds 3 classes, and the network tells 4 apart"):
        made.SpecClassifier(fixed).fit(X, y)
    with pytest.raises(ValueError, match="SpecClassifier trains it"):
        made.SpecRegressor(PICTURES).fit(X, X[:, 0])
    with pytest.raises(ValueError, match="SpecRegressor trains it"):
        made.SpecClassifier(made.REGRESSOR).fit(X, y)
    narrow = PICTURES.replace("let features = 9\n", "").replace("input  features", "input  9")
    with pytest.raises(ValueError, match=r"\(90, 3\), and \(n, 9\) is wanted"):
        made.SpecClassifier(narrow).fit(X, y)
    with pytest.raises(specc.SpecError, match="E0201"):
        made.SpecClassifier(PICTURES.replace("tanh", "tanhh")).fit(X, y)


def test_a_run_that_diverges_says_so() -> None:
    X, _ = points()
    wild = estimators().SpecRegressor(settings={"optimizer": "sgd(lr = 1e30)"})
    from sklearn.exceptions import ConvergenceWarning

    with pytest.warns(ConvergenceWarning, match="training diverged"):
        wild.fit(X, X[:, 0])


def test_the_specs_that_stand_for_none_have_no_findings() -> None:
    made = estimators()
    for text in (made.CLASSIFIER, made.REGRESSOR):
        found = [d.code for d in specc.check(text)]
        assert found == ["W0502"], "scikit-learn parts the data, not the spec"
