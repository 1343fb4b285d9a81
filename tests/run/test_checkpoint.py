"""Checkpoints: what is saved comes back, what is damaged is refused, and a kill changes nothing."""

from __future__ import annotations

import errno
import json
import os
import signal
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from specc.diag.diagnostic import RunError
from specc.run.atomic import write_whole
from specc.run.checkpoint import DTYPES, load, save

in_one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

TENSORS: dict[str, NDArray[Any]] = {
    "dense1.W": np.arange(6, dtype=np.float32).reshape(2, 3),
    "dense1.b": np.zeros((2, 1), np.float64),
    "step": np.array(7),
    "mask": np.array([True, False]),
    "none": np.empty((0, 4), np.float32),
}
METADATA = {"spec": "abc", "format": "1"}


def same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def packed(header: object, data: bytes = b"", length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(dtype: object = "F32", shape: object = (1,), offsets: object = (0, 4)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


def refused(path: Path, data: bytes) -> RunError:
    path.write_bytes(data)
    with pytest.raises(RunError) as caught:
        load(path)
    assert caught.value.diagnostic.code == "E0512"
    assert str(path) in caught.value.diagnostic.message
    return caught.value


def loaded_or_refused(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]] | None:
    """What `load` gives, None for E0512; anything else it raises fails the test."""
    try:
        return load(path)
    except RunError as problem:
        code = problem.diagnostic.code
    assert code == "E0512"
    return None


def test_round_trip(tmp_path: Path) -> None:
    save(tmp_path / "a", TENSORS, METADATA)
    tensors, metadata = load(tmp_path / "a")
    assert metadata == METADATA
    assert tensors.keys() == TENSORS.keys()
    assert all(same(tensors[name], TENSORS[name]) for name in TENSORS)
    assert all(t.flags.writeable and t.flags.aligned for t in tensors.values())
    assert os.listdir(tmp_path) == ["a"]


def test_order_does_not_change_the_bytes(tmp_path: Path) -> None:
    save(tmp_path / "a", TENSORS, METADATA)
    save(tmp_path / "b", dict(reversed(TENSORS.items())), dict(reversed(METADATA.items())))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_views_and_foreign_byte_order(tmp_path: Path) -> None:
    matrix = np.arange(12, dtype=np.float32).reshape(3, 4)
    save(tmp_path / "a", {"t": matrix.T, "s": matrix[::2, 1:], "big": matrix.astype(">f4")})
    tensors, metadata = load(tmp_path / "a")
    assert metadata == {}
    assert same(tensors["t"], np.ascontiguousarray(matrix.T))
    assert same(tensors["s"], np.ascontiguousarray(matrix[::2, 1:]))
    assert same(tensors["big"], matrix)


@pytest.mark.parametrize(
    ("tensors", "metadata"),
    [
        ({"x": np.array(["a"])}, {}),
        ({"x": np.array([None])}, {}),
        ({"x": np.array([1j])}, {}),
        ({"__metadata__": np.zeros(1)}, {}),
        ({}, {"n": 1}),
    ],
)
def test_what_the_format_cannot_hold(
    tmp_path: Path, tensors: dict[str, NDArray[Any]], metadata: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match="checkpoint"):
        save(tmp_path / "a", tensors, metadata)
    assert not os.listdir(tmp_path)


ARRAYS = st.sampled_from(list(DTYPES.values())).flatmap(
    lambda dtype: npst.arrays(dtype, npst.array_shapes(min_dims=0, max_dims=4, min_side=0))
)
TEXTS = st.text(max_size=8)


@in_one_folder
@given(
    st.dictionaries(TEXTS.filter(lambda name: name != "__metadata__"), ARRAYS, max_size=4),
    st.dictionaries(TEXTS, TEXTS, max_size=3),
)
def test_anything_comes_back(
    tmp_path: Path, tensors: dict[str, NDArray[Any]], metadata: dict[str, str]
) -> None:
    save(tmp_path / "a", tensors, metadata)
    found, texts = load(tmp_path / "a")
    assert texts == metadata
    assert found.keys() == tensors.keys()
    assert all(same(found[name], tensors[name]) for name in tensors)


@in_one_folder
@given(st.data())
def test_corruption_is_refused_or_harmless(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "a"
    save(path, TENSORS, METADATA)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(len(content) - 1, 0)))
        match data.draw(st.sampled_from(["set", "cut", "drop", "add", "header"])):
            case "set" if content:
                content[at] = data.draw(st.integers(0, 255))
            case "cut":
                del content[at:]
            case "drop":
                del content[at : at + data.draw(st.integers(1, 20))]
            case "add":
                content[at:at] = data.draw(st.binary(max_size=20))
            case "header":
                content[:8] = struct.pack("<Q", data.draw(st.integers(0, 2**64 - 1)))
    path.write_bytes(bytes(content))
    found = loaded_or_refused(path)
    if found is not None:
        tensors, metadata = found
        assert all(isinstance(t, np.ndarray) for t in tensors.values())
        assert all(isinstance(v, str) for v in metadata.values())
        assert sum(t.nbytes for t in tensors.values()) < len(content)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(list(DTYPES)),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@in_one_folder
