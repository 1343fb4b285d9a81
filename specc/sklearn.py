"""Specs as estimators of scikit-learn: for pipelines, cross-validation and grid search.

    from specc.sklearn import SpecClassifier, SpecRegressor

A spec says how many features and outputs there are, an estimator is told by the data it is given.
The two meet in the names that a spec defines: `let features`, `let classes` and `let outputs` get
the numbers of the data, where a spec has them, and the shapes are then proven anew. Everything else
that the spec says holds as it is written, its `data` block but for the source included.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data
except ImportError as problem:
    raise ImportError(
        "specc.sklearn needs scikit-learn 1.6 or later: pip install 'specc-dl[sklearn]'"
    ) from problem

import numpy as np
from numpy.typing import ArrayLike, NDArray

from specc.api.checking import Spec
from specc.api.compiling import Settings, compile_for, load
from specc.api.model import Model

_DATA = """
let features = 2
let {outputs} = 2

data {{
    source     npz("arrays.npz", inputs = X, target = y)  # never opened: arrays take its place
    normalize  standard
}}
"""
_TRAIN = """
init       he
optimizer  adam(lr = 0.01)

train {
    run        100 epochs
    batch      32
    seed       1
    precision  float64
}
"""
CLASSIFIER = (
    _DATA.format(outputs="classes")
    + """
network {
    input  features
    dense  32, relu
    dense  classes, softmax
}

loss       cross_entropy"""
    + _TRAIN
)
"""What `SpecClassifier` trains where it is given no spec: one hidden layer."""
REGRESSOR = (
    _DATA.format(outputs="outputs")
    + """
network {
    input  features
    dense  32, relu
    dense  outputs
}

loss       mse"""
    + _TRAIN
)
"""What `SpecRegressor` trains where it is given no spec: one hidden layer."""


class _SpecEstimator(BaseEstimator):  # type: ignore[misc]
    """What both have in common: a spec, what is changed in it, and a fitted model."""

    _standard: str

    def __init__(
        self,
        spec: Spec | None = None,
        *,
        variant: str | None = None,
        settings: Settings | None = None,
        random_state: Any = None,
    ) -> None:
        self.spec = spec
        self.variant = variant
        self.settings = settings
        self.random_state = random_state

    def _compiled(self, sizes: dict[str, int]) -> Model:
        """The model of the spec, with the sizes of the data in the lets that it has for them."""
        spec: Spec = self._standard if self.spec is None else self.spec
        settings = dict(self.settings or {})
        if self.random_state is not None:
            settings["train.seed"] = _seed(self.random_state)
        return compile_for(sizes, spec, variant=self.variant, settings=settings)

    def _train(self, model: Model, X: NDArray[Any], y: NDArray[Any]) -> None:
        self.model_ = model
        result = model.fit(X, y).result
        if result is not None and result.status == "diverged":
            warnings.warn(f"training diverged: {result.reason}", ConvergenceWarning, stacklevel=3)

    def _rows(self, X: ArrayLike) -> NDArray[Any]:
        check_is_fitted(self)
        rows: NDArray[Any] = validate_data(self, X, reset=False)
        return rows

    def __getstate__(self) -> dict[str, Any]:
        """A fitted model travels as the bytes of a saved file: numbers and texts, no code."""
        state = dict(super().__getstate__())
        if "model_" in state:
            with TemporaryDirectory() as folder:
                path = Path(folder) / "model.safetensors"
                state.pop("model_").save(path)
                state["saved_model_"] = path.read_bytes()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        kept = {name: value for name, value in state.items() if name != "saved_model_"}
        super().__setstate__(kept)
        if "saved_model_" in state:
            with TemporaryDirectory() as folder:
                path = Path(folder) / "model.safetensors"
                path.write_bytes(state["saved_model_"])
                self.model_ = load(path)


class SpecClassifier(ClassifierMixin, _SpecEstimator):  # type: ignore[misc]
    """A classifier that a spec describes.

        GridSearchCV(SpecClassifier("net.dl"), {"settings": [{"optimizer.lr": 0.1}, ...]})

    The spec ends in `softmax` over the classes, or in one `sigmoid` unit for two of them. Its names
    `let features` and `let classes` get the numbers of the data.

    Args:
        spec: A path, or the text of a spec; a net with one hidden layer if not given.
        variant: One of the file's variants.
        settings: Other values by path, as `--set` takes them.
        random_state: In place of the spec's `seed`: a number, or a `RandomState` to draw one from.

    Attributes:
        model_: The trained `specc.Model`.
        classes_: The labels, sorted: the order of the columns of `predict_proba`.
        n_features_in_: Features seen in `fit`.
        feature_names_in_: Their names, where X is a data frame whose columns have names.
    """

    _standard = CLASSIFIER

    def fit(self, X: ArrayLike, y: ArrayLike) -> SpecClassifier:
        """Train on X (n, features) and the labels y (n,), numbers or text.

        Raises:
            ValueError: arrays do not fit the spec, or y holds one class alone.
            SpecError: the spec does not compile.
        """
        X, y = validate_data(self, X, y)
        labels = column_or_1d(y, warn=True)
        check_classification_targets(labels)
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        count = len(self.classes_)
        if count < 2:
            raise ValueError(f"y holds 1 class, {self.classes_[0]!r}, and two are needed")
        model = self._compiled({"features": self.n_features_in_, "classes": count})
        if (told_apart := _classes(model)) != count:
            raise ValueError(_misfit(told_apart, count))
        self._train(model, np.asarray(X), numbers)
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The label of every row of X (n, features)."""
        rows = self._rows(X)
        found: NDArray[Any] = self.classes_[self.model_.predict(rows)]
        return found

    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:
        """The probabilities (n, classes), in the order of `classes_`."""
        rows = self._rows(X)
        return self.model_.predict_proba(rows)


