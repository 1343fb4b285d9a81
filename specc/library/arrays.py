"""Foreign arrays: the header of `.npy` data, and arrays made into a table.

NumPy's own reader evaluates the header as a Python literal and, for object arrays, needs pickle.
Data files are foreign, so here the three entries are matched, anything else is refused, and the
size that a header promises is compared with the bytes that are there before anything is allocated.
"""

from __future__ import annotations

import math
import re
from typing import IO, TYPE_CHECKING, Any

from specc.library.files import DataFile
from specc.library.table import Table
from specc.record import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LONGEST_HEADER = 10_000
_MOST_AXES = 16
_DTYPE = re.compile(r"'descr'\s*:\s*'([<>|=]?[biufcSUOVmM]\d*(?:\[\w+\])?)'")
_ORDER = re.compile(r"'fortran_order'\s*:\s*(True|False)")
_SHAPE = re.compile(r"'shape'\s*:\s*\(([\d\s,L]*)\)")


class BadArray(ValueError):
    """Bytes that are no array of numbers or text; the message continues a file's name."""


class ArrayHeader(Record):
    """What a `.npy` header says: the data starts at `offset` and takes `size` bytes."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    fortran: bool
    offset: int

    @property
    def size(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


def read_header(stream: IO[bytes]) -> ArrayHeader:
    """Read the header at the start of `stream`; the stream then stands at the data.

    Raises:
        BadArray: this is no `.npy` data, or an array of something else than numbers or text.
    """
    start = stream.read(8)
    if len(start) < 8 or start[:6] != b"\x93NUMPY" or start[6] not in (1, 2, 3):
        raise BadArray("is not in NumPy's `.npy` format")
    width = 2 if start[6] == 1 else 4
    length = int.from_bytes(stream.read(width), "little")
    text = stream.read(min(length, _LONGEST_HEADER)).decode("latin-1")
    dtype, order, shape = _DTYPE.search(text), _ORDER.search(text), _SHAPE.search(text)
    if "'descr'" in text and dtype is None:
        raise BadArray("holds records (a structured type), not plain numbers")
    if len(text) != length or dtype is None or order is None or shape is None:
        raise BadArray("has a damaged header")
    sizes = re.findall(r"\d+", shape[1])
    if len(sizes) > _MOST_AXES or any(len(s) > 18 for s in sizes):
        raise BadArray("has a damaged header")
    return ArrayHeader(
        plain_dtype(dtype[1]), tuple(map(int, sizes)), order[1] == "True", 8 + width + length
    )


def plain_dtype(code: str) -> np.dtype[Any]:
    """The dtype of a code such as `<f4`, if it is one of real numbers, truth values or text."""
    import numpy as np

    kind = code.lstrip("<>|=")[0]
    if kind in "OV":
        raise BadArray("holds Python objects, which only pickle could read, and pickle runs code")
    if kind in "cmM":
        raise BadArray(f"holds {'complex numbers' if kind == 'c' else 'dates'}, not real numbers")
    try:
        dtype = np.dtype(code)
    except (TypeError, ValueError):
        raise BadArray("has a damaged header") from None
    if dtype.itemsize == 0:
        raise BadArray("holds empty texts only")
    return dtype


def array_table(
    inputs: NDArray[Any],
    target: NDArray[Any] | None,
    names: tuple[str, str | None],
    file: DataFile,
    target_name: str | None,
) -> Table:
    """Arrays as a table: examples first, the other axes of the inputs flattened in row-major order.

    Args:
        names: what the two arrays are called in messages.
        file: where errors point.

    Raises:
        RunError: E0506 no examples; E0507 arrays of text, or single numbers; E0508 lengths differ.
    """
    name, goal = names
    axes = inputs.shape[1:]
    if inputs.dtype.kind not in "biuf" or inputs.ndim == 0:
        what = "text" if inputs.ndim else "a single value"
        raise file.error("E0507", f"{name} holds {what}, not numbers", "cannot be the inputs")
    if inputs.size == 0:
        raise file.error("E0506", f"{name} is empty", f"its shape is {inputs.shape}")
    examples = inputs.shape[0]
    values = inputs.reshape(examples, -1)
    if values.dtype.kind == "b":
        values = values.view("u1")
    labels = None if target is None else _target(target, goal or "", file)
    if labels is not None and len(labels) != examples:
        raise file.error(
            "E0508",
            f"{name} has {examples:_} examples, but {goal} has {len(labels):_}",
            "one target per example is needed",
        )

    def where(example: int, column: int | None) -> str:
        if column is None:
            return f"{goal}, element [{example}]"
        index: list[int] = []
        for size in reversed(axes):
            column, position = divmod(column, size)
            index.append(position)
        return f"{name}, element {[example, *reversed(index)]}"

    name_of_target = target_name if target is not None else None
    return Table(values, labels, (), name_of_target, where, axes if len(axes) > 1 else ())


def _target(target: NDArray[Any], name: str, file: DataFile) -> NDArray[Any]:
    """(n,) of numbers or text, or (n, k) of numbers."""
    import numpy as np

    if target.ndim == 0:
        raise file.error(
            "E0507", f"{name} holds a single value, not one per example", "cannot be the target"
        )
    if target.size == 0:
        raise file.error("E0506", f"{name} is empty", f"the target's shape is {target.shape}")
    flat = target.reshape(len(target), -1)
    if target.dtype.kind in "US":
        if flat.shape[1] > 1:
            raise file.error(
                "E0507", f"{name} holds a table of text, not labels", "cannot be the target"
            )
        if target.dtype.kind == "S":
            flat = np.strings.decode(flat, "utf-8", "backslashreplace")
        elif flat.astype("=U").view("=u4").max() > 0x10FFFF:
            raise file.error("E0507", f"{name} holds damaged text", "cannot be the target")
    elif flat.dtype.kind == "b":
        flat = flat.astype("u1")
    return flat[:, 0] if flat.shape[1] == 1 else flat
