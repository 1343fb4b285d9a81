"""Checkpoints in the safetensors format, written and read with NumPy alone.

    8 bytes     length N of the header, little endian
    N bytes     JSON: {"__metadata__": {text: text}, NAME: {"dtype", "shape", "data_offsets"}, ...}
    the rest    the tensors, little endian, one after the other without gaps

The format holds numbers and names, so reading a file cannot run anything. Every claim of the header
is checked against the size of the file before memory is reserved for it.

Source      huggingface/safetensors, README, section "Format"
"""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from specc.diag.diagnostic import RunError
from specc.run.atomic import error, open_regular, reason, write_whole

Tensors = dict[str, NDArray[Any]]

DTYPES = {
    "BOOL": np.dtype("?"),
    "U8": np.dtype("u1"),
    "I8": np.dtype("i1"),
    "U16": np.dtype("<u2"),
    "I16": np.dtype("<i2"),
    "F16": np.dtype("<f2"),
    "U32": np.dtype("<u4"),
    "I32": np.dtype("<i4"),
    "F32": np.dtype("<f4"),
    "U64": np.dtype("<u8"),
    "I64": np.dtype("<i8"),
    "F64": np.dtype("<f8"),
}
_NAMES = {dtype: name for name, dtype in DTYPES.items()}
METADATA = "__metadata__"
LONGEST_NAME = 80
LONGEST_HEADER = 16 * 2**20
"""Room for 100,000 tensors; a longer header is an attack on the memory of the reader."""


class _Flaw(Exception):
    """What is wrong with a file, in words."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    shown: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int
    end: int


def save(
    path: str | os.PathLike[str],
    tensors: Mapping[str, NDArray[Any]],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write tensors and texts to `path`, in place of what was there, all or nothing.

    The same tensors and texts give the same bytes, in whatever order they come.

    Raises:
        RunError: E0511 the file cannot be written.
        TypeError: a tensor is of no dtype of the format, or a text is none.
    """
    # The widest numbers first: then all tensors are aligned, and a reader may map them.
    order = sorted(tensors, key=lambda name: (-tensors[name].dtype.itemsize, name))
    header: dict[str, Any] = {}
    if metadata:
        if not all(isinstance(text, str) for pair in metadata.items() for text in pair):
            raise TypeError("metadata of a checkpoint is text by name")
        header[METADATA] = dict(sorted(metadata.items()))
    end = 0
    for name in order:
        dtype = tensors[name].dtype.newbyteorder("<")
        if dtype not in _NAMES or name == METADATA:
            raise TypeError(f"a checkpoint cannot hold `{name}`, a tensor of {dtype}")
        start, end = end, end + tensors[name].nbytes
        header[name] = {
            "dtype": _NAMES[dtype],
            "shape": list(tensors[name].shape),
            "data_offsets": [start, end],
        }
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)
    if len(text) > LONGEST_HEADER:
        raise TypeError(f"a checkpoint cannot hold {len(tensors)} tensors and their names")
    write_whole(path, _parts(text, [tensors[name] for name in order]))


def _parts(header: bytes, tensors: list[NDArray[Any]]) -> Iterator[bytes | memoryview]:
    yield struct.pack("<Q", len(header)) + header
    for tensor in tensors:
        flat = np.ascontiguousarray(tensor, tensor.dtype.newbyteorder("<")).reshape(-1)
        yield flat.view(np.uint8).data


def load(path: str | os.PathLike[str]) -> tuple[Tensors, dict[str, str]]:
    """The tensors and texts of a file, each tensor an array of its own.

    Raises:
        RunError: E0512 for everything that is not a whole and valid file of this format.
    """
    try:
        with open_regular(path) as file:
            return _load(file)
    except _Flaw as flaw:
        raise _unusable(path, str(flaw)) from None
    except FileNotFoundError:
        raise error("E0512", f"there is no checkpoint `{os.fspath(path)}`") from None
    except OSError as problem:
        raise _unusable(path, reason(problem)) from None
    except MemoryError:
        raise _unusable(path, "it does not fit in memory") from None


def _unusable(path: str | os.PathLike[str], why: str) -> RunError:
    return error("E0512", f"`{os.fspath(path)}` is not a usable checkpoint", notes=(why,))


def _load(file: BinaryIO) -> tuple[Tensors, dict[str, str]]:
    size = os.fstat(file.fileno()).st_size
    if size < 8:
        raise _Flaw(f"it has {size} bytes, and the shortest checkpoint has 10")
    length = int(struct.unpack("<Q", _exactly(file, 8))[0])
    if length > min(size - 8, LONGEST_HEADER):
        raise _Flaw(f"its header should have {length:_} bytes, the whole file has {size:_}")
    entries, metadata = _header(_exactly(file, length), size - 8 - length)
    return {entry.name: _tensor(file, entry) for entry in entries}, metadata


def _exactly(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise _Flaw("it was cut short while it was read")
    return data


def _header(text: bytes, room: int) -> tuple[list[_Entry], dict[str, str]]:
    """The entries in the order of their data, which they cover from its first to its last byte."""
    if not text.startswith(b"{"):
        raise _Flaw("its header is not a JSON object")
    try:
        header = json.loads(text.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise _Flaw("its header is not valid JSON") from None
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise _Flaw(f"`{METADATA}` is not text by name")
    entries = sorted((_entry(*item) for item in header.items()), key=lambda e: (e.start, e.end))
    at = 0
    for entry in entries:
        if entry.start != at:
            raise _Flaw(f"the data of `{entry.shown}` starts at {entry.start}, not at {at}")
        at = entry.end
    if at != room:
        raise _Flaw(f"its tensors need {at:_} bytes, and {room:_} follow the header")
    return entries, metadata


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Flaw("a name stands twice in its header")
    return found


def _entry(name: str, claim: object) -> _Entry:
    shown = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}..."
    if not isinstance(claim, dict) or claim.keys() != {"dtype", "shape", "data_offsets"}:
        raise _Flaw(f"`{shown}` is not described by dtype, shape and offsets")
    kind, shape, offsets = claim["dtype"], claim["shape"], claim["data_offsets"]
    if not isinstance(kind, str) or kind not in DTYPES:
        raise _Flaw(f"`{shown}` has a dtype that is not known here")
    if not _sizes(shape) or not _sizes(offsets) or len(offsets) != 2:
        raise _Flaw(f"the shape or the offsets of `{shown}` are not whole numbers from 0 on")
    start, end = offsets
    if math.prod(shape) * DTYPES[kind].itemsize != end - start:
        raise _Flaw(f"`{shown}` of shape {tuple(shape)} does not take {end - start} bytes")
    return _Entry(name, shown, DTYPES[kind], tuple(shape), start, end)


def _sizes(value: object) -> bool:
    """Whole numbers that fit into 64 bits, few enough to multiply."""
    if not isinstance(value, list) or len(value) > 64:
        return False
    return all(type(n) is int and 0 <= n < 2**63 for n in value)


def _tensor(file: BinaryIO, entry: _Entry) -> NDArray[Any]:
    try:
        tensor: NDArray[Any] = np.empty(entry.shape, entry.dtype)
    except ValueError:
        raise _Flaw(f"`{entry.shown}` has a shape that no array can have") from None
    into = tensor.reshape(-1).view(np.uint8).data
    while into:
        count = file.readinto(into)  # type: ignore[attr-defined]
        if not count:
            raise _Flaw("it was cut short while it was read")
        into = into[count:]
    if entry.dtype.kind == "b" and tensor.size and tensor.view(np.uint8).max() > 1:
        raise _Flaw(f"`{entry.shown}` holds truth values other than 0 and 1")
    return tensor
