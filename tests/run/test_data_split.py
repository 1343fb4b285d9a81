"""The split: a partition of the examples with the sizes asked for, the same one every time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from specc.diag.diagnostic import RunError
from specc.diag.source import Source, Span
from specc.run.randomness import generator
from specc.run.split import Split, assign, sizes


@st.composite
def splits(draw: st.DrawFn) -> Split:
    """Shares in whole percent, of which some may stay unused."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=3, max_size=3)))
    train, dev, test = cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1]
    if draw(st.booleans()):
        test = 100 - train - dev
    return Split(
        train / 100,
        dev / 100,
        test / 100,
        seed=draw(st.integers(0, 2**70)),
        shuffle=draw(st.booleans()),
    )


def possible(examples: int, split: Split) -> tuple[int, int, int]:
    try:
        return sizes(examples, split)
    except RunError:
        reject()


@given(examples=st.integers(1, 300), split=splits())
def test_the_parts_are_a_partition(examples: int, split: Split) -> None:
    wanted = possible(examples, split)
    parts = assign(examples, split)
    assert tuple(map(len, parts)) == wanted
    together = np.concatenate(parts)
    assert len(np.unique(together)) == len(together)
    assert set(together.tolist()) <= set(range(examples))
    for share, size in zip(split.shares, wanted, strict=True):
        assert abs(size - share * examples) < 1 + 1e-6
    if sum(split.shares) > 1 - 1e-9:
        assert len(together) == examples
    again = assign(examples, split)
    assert all(np.array_equal(a, b) for a, b in zip(parts, again, strict=True))
    if not split.shuffle:
        assert together.tolist() == list(range(len(together)))


@given(
    counts=st.lists(st.integers(2, 60), min_size=1, max_size=8),
    split=splits(),
    data=st.data(),
)
def test_strata_keep_their_shares(counts: list[int], split: Split, data: st.DataObject) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    np.random.default_rng(data.draw(st.integers(0, 99))).shuffle(labels)
    stratified = Split(*split.shares, seed=split.seed, stratify=True, shuffle=split.shuffle)
    names = tuple(map(str, range(len(counts))))
    wanted = possible(len(labels), split)
    if min(counts) * wanted[0] < len(labels):
        # The smallest class may round to nothing in train.
        reject()
    parts = assign(len(labels), stratified, labels, names)
    assert tuple(map(len, parts)) == wanted
    together = np.concatenate(parts)
    assert len(np.unique(together)) == len(together)
    for number, count in enumerate(counts):
        for place, part in enumerate(parts):
            share = count * wanted[place] / len(labels)
            # Train is exact to the rounding; dev and test share out what its rounding left.
            slack = 1 if place == 0 else 2
            assert abs((labels[part] == number).sum() - share) < slack + 1e-9
        assert (labels[parts[0]] == number).any()
    if not split.shuffle:
        assert all((np.diff(part) > 0).all() for part in parts)


def test_another_seed_is_another_split() -> None:
    first, second = (assign(100, Split(0.5, 0.5, seed=seed))[0] for seed in (1, 2))
    assert not np.array_equal(first, second)


def test_the_split_of_a_seed_stays_what_it_is() -> None:
    train, dev, test = assign(10, Split(0.6, 0.2, 0.2, seed=7))
    expected = generator(7, "split").permutation(10)
    assert train.tolist() == expected[:6].tolist()
    assert dev.tolist() == expected[6:8].tolist()
    assert test.tolist() == expected[8:].tolist()


@pytest.mark.parametrize(
    ("examples", "shares", "expected"),
    [
        (1797, (0.8, 0.1, 0.1), (1437, 180, 180)),
        (10, (0.7, 0.2, 0.1), (7, 2, 1)),
        (10, (0.25, 0.25, 0.5), (3, 2, 5)),
        (3, (1 / 3, 1 / 3, 1 / 3), (1, 1, 1)),
        (10, (0.5, 0.2, 0.0), (5, 2, 0)),
        (1, (1.0, 0.0, 0.0), (1, 0, 0)),
        (10_000_000, (0.98, 0.01, 0.01), (9_800_000, 100_000, 100_000)),
    ],
)
def test_sizes(
    examples: int, shares: tuple[float, float, float], expected: tuple[int, int, int]
) -> None:
    assert sizes(examples, Split(*shares)) == expected


SPAN = Span(Source("t.dl", "split train = 80%"), 0, 5)


@pytest.mark.parametrize(
    ("examples", "split", "message"),
    [
        (10, Split(0.9, 0.2), "the shares of `split` add up to 110%, more than 100%"),
        (10, Split(0.9, 0.105), "the shares of `split` add up to 100.5%, more than 100%"),
        (10, Split(1.2), "a share of `split` is not between 0% and 100%"),
        (10, Split(0.9, -0.1), "a share of `split` is not between 0% and 100%"),
        (10, Split(float("nan")), "a share of `split` is not between 0% and 100%"),
        (10, Split(0.0, 0.5), "`split` leaves no example for `train`"),
        (3, Split(0.9, 0.05, 0.05), "`split` leaves no example for `dev`"),
    ],
)
def test_impossible_splits(examples: int, split: Split, message: str) -> None:
    with pytest.raises(RunError) as caught:
        sizes(examples, split, SPAN)
    found = caught.value.diagnostic
    assert found.code == "E0509"
    assert found.message == message
    assert found.primary is not None
    assert found.primary.span is SPAN


def test_impossible_strata() -> None:
    labels = np.array([0, 0, 0, 1])
    with pytest.raises(RunError, match="class `b` has 1 example, and `stratify` needs at least 2"):
        assign(4, Split(0.5, 0.5, stratify=True), labels, ("a", "b"))
    with pytest.raises(RunError, match="needs a target with classes"):
        assign(4, Split(0.5, 0.5, stratify=True))
    labels = np.repeat([0, 1], [98, 2])
    with pytest.raises(RunError, match="leaves no example of class"):
        assign(100, Split(0.01, 0.99, stratify=True), labels, ("a", "b"))
