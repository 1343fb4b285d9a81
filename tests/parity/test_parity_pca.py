"""The autoencoder of the models beside principal component analysis, by NumPy's SVD."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from course_results import stored

from specc.driver import compile_file
from specc.training import load_data

SPEC = Path(__file__).parents[2] / "models" / "digits_autoencoder.dl"
COMPONENTS = {None: 8, "two": 2, "deep": 8}


def lost(components: int) -> float:
    """Half the squared distance of the training examples from their place on the first
    components, as `squared_error` counts it.
    """
    X = load_data(compile_file(str(SPEC)), "float64").train.X
    singular = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return float((singular[components:] ** 2).sum() / len(X) / 2)


@pytest.mark.parametrize("variant", [None, "two"])
def test_the_claims_hold_a_linear_autoencoder_to_pca(variant: str | None) -> None:
    """It can lose no less than PCA, and is to lose no more than a thousandth above it."""
    expect = compile_file(str(SPEC), variant).bound.expect
    low, high = (float(c.bound) for c in expect if c.text.startswith("train.loss"))  # type: ignore[arg-type]
    pca = lost(COMPONENTS[variant])
    assert low <= pca <= high
    assert pca - low <= 2e-4 * pca
    assert high - pca <= 1.2e-3 * pca


@pytest.mark.parametrize("variant", COMPONENTS)
def test_the_results_beside_pca(variant: str | None) -> None:
    name = " ".join(filter(None, ("digits_autoencoder", variant)))
    found, pca = stored()[name]["train"]["loss"], lost(COMPONENTS[variant])
    if variant == "deep":
        assert found < 0.6 * pca
    else:
        assert pca <= found <= 1.001 * pca


def test_the_figures_in_the_comment_are_those_of_pca() -> None:
    eight, two = re.findall(
        r"loses? ([\d.]+) with 8 components, ([\d.]+) with 2", SPEC.read_text()
    )[0]
    assert float(eight) == pytest.approx(lost(8), abs=5.1e-6)
    assert float(two) == pytest.approx(lost(2), abs=5.1e-6)