@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "__metadata__"]),
        VALUES | st.dictionaries(st.sampled_from(["dtype", "shape", "data_offsets", "x"]), VALUES),
        max_size=3,
    ),
    st.binary(max_size=16),
)
def test_any_header_is_refused_or_true(tmp_path: Path, header: Any, data: bytes) -> None:
    (tmp_path / "a").write_bytes(packed(header, data))
    found = loaded_or_refused(tmp_path / "a")
    if found is not None:
        assert sum(t.nbytes for t in found[0].values()) == len(data)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 7,
        packed(b""),
        packed(b"[]"),
        packed(b" {}"),
        packed(b"{}", length=3),
        packed(b"{}", length=2**63),
        packed(b"{}", length=2**64 - 1),
        packed(b"{}", b"extra"),
        packed(b'{"a":'),
        packed(b'{"\xff":1}'),
        packed(b'{"a":' + b"[" * 100_000),
        packed(b'{"a":' + b"9" * 10_000 + b"}"),
        packed(b'{"__metadata__":{"a":"1","a":"2"}}'),
        packed({"__metadata__": {"a": 1}}),
        packed({"__metadata__": []}),
        packed({"a": 1}),
        packed({"a": {**entry(), "more": 1}}, b"\0" * 4),
        packed({"a": {"dtype": "F32", "shape": [1]}}, b"\0" * 4),
        packed({"a": entry(dtype="BF16")}, b"\0" * 4),
        packed({"a": entry(dtype=["F32"])}, b"\0" * 4),
        packed({"a": entry(dtype={})}, b"\0" * 4),
        packed({"a": entry(shape=[-1], offsets=[0, -4])}),
        packed({"a": entry(shape=[1.0])}, b"\0" * 4),
        packed({"a": entry(shape=[True])}, b"\0" * 4),
        packed({"a": entry(shape="1")}, b"\0" * 4),
        packed({"a": entry(shape=[2])}, b"\0" * 4),
        packed({"a": entry(shape=[2**62, 4], offsets=[0, 0])}),
        packed({"a": entry(shape=[0, 2**62, 2**62], offsets=[0, 0])}),
        packed({"a": entry(shape=[1] * 65)}, b"\0" * 4),
        packed({"a": entry(shape=[2**70], offsets=[0, 2**72])}),
        packed({"a": entry(offsets=[4, 0])}, b"\0" * 4),
        packed({"a": entry(offsets=[4, 8])}, b"\0" * 8),
        packed({"a": entry(offsets=[0, 4, 8])}, b"\0" * 8),
        packed({"a": entry(), "b": entry()}, b"\0" * 4),
        packed({"a": entry(), "b": entry(offsets=[2, 6])}, b"\0" * 6),
        packed({"a": entry(), "b": entry(offsets=[8, 12])}, b"\0" * 12),
        packed({"a": entry()}, b"\0" * 3),
        packed({"a": entry()}, b"\0" * 5),
        packed({"a": entry(dtype="BOOL", shape=[2], offsets=[0, 2])}, b"\1\2"),
        packed({"\x1b" * 1000: 1}),
        b"PK\x03\x04" + b"\0" * 100,
        b"\x80\x04cposix\nsystem\n(S'true'\ntR.",
    ],
)
def test_hostile_files(tmp_path: Path, content: bytes) -> None:
    problem = refused(tmp_path / "a", content)
    assert len(str(problem.diagnostic.notes)) < 1000


