"""`augment`: what each word does to a batch, and that the step alone decides what is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.library.augmentation import Augmentation, displaced, turned
from specc.library.augmentations.crop import Crop
from specc.library.augmentations.flip import Flip
from specc.library.augmentations.noise import Noise
from specc.library.augmentations.rotate import Rotate
from specc.library.augmentations.shift import Shift
from specc.run.augment import Augmented
from specc.run.batches import Batches
from specc.run.data import Part
from specc.run.randomness import generator

SHAPE = (6, 5, 2)
ALL: list[Augmentation] = [
    Flip(vertical=True),
    Crop(pad=2, frame="reflect"),
    Shift(pixels=2),
    Rotate(degrees=30.0),
    Noise(scale=0.3),
]
each = pytest.mark.parametrize("change", ALL, ids=lambda change: change.word)


def part(n: int, dtype: str = "f4", *, own: bool = False) -> Part:
    X = np.random.default_rng(n).random((n, 60)).astype(dtype)
    return Part(X, X if own else np.arange(n), n)


def fed(
    batches: Batches, changes: list[Augmentation], epoch: int, start: int = 0, seed: int = 3
) -> list[tuple[bytes, bytes]]:
    feed = Augmented(batches, changes, SHAPE, seed)
    found = []
    for X, T in feed.epoch(epoch, start):
        assert X.flags.c_contiguous
        found.append((X.tobytes(), T.tobytes()))
    return found


def applied(change: Augmentation, x: np.ndarray, step: int = 0) -> np.ndarray:
    return change.apply(x.copy(), generator(1, "augment", step))


@settings(deadline=None, max_examples=60)
@given(
    n=st.integers(1, 40),
    batch=st.integers(1, 50),
    changes=st.lists(st.sampled_from(ALL), min_size=1, max_size=4),
    epoch=st.integers(0, 2**40),
    own=st.booleans(),
    data=st.data(),
)
def test_a_run_that_resumes_sees_the_same_bytes(
    n: int, batch: int, changes: list[Augmentation], epoch: int, own: bool, data: st.DataObject
) -> None:
    examples = part(n, own=own)
    before = examples.X.tobytes()
    batches = Batches(examples, batch, 5)
    found = fed(batches, changes, epoch)
    start = data.draw(st.integers(0, batches.steps))
    assert fed(Batches(examples, batch, 5), changes, epoch, start) == found[start:]
    assert examples.X.tobytes() == before, "the data stay as they are"
    if n >= 20:
        assert fed(batches, changes, epoch + 1) != found
        assert fed(batches, changes, epoch, seed=4) != found


@each
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_shape_and_precision_stay(change: Augmentation, dtype: str) -> None:
    x = np.random.default_rng(0).random((4, *SHAPE)).astype(dtype)
    for step in range(5):
        y = applied(change, x, step)
        assert y.shape == x.shape
        assert y.dtype == x.dtype
        assert np.isfinite(y).all()


@each
def test_examples_get_draws_of_their_own(change: Augmentation) -> None:
    x = np.repeat(np.random.default_rng(0).random((1, *SHAPE)), 64, axis=0)
    y = applied(change, x)
    assert len(np.unique(y.reshape(64, -1), axis=0)) >= 3


@each
def test_targets_go_with_their_examples(change: Augmentation) -> None:
    examples = part(30)
    plain = list(Batches(examples, 8, 5).epoch(2))
    for (X, T), (_, changed) in zip(
        plain, Augmented(Batches(examples, 8, 5), [change], SHAPE, 3).epoch(2), strict=True
    ):
        assert np.array_equal(T, changed)
        assert len(X) == len(T)


@pytest.mark.proves("augmentations.flip")
def test_flip() -> None:
    x = np.random.default_rng(0).random((400, *SHAPE))
    counts = {"neither": 0, "across": 0, "upright": 0, "both": 0}
    for before, after in zip(x, applied(Flip(vertical=True), x), strict=True):
        mirrored = {
            "neither": before,
            "across": before[:, ::-1],
            "upright": before[::-1],
            "both": before[::-1, ::-1],
        }
        (name,) = [n for n, p in mirrored.items() if np.array_equal(after, p)]
        counts[name] += 1
    assert min(counts.values()) > 60, "each with probability 1/4"
    for before, after in zip(x, applied(Flip(), x), strict=True):
        assert np.array_equal(after, before) or np.array_equal(after, before[:, ::-1])


def moved(picture: np.ndarray, down: int, right: int, mode: str) -> np.ndarray:
    """By NumPy's own padding: framed, then cut out."""
    frame = max(abs(down), abs(right))
    wide = np.pad(picture, ((frame, frame), (frame, frame), (0, 0)), mode)  # type: ignore[call-overload]
    height, width, _ = picture.shape
    top, left = frame - down, frame - right
    found: np.ndarray = wide[top : top + height, left : left + width]
    return found


