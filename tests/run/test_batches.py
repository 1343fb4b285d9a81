"""Batches: every example once per epoch, in an order that depends on seed and epoch alone."""

from __future__ import annotations

import tempfile
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.diag.diagnostic import RunError
from specc.library.sources.npy import Npy
from specc.run import batches
from specc.run.batches import Batches
from specc.run.data import DataRequest, Part, Split, prepare
from specc.run.randomness import generator, rewind
from specc.run.rows import RowFile, blocks, is_mapped


def part(n: int, features: int = 3) -> Part:
    """Examples that carry their number as input and as target."""
    X = np.repeat(np.arange(n, dtype="f4")[:, None], features, axis=1)
    return Part(X, np.arange(n, dtype=np.int32), n)


def mapped(folder: str | Path, n: int, split: Split | None = None, task: str = "real") -> Part:
    np.save(Path(folder) / "x.npy", part(n).X)
    np.save(Path(folder) / "y.npy", np.arange(n))
    source = Npy(inputs="x.npy", target="y.npy")
    request = DataRequest(task, 1, 3, str(folder), source=source, split=split)
    return prepare(request).train


def orders(b: Batches, epoch: int, start: int = 0) -> list[list[int]]:
    """The numbers of the examples batch by batch, as the inputs tell, with the targets compared."""
    found = []
    for X, T in b.epoch(epoch, start):
        assert X.flags.c_contiguous
        assert np.array_equal(X[:, 0], T.reshape(len(X), -1)[:, 0])
        found.append([int(x) for x in X[:, 0]])
    return found


def flat(found: list[list[int]]) -> list[int]:
    return list(chain.from_iterable(found))


@settings(deadline=None, max_examples=60)
@given(
    n=st.integers(1, 400),
    batch=st.integers(1, 500),
    seed=st.integers(0, 2**64),
    shuffle=st.booleans(),
    epoch=st.integers(0, 2**40),
    data=st.data(),
)
def test_an_epoch_in_memory(
    n: int, batch: int, seed: int, shuffle: bool, epoch: int, data: st.DataObject
) -> None:
    b = Batches(part(n), batch, seed, shuffle)
    check(b, n, batch, epoch, data.draw(st.integers(0, b.steps)), seed, shuffle)


@settings(deadline=None, max_examples=60)
@given(
    n=st.integers(1, 400),
    batch=st.integers(1, 500),
    chunk=st.integers(1, 50),
    chunks=st.integers(1, 8),
    shuffle=st.booleans(),
    share=st.sampled_from([None, Split(1.0), Split(1.0, shuffle=False), Split(0.75)]),
    task=st.sampled_from(["real", "input"]),
    data=st.data(),
)
def test_an_epoch_from_a_file(
    n: int,
    batch: int,
    chunk: int,
    chunks: int,
    shuffle: bool,
    share: Split | None,
    task: str,
    data: st.DataObject,
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "_CHUNK_BYTES", chunk * 12)
        patch.setattr(batches, "_CHUNKS", chunks)
        if share is not None and int(n * share.train) == 0:
            n += 1
        examples = mapped(folder, n, share, task)
        assert is_mapped(examples.X)
        b = Batches(examples, batch, 5, shuffle)
        start = data.draw(st.integers(0, b.steps))
        own = examples.X[:, 0] if examples.rows is None else examples.rows
        found = orders(b, 3, start)
        expected = own[b.permutation(3)].tolist()
        assert flat(found) == expected[start * b.batch :]
        assert sorted(expected) == sorted(own.tolist())
        again = Batches(examples, batch, 5, shuffle)
        assert orders(again, 3, start) == found


def check(b: Batches, n: int, batch: int, epoch: int, start: int, seed: int, shuffle: bool) -> None:
    found = orders(b, epoch)
    assert len(found) == b.steps
    assert [len(f) for f in found[:-1]] == [batch] * (b.steps - 1)
    assert sorted(flat(found)) == list(range(n))
    assert flat(found) == b.permutation(epoch).tolist()
    assert orders(b, epoch, start) == found[start:]
    fresh = Batches(part(n), batch, seed, shuffle)
    fresh.permutation(1)
    assert orders(fresh, epoch) == found
    if not shuffle or batch >= n:
        assert flat(found) == list(range(n))


def test_epochs_seeds_and_purposes_differ() -> None:
    b = Batches(part(50), 10, 1)
    several = [b.permutation(0), b.permutation(1), Batches(part(50), 10, 2).permutation(0)]
    several.append(generator(1, "split").permutation(50))
    assert len({tuple(p.tolist()) for p in several}) == 4


