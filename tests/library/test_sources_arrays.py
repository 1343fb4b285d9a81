"""`npz`, `npy` and `idx`: arrays as they are written elsewhere, and damaged ones."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specc.diag.diagnostic import Diagnostic, RunError
from specc.diag.source import Source, Span
from specc.library import files
from specc.library.sources.idx import Idx
from specc.library.sources.npy import Npy
from specc.library.sources.npz import Npz
from specc.library.table import DataSource

SHARED = Path(__file__).parents[3] / "shared" / "data"
X = np.arange(12, dtype="f4").reshape(4, 3)
Y = np.array([0, 1, 1, 0])


def failure(source: DataSource, folder: Path) -> Diagnostic:
    with pytest.raises(RunError) as caught:
        source.load(str(folder))
    return caught.value.diagnostic


def npz(folder: Path, **arrays: Any) -> Npz:
    np.savez_compressed(folder / "t.npz", **arrays)
    return Npz(path="t.npz", inputs="x", target="y")


def npy(folder: Path, x: Any, y: Any) -> Npy:
    np.save(folder / "x.npy", x)
    np.save(folder / "y.npy", y)
    return Npy(inputs="x.npy", target="y.npy")


def idx_bytes(array: np.ndarray, code: int = 8) -> bytes:
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, code, array.ndim]) + sizes + array.tobytes()


@pytest.mark.parametrize("make", [npz, npy])
@pytest.mark.parametrize("dtype", ["u1", "i8", "f2", "<f4", ">f4", "f8", "?"])
def test_arrays_come_as_they_are(tmp_path: Path, make: Any, dtype: str) -> None:
    x = X.astype(dtype)
    table = make(tmp_path, x=x, y=Y).load(str(tmp_path))
    assert np.array_equal(table.inputs, x)
    assert table.inputs.dtype == (np.dtype("u1") if dtype == "?" else np.dtype(dtype))
    assert table.target.tolist() == [0, 1, 1, 0]
    assert table.target_name == "y"
    assert table.columns == ()


@pytest.mark.parametrize("make", [npz, npy])
def test_axes_are_flattened_in_row_major_order(tmp_path: Path, make: Any) -> None:
    x = np.arange(24).reshape(2, 3, 4)
    for order in ("C", "F"):
        table = make(tmp_path, x=np.asarray(x, order=order), y=np.eye(2)).load(str(tmp_path))
        assert np.array_equal(table.inputs, x.reshape(2, 12))
        assert np.array_equal(table.target, np.eye(2))
    assert table.where(1, 7).endswith("element [1, 1, 3]")
    assert table.where(1, None).endswith("element [1]")


@pytest.mark.parametrize("make", [npz, npy])
def test_vectors_are_one_input_and_columns_one_target(tmp_path: Path, make: Any) -> None:
    table = make(tmp_path, x=np.arange(4.0), y=Y[:, None]).load(str(tmp_path))
    assert table.inputs.shape == (4, 1)
    assert table.target.shape == (4,)


@pytest.mark.parametrize("make", [npz, npy])
@pytest.mark.parametrize("names", [["a", "b", "a", "ü"], [b"a", b"b", b"a", b"\xff"]])
def test_labels_may_be_text(tmp_path: Path, make: Any, names: list[Any]) -> None:
    table = make(tmp_path, x=X, y=np.array(names)).load(str(tmp_path))
    assert table.target.dtype.kind == "U"
    assert table.target[:3].tolist() == ["a", "b", "a"]


def test_npy_inputs_stay_in_the_file(tmp_path: Path) -> None:
    table = npy(tmp_path, X, Y).load(str(tmp_path))
    assert isinstance(table.inputs, np.memmap)
    assert not isinstance(table.target, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        table.inputs[0, 0] = 1


def test_npz_without_target_and_stored_plainly(tmp_path: Path) -> None:
    np.savez(tmp_path / "t.npz", x=X)
    table = Npz(path="t.npz", inputs="x").load(str(tmp_path))
    assert np.array_equal(table.inputs, X)
    assert table.target is None


def test_an_unknown_array_lists_the_ones_there(tmp_path: Path) -> None:
    np.savez(tmp_path / "t.npz", x_train=X, y_train=Y)
    text = 'source npz("t.npz", inputs = x_trian, target = y_train)'
    span = Span(Source("t.dl", text), text.index("x_trian"), text.index("x_trian") + 7)
    source = Npz(path="t.npz", inputs="x_trian", target="y_train", spans={"inputs": span})
    found = failure(source, tmp_path)
    assert found.code == "E0502"
    assert found.message == "`t.npz` has no array `x_trian`"
    assert found.notes == ("its arrays are `x_train`, `y_train`",)
    assert found.helps[0].edits[0].text == "x_train"


@pytest.mark.parametrize("make", [npz, npy])
@pytest.mark.parametrize(
    ("x", "y", "code", "said"),
    [
        (X, Y[:3], "E0508", "4 examples"),
        (X[:0], Y[:0], "E0506", "is empty"),
        (X[:, :0], Y, "E0506", "is empty"),
        (X, Y[:0], "E0506", "is empty"),
        (np.array(3.0), Y, "E0507", "a single value"),
        (X, np.array(3.0), "E0507", "a single value"),
        (X.astype("U4"), Y, "E0507", "text"),
        (X.astype(complex), Y, "E0507", "complex numbers"),
        (X.astype("M8[s]"), Y, "E0507", "dates"),
        (X, X.astype("U4"), "E0507", "a table of text"),
        (np.zeros(4, dtype=[("a", "f4")]), Y, "E0507", "structured type"),
    ],
)
def test_arrays_that_are_no_data(
    tmp_path: Path, make: Any, x: Any, y: Any, code: str, said: str
) -> None:
    found = failure(make(tmp_path, x=x, y=y), tmp_path)
    assert found.code == code
    assert said in found.message


def test_pickles_are_refused_unread(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (pytest.fail, ("the pickle was run",))

    x = np.empty(4, dtype=object)
    x[:] = [Trap()] * 4
    for make in (npz, npy):
        found = failure(make(tmp_path, x=x, y=Y), tmp_path)
        assert found.code == "E0507"
        assert "pickle" in found.message


def header(text: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not in NumPy's `.npy` format"),
        (b"a,b\n1,2\n", "is not in NumPy's `.npy` format"),
        (b"\x93NUMPY\x09\x00" + b" " * 100, "is not in NumPy's `.npy` format"),
        (b"\x93NUMPY\x01\x00", "has a damaged header"),
        (header("{}"), "has a damaged header"),
        (header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}"), "a damaged header"),
        (header("{'descr': '<f3', 'fortran_order': False, 'shape': (1,)}"), "a damaged header"),
        (header("{'descr': '<f4', 'fortran_order': False, 'shape': (9,)}"), "is damaged"),
        (
            header("{'descr': '<f4', 'fortran_order': False, 'shape': (" + "9" * 30 + ",)}"),
            "header",
        ),
        (
            header("{'descr': '<f4', 'fortran_order': False, 'shape': (__import__('os'),)}"),
            "has a damaged header",
        ),
    ],
)
def test_bytes_that_are_no_array(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "x.npy").write_bytes(content)
    found = failure(Npy(inputs="x.npy"), tmp_path)
    assert found.code == "E0507"
    assert said in found.message
    with zipfile.ZipFile(tmp_path / "t.npz", "w") as archive:
        archive.writestr("x.npy", content)
    assert failure(Npz(path="t.npz", inputs="x"), tmp_path).code == "E0507"


def test_a_header_that_promises_more_costs_no_memory(tmp_path: Path) -> None:
    text = "{'descr': '<f4', 'fortran_order': False, 'shape': (100000000000, 1000)}"
    (tmp_path / "x.npy").write_bytes(header(text) + bytes(100))
    found = failure(Npy(inputs="x.npy"), tmp_path)
    assert found.code == "E0507"
    assert "400_000_000_000_" in found.notes[0]


def test_text_that_is_no_text(tmp_path: Path) -> None:
    damaged = np.full(4, 0x7FFFFFFF, "u4").view("U1")
    found = failure(npy(tmp_path, X, damaged), tmp_path)
    assert found.code == "E0507"


def test_a_file_that_is_cut_short(tmp_path: Path) -> None:
    for make, name in ((npz, "t.npz"), (npy, "x.npy")):
        source = make(tmp_path, x=X, y=Y)
        content = (tmp_path / name).read_bytes()
        for keep in (0, 1, 10, 60, len(content) // 2, len(content) - 1):
            (tmp_path / name).write_bytes(content[:keep])
            assert failure(source, tmp_path).code == "E0507"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    ("code", "dtype"),
    [(8, "u1"), (9, "i1"), (0xB, ">i2"), (0xC, ">i4"), (0xD, ">f4"), (0xE, ">f8")],
)
def test_idx(tmp_path: Path, pack: Any, code: int, dtype: str) -> None:
    images = np.arange(24).reshape(4, 2, 3).astype(dtype)
    (tmp_path / "images").write_bytes(pack(idx_bytes(images, code)))
    (tmp_path / "labels").write_bytes(pack(idx_bytes(Y.astype("u1"))))
    table = Idx(images="images", labels="labels").load(str(tmp_path))
    assert np.array_equal(table.inputs, np.arange(24).reshape(4, 6))
    assert table.target.tolist() == Y.tolist()
    assert table.where(1, 5) == "`images`, element [1, 1, 2]"
    assert Idx(images="images").load(str(tmp_path)).target is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not in idx format"),
        (b"\0\0\x08", "is not in idx format"),
        (b"\0\1\x08\x01\0\0\0\1x", "is not in idx format"),
        (b"\0\0\x07\x01\0\0\0\1x", "is not in idx format"),
        (b"\0\0\x08\x00", "is not in idx format"),
        (b"\0\0\x08\x03\0\0\0\1", "is not in idx format"),
        (b"\0\0\x08\x02\0\0\0\1\0\0\0\2x", "is damaged or ends early"),
        (b"\0\0\x08\x02\0\0\0\1\0\0\0\2xxx", "is damaged or ends early"),
        (b"\0\0\x08\x02" + b"\xff" * 8 + b"xxx", "is damaged or ends early"),
        (b"\0\0\x08\x01\0\0\0\1x", "holds a list of labels, not images"),
    ],
)
def test_idx_that_is_none(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "images").write_bytes(content)
    found = failure(Idx(images="images"), tmp_path)
    assert found.code == "E0507"
    assert found.message == f"`images` {said}"


def test_idx_lengths_and_axes(tmp_path: Path) -> None:
    (tmp_path / "images").write_bytes(idx_bytes(np.zeros((4, 2, 2), "u1")))
    (tmp_path / "labels").write_bytes(idx_bytes(np.zeros(5, "u1")))
    found = failure(Idx(images="images", labels="labels"), tmp_path)
    assert found.code == "E0508"
    assert found.message == "`images` has 4 examples, but `labels` has 5"
    assert failure(Idx(images="images", labels="images"), tmp_path).code == "E0507"
    (tmp_path / "images").write_bytes(idx_bytes(np.zeros((0, 2, 2), "u1")))
    assert failure(Idx(images="images"), tmp_path).code == "E0506"
    (tmp_path / "images").write_bytes(idx_bytes(np.zeros((1,) * 20, "u1")))
    assert failure(Idx(images="images"), tmp_path).code == "E0507"


def test_an_npz_member_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from specc.library.sources import npz as module

    monkeypatch.setattr(module, "UNPACKED_LIMIT", 10)
    assert failure(npz(tmp_path, x=X, y=Y), tmp_path).code == "E0507"
    assert files.UNPACKED_LIMIT > 10


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_npz_member_in_a_format_that_hides_bombs(tmp_path: Path, method: int) -> None:
    buffer = io.BytesIO()
    np.save(buffer, X)
    with zipfile.ZipFile(tmp_path / "t.npz", "w", method) as archive:
        archive.writestr("x.npy", buffer.getvalue())
    found = failure(Npz(path="t.npz", inputs="x"), tmp_path)
    assert found.code == "E0507"
    assert "packed in an unusual way" in found.message


def test_an_npz_member_that_lies_about_its_size(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.save(buffer, X)
    with zipfile.ZipFile(tmp_path / "t.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", buffer.getvalue())
    content = bytearray((tmp_path / "t.npz").read_bytes())
    size = struct.pack("<I", len(buffer.getvalue()))
    at = content.rindex(size)
    content[at : at + 4] = struct.pack("<I", 2**31)
    (tmp_path / "t.npz").write_bytes(content)
    assert failure(Npz(path="t.npz", inputs="x"), tmp_path).code == "E0507"


@pytest.mark.skipif(not (SHARED / "mnist").is_dir(), reason="MNIST is not at hand")
def test_mnist() -> None:
    source = Idx(images="t10k-images-idx3-ubyte.gz", labels="t10k-labels-idx1-ubyte.gz")
    table = source.load(str(SHARED / "mnist"))
    assert table.inputs.shape == (10_000, 784)
    assert table.target[:5].tolist() == [7, 2, 1, 0, 4]
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(table.target).tolist() == counts
    assert round(float((table.inputs / 255).mean()), 4) == 0.1325
