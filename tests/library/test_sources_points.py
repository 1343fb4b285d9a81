"""Generators: the points of scikit-learn and of the course, to the last bit, and their formulas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.diag.diagnostic import RunError
from specc.library.sources.blobs import Blobs
from specc.library.sources.circles import Circles
from specc.library.sources.flower import Flower
from specc.library.sources.moons import Moons
from specc.library.sources.spirals import Spirals
from specc.library.sources.xor import Xor
from specc.library.table import DataSource, Table

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


BLOBS_5 = [
    [-0.05612786985650492, 7.085700429161609, 8.41704549579784],
    [0.3590256748101681, 4.605267642611888, -3.741246200637348],
    [0.7024577130795855, 4.1410473678741315, -4.420514236920864],
    [1.0713386357797345, 7.883955908041523, 7.723523071368316],
    [0.8772639502343097, 3.985576962727602, -4.223275962482343],
]
FLOWER_4 = [
    [1.1963162606224105, 3.5519871169926165],
    [-0.34320302526830654, 2.367792494377145],
    [-0.39646400293579276, -2.5970656821350424],
    [1.8169625942485488, -3.2984903952967404],
]


def test_stored_points() -> None:
    # Of scikit-learn 1.9.1 with NumPy 2.4.6; sine and cosine may differ in the last bit elsewhere.
    ours = circles(n=5, noise=0.05, seed=3)
    np.testing.assert_allclose(ours.inputs, CIRCLES_5, rtol=1e-12)
    assert ours.target.tolist() == [1, 1, 0, 0, 1]
    ours = moons(n=5, noise=0.2, seed=3)
    np.testing.assert_allclose(ours.inputs, MOONS_5, rtol=1e-12)
    assert ours.target.tolist() == [1, 1, 0, 0, 1]
    table = Blobs(n=5, classes=2, features=3, noise=0.5, seed=3).load("")
    np.testing.assert_allclose(table.inputs, BLOBS_5, rtol=1e-12)
    assert table.target.tolist() == [1, 0, 0, 1, 0]
    table = Flower(n=4, seed=1).load("")
    np.testing.assert_allclose(table.inputs, FLOWER_4, rtol=1e-12)
    assert table.target.tolist() == [0, 0, 1, 1]


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


@pytest.mark.proves("sources.blobs")
@settings(deadline=None, max_examples=50)
@given(
    n=st.integers(2, 300),
    classes=st.integers(1, 9),
    features=st.integers(1, 5),
    noise=st.floats(0, 5),
    seed=st.integers(0, 2**32 - 1),
)
def test_blobs_are_those_of_scikit_learn(
    n: int, classes: int, features: int, noise: float, seed: int
) -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    ours = Blobs(n=n, classes=classes, features=features, noise=noise, seed=seed).load("")
    X, y = datasets.make_blobs(n, features, centers=classes, cluster_std=noise, random_state=seed)
    assert ours.inputs.tobytes() == np.ascontiguousarray(X).tobytes()
    assert np.array_equal(ours.target, y)


def test_blobs_that_no_machine_holds() -> None:
    with pytest.raises(RunError) as caught:
        Blobs(n=10_000_000, features=100_000).load("")
    assert caught.value.diagnostic.code == "E0514"


@pytest.mark.proves("sources.spirals")
@pytest.mark.parametrize("classes", [2, 3])
def test_spirals_without_noise_wind_around(classes: int) -> None:
    table = Spirals(n=91, classes=classes, turns=1.25, noise=0.0, seed=4).load("")
    radius = np.hypot(*table.inputs.T)
    angle = np.arctan2(table.inputs[:, 1], table.inputs[:, 0])
    # Where an arm is at a distance: 1.25 turns from the centre out, arms evenly apart.
    expected = 2 * np.pi * (1.25 * radius + table.target / classes)
    np.testing.assert_allclose(np.exp(1j * angle), np.exp(1j * expected), atol=1e-12)
    counts = np.bincount(table.target)
    assert counts.sum() == 91
    assert counts.max() - counts.min() <= 1
    for j in range(classes):
        own = np.sort(radius[table.target == j])
        np.testing.assert_allclose(own, np.arange(1, counts[j] + 1) / counts[j])


@pytest.mark.proves("sources.xor")
def test_xor_without_noise() -> None:
    table = Xor(n=500, noise=0.0, seed=2).load("")
    assert np.array_equal(table.target, (table.inputs[:, 0] * table.inputs[:, 1] < 0).astype(int))
    assert np.abs(table.inputs).max() < 1
    assert 200 < table.target.sum() < 300
    noisy = Xor(n=500, noise=0.3, seed=2).load("")
    assert np.array_equal(noisy.target, table.target)
    spread = (noisy.inputs - table.inputs).std()
    assert abs(spread - 0.3) < 0.02


@pytest.mark.parametrize("kind", [Flower, Spirals, Blobs, Xor])
def test_seeds_give_points(kind: type[DataSource]) -> None:
    first, again, other = (kind(seed=seed).load("") for seed in (5, 5, 6))
    assert first.inputs.tobytes() == again.inputs.tobytes()
    assert first.inputs.tobytes() != other.inputs.tobytes()


@pytest.mark.proves("sources.circles", "sources.moons", "sources.flower")
@pytest.mark.skipif(not SHARED.is_dir(), reason="the course's data are not at hand")
@pytest.mark.parametrize(
    ("file", "part", "table"),
    [
        ("circles.npz", "train", circles(n=300, noise=0.05, seed=1)),
        ("circles.npz", "test", circles(n=100, noise=0.05, seed=2)),
        ("moons.npz", "train", moons(n=300, noise=0.2, seed=3)),
        ("flower.npz", "train", Flower(n=400, seed=1).load("")),
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