class SpecRegressor(RegressorMixin, _SpecEstimator):  # type: ignore[misc]
    """A regressor that a spec describes.

    The spec ends in as many outputs as there are targets. Its names `let features` and
    `let outputs` get the numbers of the data. Targets are learnt as they are: where they are far
    from 1 in size, put the regressor into `TransformedTargetRegressor`.

    Args:
        spec: A path, or the text of a spec; a net with one hidden layer if not given.
        variant: One of the file's variants.
        settings: Other values by path, as `--set` takes them.
        random_state: In place of the spec's `seed`: a number, or a `RandomState` to draw one from.

    Attributes:
        model_: The trained `specc.Model`.
        n_features_in_: Features seen in `fit`.
        feature_names_in_: Their names, where X is a data frame whose columns have names.
    """

    _standard = REGRESSOR

    def fit(self, X: ArrayLike, y: ArrayLike) -> SpecRegressor:
        """Train on X (n, features) and the numbers y (n,) or (n, outputs).

        Raises:
            ValueError: arrays do not fit the spec.
            SpecError: the spec does not compile.
        """
        X, y = validate_data(self, X, y, y_numeric=True, multi_output=True)
        values = np.asarray(y)
        outputs = 1 if values.ndim == 1 else values.shape[1]
        model = self._compiled({"features": self.n_features_in_, "outputs": outputs})
        if _classes(model):
            raise ValueError("the spec tells classes apart: SpecClassifier trains it")
        self._flat = values.ndim == 1
        self._train(model, np.asarray(X), values)
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The numbers (n,) or (n, outputs), as y was in `fit`."""
        rows = self._rows(X)
        found = self.model_.predict(rows)
        return found if self._flat else found.reshape(len(rows), -1)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _seed(random_state: Any) -> int:
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31))


def _classes(model: Model) -> int:
    """How many classes the outputs of a model tell apart, 0 if they are numbers."""
    return {"classes": model.outputs, "binary": 2}.get(model.task, 0)


def _misfit(outputs: int, classes: int) -> str:
    if not outputs:
        return "the spec predicts numbers: SpecRegressor trains it"
    return (
        f"y holds {classes} classes, and the network tells {outputs} apart: "
        "`let classes` in the spec, used for its last layer, is set to the number in y"
    )
