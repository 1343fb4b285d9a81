"""`standard`, `minmax` and `scale`: the statistics, and what they make of inputs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from specc.library.normalizers.minmax import MinMax
from specc.library.normalizers.scale import Scale
from specc.library.normalizers.standard import Standard
from specc.library.table import Normalizer
from specc.run.data import normalize


def statistics(
    normalizer: Normalizer, X: np.ndarray, size: int = 7
) -> tuple[np.ndarray, np.ndarray]:
    def walk() -> Iterator[np.ndarray]:
        for start in range(0, len(X), size):
            yield X[start : start + size].astype(np.float64)

    return normalizer.statistics(walk, X.shape[1])


tables = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 40), st.integers(1, 4)),
    elements=st.floats(-1e6, 1e6),
)


@settings(deadline=None)
@given(X=tables)
def test_standard(X: np.ndarray) -> None:
    mean, scale = statistics(Standard(), X)
    for j in range(X.shape[1]):
        values = [Fraction(x) for x in X[:, j].tolist()]
        exact = sum(values) / len(values)
        variance = sum((v - exact) ** 2 for v in values) / len(values)
        assert mean[j] == pytest.approx(float(exact), rel=1e-12, abs=1e-9)
        if variance == 0:
            assert mean[j] == X[0, j]
            assert scale[j] == 1
        elif (spread := max(values) - min(values)) > 1e-300:
            sigma = float(variance / spread**2) ** 0.5 * float(spread)
            # The mean is rounded, which shows where it is large against the spread.
            rounded = 1e-15 * max(map(abs, values)) / spread
            assert scale[j] == pytest.approx(sigma, rel=float(1e-12 + 100 * rounded**2))
    assert np.isfinite(normalize(X, mean, scale, "float64")).all()


@pytest.mark.proves("normalizers.minmax")
@settings(deadline=None)
@given(X=tables)
def test_minmax(X: np.ndarray) -> None:
    mean, scale = statistics(MinMax(), X)
    out = normalize(X, mean, scale, "float64")
    constant = (X == X[0]).all(axis=0)
    assert (out.min(axis=0) == 0).all()
    assert (out.max(axis=0)[~constant] == 1).all()
    assert (out[:, constant] == 0).all()


@pytest.mark.proves("normalizers.standard")
def test_standard_is_that_of_scikit_learn() -> None:
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    X = np.random.default_rng(0).normal(3, 5, size=(100, 4))
    mean, scale = statistics(Standard(), X)
    theirs = preprocessing.StandardScaler().fit_transform(X)
    np.testing.assert_allclose(normalize(X, mean, scale, "float64"), theirs, rtol=1e-12)


def test_a_constant_is_centred_even_where_its_mean_is_rounded() -> None:
    X = np.full((10, 1), 0.1)
    mean, scale = statistics(Standard(), X)
    assert (mean[0], scale[0]) == (0.1, 1.0)
    assert (normalize(X, mean, scale, "float32") == 0).all()


@pytest.mark.parametrize("divisor", [2, 3, 16, 49, 255, 65535])
def test_scale_by_a_fraction_divides(divisor: int) -> None:
    X = np.arange(256, dtype="u1").reshape(64, 4)
    mean, scale = statistics(Scale(factor=1 / divisor), X)
    assert np.array_equal(normalize(X, mean, scale, "float64"), X / divisor)


@pytest.mark.proves("normalizers.scale")
def test_scale_by_a_whole_number_multiplies() -> None:
    X = np.arange(12.0).reshape(3, 4)
    mean, scale = statistics(Scale(factor=2.0), X)
    assert np.array_equal(normalize(X, mean, scale, "float64"), X * 2)


def test_rows_are_chosen_before_they_are_normalized() -> None:
    X = np.arange(12.0).reshape(4, 3)
    out = normalize(X, np.ones(3), np.full(3, 2.0), "float32", np.array([3, 1]))
    assert np.array_equal(out, (X[[3, 1]] - 1) / 2)
    assert out.dtype == np.float32