def test_the_order_is_that_of_the_counter() -> None:
    b = Batches(part(50), 10, 9)
    b.permutation(17)
    assert np.array_equal(b.permutation(4), generator(9, "shuffle", 4).permutation(50))


@given(step=st.integers(0, 2**63), piece=st.integers(0, 2**40), drawn=st.integers(0, 9))
def test_rewinding_equals_a_new_generator(step: int, piece: int, drawn: int) -> None:
    random = generator(3, "shuffle", 8)
    random.integers(0, 2**31, size=drawn, dtype=np.uint32)
    rewind(random, step, piece)
    expected = generator(3, "shuffle", step, piece)
    assert random.bytes(40) == expected.bytes(40)


def test_a_purpose_has_a_short_name() -> None:
    for name in ("", "far too long"):
        with pytest.raises(ValueError, match="1 to 8 characters"):
            generator(1, name)


def test_the_orders_of_the_course() -> None:
    b = Batches(part(30), 8, 1, legacy=10)
    for epoch in range(3):
        expected = np.random.RandomState(11 + epoch).permutation(30)
        assert flat(orders(b, epoch)) == expected.tolist()


def test_the_orders_of_the_course_from_a_file(tmp_path: Path) -> None:
    b = Batches(mapped(tmp_path, 30), 8, 1, legacy=10)
    assert flat(orders(b, 0)) == np.random.RandomState(11).permutation(30).tolist()


def test_the_whole_part_is_not_copied() -> None:
    whole = part(10)
    for batch in (10, 99):
        ((X, T),) = Batches(whole, batch, 1).epoch(3)
        assert np.shares_memory(X, whole.X)
        assert T is whole.T
    assert list(Batches(whole, 10, 1).epoch(0, start=1)) == []


def test_the_whole_part_of_a_split_file(tmp_path: Path) -> None:
    examples = mapped(tmp_path, 40, Split(0.5))
    ((X, T),) = Batches(examples, 20, 1).epoch(0)
    assert np.array_equal(X[:, :1], T)


def test_without_shuffle_batches_are_views() -> None:
    examples = part(10)
    for X, T in Batches(examples, 4, 1, shuffle=False).epoch(0):
        assert np.shares_memory(X, examples.X)
        assert np.shares_memory(T, examples.T)


def test_large_rows_are_gathered_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = orders(Batches(part(25), 4, 1), 2)
    for size in (1, 100, 150):
        monkeypatch.setattr(batches, "_GATHER_BYTES", size)
        assert orders(Batches(part(25), 4, 1), 2) == expected
        assert orders(Batches(part(25), 4, 1), 2, start=3) == expected[3:]


def test_a_batch_has_an_example() -> None:
    with pytest.raises(ValueError, match="at least 1 example"):
        Batches(part(3), 0, 1)


def test_windows_mix_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_CHUNK_BYTES", 12 * 10)
    monkeypatch.setattr(batches, "_CHUNKS", 10)
    b = Batches(mapped(tmp_path, 1000), 20, 1)
    first = orders(b, 0)[0]
    assert len({x // 10 for x in first}) > 5
    assert b.permutation(0).tolist() != b.permutation(1).tolist()


def test_rows_are_read_where_they_are(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(100, 3)).astype("f4")
    np.save(tmp_path / "x.npy", x)
    whole = Npy(inputs="x.npy").load(str(tmp_path)).inputs
    for view, expected in ((whole, x), (whole[7:], x[7:]), (whole[20:50][5:], x[25:50])):
        assert is_mapped(view)
        out = np.empty((4, 3), "f4")
        RowFile(view).read(2, out)
        assert np.array_equal(out, expected[2:6])
        assert np.array_equal(np.concatenate([b.copy() for b in blocks(view, None)]), expected)
    assert not is_mapped(whole[:, 1:])
    assert not is_mapped(np.array(whole))


def test_a_file_that_shrinks_or_goes_ends_in_a_diagnostic(tmp_path: Path) -> None:
    examples = mapped(tmp_path, 1000)
    b = Batches(examples, 10, 1)
    with open(tmp_path / "x.npy", "r+b") as file:
        file.truncate(200)
    with pytest.raises(RunError, match="was cut short during the run") as caught:
        list(b.epoch(0))
    assert caught.value.diagnostic.code == "E0507"
    (tmp_path / "x.npy").unlink()
    with pytest.raises(RunError, match="cannot be opened"):
        Batches(examples, 10, 1)