@pytest.mark.parametrize(
    ("outside", "mode"), [("zero", "constant"), ("edge", "edge"), ("reflect", "reflect")]
)
def test_displaced_is_a_cut_out_of_a_framed_picture(outside: Any, mode: str) -> None:
    random = np.random.default_rng(1)
    x = random.random((50, *SHAPE))
    down, right = random.integers(-4, 5, (2, 50))
    for picture, d, r, found in zip(
        x, down, right, displaced(x, down, right, outside), strict=True
    ):
        assert np.array_equal(found, moved(picture, d, r, mode))


@pytest.mark.proves("augmentations.crop", "augmentations.shift")
@pytest.mark.parametrize(
    ("change", "mode", "far"),
    [
        (Crop(pad=2), "constant", (2, 2)),
        (Crop(pad=1, frame="edge"), "edge", (1, 1)),
        (Crop(pad=3, frame="reflect"), "reflect", (3, 3)),
        (Shift(pixels=2), "constant", (2, 2)),
        (Shift(pixels=2, horizontal=False), "constant", (2, 0)),
        (Shift(pixels=1, vertical=False), "constant", (0, 1)),
    ],
)
def test_pictures_move_evenly_by_whole_pixels(
    change: Augmentation, mode: str, far: tuple[int, int]
) -> None:
    x = np.random.default_rng(0).random((600, *SHAPE))
    counts: dict[tuple[int, int], int] = {}
    for before, after in zip(x, applied(change, x), strict=True):
        (way,) = [
            (d, r)
            for d in range(-far[0], far[0] + 1)
            for r in range(-far[1], far[1] + 1)
            if np.array_equal(after, moved(before, d, r, mode))
        ]
        counts[way] = counts.get(way, 0) + 1
    ways = (2 * far[0] + 1) * (2 * far[1] + 1)
    assert len(counts) == ways
    expected = 600 / ways
    chi = sum((c - expected) ** 2 / expected for c in counts.values())
    assert chi < ways + 5 * np.sqrt(2 * ways)


def grid(x: np.ndarray, degrees: float) -> np.ndarray:
    """The rotation of a picture by the formula, a pixel at a time."""
    height, width, _ = x.shape
    a = np.deg2rad(degrees)
    found = np.zeros_like(x)
    middle = (height - 1) / 2, (width - 1) / 2
    for i in range(height):
        for j in range(width):
            r, c = i - middle[0], j - middle[1]
            y = np.cos(a) * r + np.sin(a) * c + middle[0]
            z = np.cos(a) * c - np.sin(a) * r + middle[1]
            for p in (int(np.floor(y)), int(np.floor(y)) + 1):
                for q in (int(np.floor(z)), int(np.floor(z)) + 1):
                    if 0 <= p < height and 0 <= q < width:
                        found[i, j] += x[p, q] * (1 - abs(y - p)) * (1 - abs(z - q))
    return found


@pytest.mark.proves("augmentations.rotate")
def test_rotation_by_its_formula() -> None:
    random = np.random.default_rng(2)
    x, degrees = random.random((8, *SHAPE)), random.uniform(-180, 180, 8)
    for picture, angle, found in zip(x, degrees, turned(x, degrees), strict=True):
        np.testing.assert_allclose(found, grid(picture, angle), atol=1e-13)
    single = turned(x.astype("f4"), degrees)
    np.testing.assert_allclose(single, turned(x, degrees), atol=1e-5)
    # A quarter of a turn of a square, counter to the clock.
    square = random.random((1, 5, 5, 3))
    quarter = turned(square, np.array([90.0]))
    np.testing.assert_allclose(quarter[0], np.rot90(square[0]), atol=1e-13)


