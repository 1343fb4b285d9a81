"""Metrics are those of scikit-learn, over several chunks of a set and in both precisions.

What scikit-learn warns about (a class that nothing was taken for) is 0 here without a warning.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from oracle import compiled, program, spec

from specc.driver import make_plan
from specc.run.data import Part

sklearn = pytest.importorskip("sklearn.metrics")

EXAMPLES = 2600
"""Two chunks and a half."""
in_both = pytest.mark.parametrize("precision", ["float32", "float64"])


def measured(
    outputs: int, loss: str, metrics: str, z: NDArray[Any], T: NDArray[Any], precision: str
) -> tuple[dict[str, float], NDArray[Any], NDArray[Any]]:
    """Metrics, output (examples, outputs) and confusion matrix of a network that ends with z."""
    end = {"binary_cross_entropy": ", sigmoid", "cross_entropy": ", softmax"}.get(loss, "")
    text = spec(f"input {outputs}; dense {outputs}{end}", loss, train=f"run 1 epoch\n {metrics}")
    compilation = compiled(text)
    made = program(make_plan(compilation, 8, precision), compilation.model)
    made.theta[...] = 0
    made.parameters()["dense1.W"][...] = np.eye(outputs)
    classes = 0 if loss == "mse" else max(outputs, 2)
    part = Part(z.astype(precision), T, len(z))
    found = made.evaluate(part, output=True, classes=classes)
    assert found.output is not None
    matrix = np.zeros(0) if found.confusion is None else found.confusion
    return found.metrics, found.output.T, matrix


@pytest.mark.proves(
    "metrics.accuracy", "metrics.precision", "metrics.recall", "metrics.f1", "metrics.confusion"
)
@in_both
@pytest.mark.parametrize("missing", [False, True])
def test_of_classes(missing: bool, precision: str) -> None:
    """Also where a class has no examples and another is never named."""
    random = np.random.RandomState(4)
    T = random.randint(0, 5 - missing, EXAMPLES).astype(np.int32)
    z = random.standard_normal((EXAMPLES, 5)) + np.eye(5)[T]
    z[:, 1] -= 100 * missing
    words = "metrics accuracy, precision, recall, f1, confusion"
    found, output, matrix = measured(5, "cross_entropy", words, z, T, precision)
    guess = output.argmax(axis=1)
    options: dict[str, Any] = {"average": "macro", "labels": range(5), "zero_division": 0}
    expected = {
        "accuracy": sklearn.accuracy_score(T, guess),
        "precision": sklearn.precision_score(T, guess, **options),
        "recall": sklearn.recall_score(T, guess, **options),
        "f1": sklearn.f1_score(T, guess, **options),
    }
    assert {w: found[w] for w in expected} == pytest.approx(expected, rel=1e-12)
    assert "confusion" not in found
    np.testing.assert_array_equal(matrix, sklearn.confusion_matrix(T, guess, labels=range(5)))


@pytest.mark.proves(
    "metrics.accuracy", "metrics.precision", "metrics.recall", "metrics.f1", "metrics.confusion"
)
@in_both
@pytest.mark.parametrize("shift", [0.0, -50.0, 50.0])
def test_of_yes_and_no(shift: float, precision: str) -> None:
    """Also where every answer is no, or yes."""
    random = np.random.RandomState(5)
    T = (random.standard_normal((EXAMPLES, 1)) > 0.4).astype(precision)
    z = random.standard_normal((EXAMPLES, 1)) + 2 * T - 1 + shift
    words = "metrics accuracy, precision, recall, f1, confusion"
    found, output, matrix = measured(1, "binary_cross_entropy", words, z, T, precision)
    guess, true = output[:, 0] > 0.5, T[:, 0] > 0.5
    expected = {
        "accuracy": sklearn.accuracy_score(true, guess),
        "precision": sklearn.precision_score(true, guess, zero_division=0),
        "recall": sklearn.recall_score(true, guess, zero_division=0),
        "f1": sklearn.f1_score(true, guess, zero_division=0),
    }
    assert {w: found[w] for w in expected} == pytest.approx(expected, rel=1e-12)
    np.testing.assert_array_equal(matrix, sklearn.confusion_matrix(true, guess, labels=[0, 1]))


@pytest.mark.proves("metrics.top_k")
@in_both
@pytest.mark.parametrize("k", [1, 2, 5])
def test_top_k(k: int, precision: str) -> None:
    random = np.random.RandomState(6)
    T = random.randint(0, 6, EXAMPLES).astype(np.int32)
    z = random.standard_normal((EXAMPLES, 6)) + np.eye(6)[T]
    found, output, _ = measured(6, "cross_entropy", f"metrics top_k({k})", z, T, precision)
    expected = sklearn.top_k_accuracy_score(T, output, k=k, labels=range(6))
    assert found["top_k"] == pytest.approx(expected, rel=1e-12)


def test_of_classes_that_tie_all_must_fit() -> None:
    """A network that says the same of every class names none; scikit-learn goes by the number."""
    T = np.arange(4, dtype=np.int32)
    for k in (1, 3):
        metrics = f"metrics top_k({k})"
        same, _, _ = measured(4, "cross_entropy", metrics, np.zeros((4, 4)), T, "float64")
        assert same["top_k"] == 0
    z = np.array([[2.0, 2, 1, 0]] * 4)
    two, _, _ = measured(4, "cross_entropy", "metrics top_k(2)", z, T, "float64")
    assert two["top_k"] == 0.5


@pytest.mark.proves("metrics.r2", "metrics.mae")
@in_both
@pytest.mark.parametrize("far", [0.0, 3000.0])
def test_of_numbers(far: float, precision: str) -> None:
    """Also far from 0, where sums of squares have no digits left in 32 bits."""
    random = np.random.RandomState(7)
    T = (random.standard_normal((EXAMPLES, 3)) * [1, 2, 5] + far).astype(precision)
    z = T + random.standard_normal((EXAMPLES, 3))
    found, output, _ = measured(3, "mse", "metrics mae, r2", z, T, precision)
    double = T.astype(float)
    expected = {
        "mae": sklearn.mean_absolute_error(double, output),
        "r2": sklearn.r2_score(double, output),
    }
    rel = 1e-11 if precision == "float64" else 2e-6
    assert {w: found[w] for w in expected} == pytest.approx(expected, rel=rel)


def test_r2_of_targets_that_do_not_vary() -> None:
    """1 where they are hit, 0 where not, as scikit-learn has it."""
    T = np.full((10, 2), 4.0)
    z = T.copy()
    z[0, 1] += 1
    found, output, _ = measured(2, "mse", "metrics r2", z, T, "float64")
    assert found["r2"] == 0.5 == sklearn.r2_score(T, output)
