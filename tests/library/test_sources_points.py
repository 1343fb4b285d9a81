"""`circles` and `moons`: the points of scikit-learn, to the last bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.library.sources.circles import Circles
from specc.library.sources.moons import Moons
from specc.library.table import Table

SHARED = Path(__file__).parents[3] / "shared" / "data"

CIRCLES_5 = [
    [-0.3951751265963994, 0.5996456878593265],
    [-0.4138694101257203, -0.7105582719910001],
    [-1.004137074074123, -0.03135003384119224],
    [0.9978090915512036, -0.023860901517975135],
    [0.734306762331866, 0.04423111902497923],
]
MOONS_5 = [
    [1.0192994936144015, -0.8726985406728982],
    [1.9445223594971202, 0.42904820414620254],
    [-1.016548296296492, -0.12540013536476935],
    [0.9912363662048144, -0.09544360607190054],
    [-0.2627729506725364, 0.6769244760999169],
]


def circles(**arguments: object) -> Table:
    return Circles(**arguments).load("")


def moons(**arguments: object) -> Table:
    return Moons(**arguments).load("")


def test_stored_points() -> None:
    # Of scikit-learn 1.9.1 with NumPy 2.4.6; sine and cosine may differ in the last bit elsewhere.
    ours = circles(n=5, noise=0.05, seed=3)
    np.testing.assert_allclose(ours.inputs, CIRCLES_5, rtol=1e-12)
    assert ours.target.tolist() == [1, 1, 0, 0, 1]
    ours = moons(n=5, noise=0.2, seed=3)
    np.testing.assert_allclose(ours.inputs, MOONS_5, rtol=1e-12)
    assert ours.target.tolist() == [1, 1, 0, 0, 1]


@settings(deadline=None, max_examples=50)
@given(
    n=st.integers(2, 400),
    noise=st.floats(0, 2),
    seed=st.integers(0, 2**32 - 1),
    factor=st.floats(0, 0.99),
)
def test_points_of_scikit_learn(n: int, noise: float, seed: int, factor: float) -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    for ours, (X, y) in (
        (
            circles(n=n, noise=noise, seed=seed, factor=factor),
            datasets.make_circles(n, noise=noise, random_state=seed, factor=factor),
        ),
        (
            moons(n=n, noise=noise, seed=seed),
            datasets.make_moons(n, noise=noise, random_state=seed),
        ),
    ):
        assert ours.inputs.tobytes() == np.ascontiguousarray(X).tobytes()
        assert np.array_equal(ours.target, y)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the course's data are not at hand")
@pytest.mark.parametrize(
    ("file", "part", "table"),
    [
        ("circles.npz", "train", circles(n=300, noise=0.05, seed=1)),
        ("circles.npz", "test", circles(n=100, noise=0.05, seed=2)),
        ("moons.npz", "train", moons(n=300, noise=0.2, seed=3)),
    ],
)
def test_points_of_the_course(file: str, part: str, table: Table) -> None:
    with np.load(SHARED / file, allow_pickle=False) as stored:
        assert table.inputs.tobytes() == stored[f"x_{part}"].tobytes()
        assert np.array_equal(table.target, stored[f"y_{part}"].ravel())


def test_names_and_places() -> None:
    table = circles(n=4)
    assert table.columns == ("x1", "x2")
    assert table.target_name == "class"
    assert table.where(3, 1) == "`circles`, point 3, `x2`"
    assert table.where(3, None) == "`circles`, point 3"