def test_rotation_is_that_of_scipy() -> None:
    ndimage = pytest.importorskip("scipy.ndimage")
    random = np.random.default_rng(3)
    x, degrees = random.random((6, 9, 12, 3)), random.uniform(-180, 180, 6)
    for picture, angle, found in zip(x, degrees, turned(x, degrees), strict=True):
        theirs = ndimage.rotate(picture, angle, reshape=False, order=1, mode="grid-constant")
        np.testing.assert_allclose(found, theirs, atol=1e-13)


def test_rotation_is_that_of_torch() -> None:
    torch = pytest.importorskip("torch")
    random = np.random.default_rng(4)
    x, degrees = random.random((6, 9, 12, 3)), random.uniform(-180, 180, 6)
    a, height, width = np.deg2rad(degrees), 9, 12
    # Its grid counts from -1 to 1 along each side, x before y.
    theta = np.zeros((6, 2, 3))
    theta[:, 0, 0] = theta[:, 1, 1] = np.cos(a)
    theta[:, 0, 1] = -np.sin(a) * (height - 1) / (width - 1)
    theta[:, 1, 0] = np.sin(a) * (width - 1) / (height - 1)
    places = torch.nn.functional.affine_grid(
        torch.tensor(theta), (6, 3, height, width), align_corners=True
    )
    theirs = torch.nn.functional.grid_sample(
        torch.tensor(x).permute(0, 3, 1, 2), places, padding_mode="zeros", align_corners=True
    )
    np.testing.assert_allclose(turned(x, degrees), theirs.permute(0, 2, 3, 1).numpy(), atol=1e-12)


def test_angles_are_even() -> None:
    """Told by a dot on the right, whose height says the angle."""
    x = np.zeros((2000, 41, 41, 1))
    x[:, 20, 40] = 1
    turns = applied(Rotate(degrees=20.0), x)[..., 0]
    rows = np.arange(41) - 20
    mass = turns.sum(axis=(1, 2))
    heights = -(turns.sum(axis=2) @ rows) / mass
    degrees = np.rad2deg(np.arcsin(np.clip(heights / 20, -1, 1)))
    assert np.abs(degrees).max() < 20.5
    assert np.abs(np.histogram(degrees, 4, (-20, 20))[0] - 500).max() < 100


@pytest.mark.proves("augmentations.noise")
def test_noise() -> None:
    x = np.full((2000, 30), 7.0, "f4")
    drawn = applied(Noise(scale=0.25), x) - x
    assert abs(float(drawn.mean())) < 0.005
    assert abs(float(drawn.std()) - 0.25) < 0.005
    assert abs(float((drawn**4).mean()) / 0.25**4 - 3) < 0.15, "a normal draw has kurtosis 3"


def test_an_autoencoder_gives_back_what_was_moved_but_not_the_noise() -> None:
    examples = part(12, own=True)
    batches = Batches(examples, 4, 5)
    plain = [X.copy() for X, _ in batches.epoch(1)]
    for X, T in Augmented(batches, [Flip(), Shift(pixels=1)], SHAPE, 3).epoch(1):
        assert np.array_equal(X, T)
    moves: list[Augmentation] = [Flip(), Shift(pixels=1)]
    alone = [X.copy() for X, _ in Augmented(batches, moves, SHAPE, 3).epoch(1)]
    noisy = list(Augmented(batches, [*moves, Noise(scale=0.1)], SHAPE, 3).epoch(1))
    for before, target, (X, T) in zip(plain, alone, noisy, strict=True):
        assert np.array_equal(T, target)
        assert not np.array_equal(T, before)
        assert 0.05 < (X - T).std() < 0.15


def test_features_without_axes() -> None:
    feed = Augmented(Batches(part(10), 4, 5), [Noise(scale=0.1)], (), 3)
    shapes = [(X.shape, T.shape) for X, T in feed.epoch(0)]
    assert shapes == [((4, 60), (4,)), ((4, 60), (4,)), ((2, 60), (2,))]