def test_a_header_longer_than_memory_is_not_read(tmp_path: Path) -> None:
    with open(tmp_path / "a", "wb") as file:
        file.write(struct.pack("<Q", 2**40))
        file.truncate(2**40 + 16)
    with pytest.raises(RunError, match="usable"):
        load(tmp_path / "a")


def test_misaligned_data_is_read(tmp_path: Path) -> None:
    header = {
        "a": entry("U8", [1], [0, 1]),
        "b": entry("F64", [1], [1, 9]),
        "empty": entry("F32", [0], [1, 1]),
    }
    (tmp_path / "a").write_bytes(packed(header, b"\7" + struct.pack("<d", 2.5)))
    tensors, _ = load(tmp_path / "a")
    assert tensors["a"].tolist() == [7]
    assert tensors["b"].tolist() == [2.5]
    assert tensors["b"].flags.aligned
    assert tensors["empty"].shape == (0,)


def test_what_is_no_file(tmp_path: Path) -> None:
    save(tmp_path / "real", TENSORS)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe")
    for name in ("missing", ".", "link", "pipe", "real/below"):
        with pytest.raises(RunError) as caught:
            load(tmp_path / name)
        assert caught.value.diagnostic.code == "E0512"


def test_parity_with_the_reference(tmp_path: Path) -> None:
    reference = pytest.importorskip("safetensors.numpy")
    save(tmp_path / "ours", TENSORS, METADATA)
    theirs = reference.load_file(tmp_path / "ours")
    assert theirs.keys() == TENSORS.keys()
    assert all(same(theirs[name], TENSORS[name]) for name in TENSORS)
    reference.save_file(TENSORS, tmp_path / "theirs", METADATA)
    tensors, metadata = load(tmp_path / "theirs")
    assert metadata == METADATA
    assert all(same(tensors[name], TENSORS[name]) for name in TENSORS)


KILLED = """
import os, signal, sys
import numpy as np
from specc.run import atomic, checkpoint

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

{trap}
checkpoint.save(sys.argv[1], {{"x": np.ones(100_000), "y": np.ones(3)}}, {{}})
"""


@pytest.mark.parametrize(
    "trap",
    [
        "atomic._write_all = lambda file, data: (file.write(data[: len(data) // 2]), die())",
        "os.fsync = die",
        "os.replace = die",
    ],
)
def test_kill_while_saving_leaves_the_old_file(tmp_path: Path, trap: str) -> None:
    path = tmp_path / "last.safetensors"
    save(path, TENSORS, METADATA)
    before = path.read_bytes()
    done = subprocess.run([sys.executable, "-c", KILLED.format(trap=trap), str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == before
    save(path, TENSORS)
    assert os.listdir(tmp_path) == ["last.safetensors"]


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "may not be written"),
        (errno.EIO, "input/output error"),
    ],
)
def test_failure_while_saving_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, says: str
) -> None:
    path = tmp_path / "last.safetensors"
    save(path, TENSORS)
    before = path.read_bytes()

    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(RunError, match=says) as caught:
        save(path, {"x": np.ones(5)})
    assert caught.value.diagnostic.code == "E0511"
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["last.safetensors"]


def test_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="its folder is gone"):
        save(tmp_path / "gone" / "last.safetensors", TENSORS)


def test_a_link_in_the_way_is_replaced_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "a").symlink_to(victim)
    (tmp_path / ".a.tmp").symlink_to(victim)
    write_whole(tmp_path / "a", [b"new"])
    assert victim.read_text() == "precious"
    assert not (tmp_path / "a").is_symlink()
    assert (tmp_path / "a").read_bytes() == b"new"


def test_interrupt_while_saving(tmp_path: Path) -> None:
    def parts() -> Any:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", parts())
    assert not os.listdir(tmp_path)
