"""Named arrays in one file."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, ClassVar

from specc.diag.diagnostic import Help
from specc.library.arrays import BadArray, array_table, read_header
from specc.library.define import arg
from specc.library.files import UNPACKED_LIMIT, DataFile, listing, replace, show, similar
from specc.library.table import DataSource, Table

if TYPE_CHECKING:
    from zipfile import ZipFile

    from numpy.typing import NDArray


_METHODS = (0, 8)
"""Stored and deflate, all that NumPy writes; others unpack in pieces that nothing bounds."""


class Npz(DataSource):
    """Arrays written by `numpy.savez` or `numpy.savez_compressed`.

    Inputs with more than two axes are flattened, example by example, in row-major order. Arrays of
    Python objects are refused: reading them would run code from the file.

    Shapes      inputs (m, ...) -> (m, features), target (m,) or (m, k)
    Errors      E0501 no such file, E0502 no such array, E0506 no examples, E0507 damaged, or no
                numbers, E0508 inputs and target differ in length
    Source      NumPy, `numpy.lib.format`, versions 1 to 3
    Example

    ```dl
    data {
        source  npz("data/signs.npz", inputs = x_train, target = y_train)
    }
    ```
    """

    target_argument: ClassVar[str] = "target"
    path: str = arg("path", doc="the file")
    inputs: str = arg("name", keyword=True, doc="the array of the inputs, one example per row")
    target: str | None = arg("name", None, keyword=True, doc="the array to predict")

    def load(self, folder: str) -> Table:
        import zipfile

        file = self.file(folder, "path")
        with file.open() as stream:
            try:
                with zipfile.ZipFile(stream) as archive:
                    inputs = self._read(archive, "inputs", self.inputs, file)
                    target = None
                    if self.target is not None:
                        target = self._read(archive, "target", self.target, file)
            except _zip_problems() as problem:
                detail = show(str(problem), 120) or type(problem).__name__
                raise file.malformed("is not a readable `.npz` file", detail) from None
            except MemoryError:
                raise file.malformed("does not fit in memory") from None
        at = file.at(self.span("inputs"))
        names = f"`{show(self.inputs)}`", f"`{show(self.target)}`" if self.target else None
        return array_table(inputs, target, names, at, target_name=self.target)

    def _read(self, archive: ZipFile, argument: str, name: str, file: DataFile) -> NDArray[Any]:
        import numpy as np

        at = file.at(self.span(argument))
        members = {m.filename.removesuffix(".npy"): m for m in archive.infolist()}
        if name not in members:
            near = similar(name, members)
            fix = (
                ()
                if near is None
                else (Help(f"there is `{show(near)}`", replace(at.span, name, near)),)
            )
            raise at.error(
                "E0502",
                f"{file.name} has no array `{show(name)}`",
                "not in the file",
                notes=(f"its arrays are {listing(members)}" if members else "it holds no arrays",),
                helps=fix,
            )
        member = members[name]
        if member.compress_type not in _METHODS:
            raise at.malformed(f"cannot be used: `{show(name)}` is packed in an unusual way")
        with archive.open(member) as stream:
            try:
                header = read_header(stream)
            except BadArray as problem:
                raise at.malformed(f"cannot be used: `{show(name)}` {problem}") from None
            if header.offset + header.size != member.file_size or header.size > UNPACKED_LIMIT:
                raise at.malformed(
                    f"is damaged: `{show(name)}` takes {member.file_size:_} bytes",
                    f"its header promises {header.offset + header.size:_}",
                )
            content = _exactly(stream, header.size)
        values = np.frombuffer(content, dtype=header.dtype)
        return values.reshape(header.shape, order="F" if header.fortran else "C")


def _exactly(stream: IO[bytes], size: int) -> bytearray:
    """`size` bytes in pieces: a header that lies about its size costs no memory."""
    content = bytearray()
    while piece := stream.read(1 << 20):
        content += piece
    if len(content) != size:
        raise EOFError("an array ends early")
    return content


def _zip_problems() -> tuple[type[Exception], ...]:
    """All that the standard library is known to raise on damaged archives."""
    import struct
    import zipfile
    import zlib

    damaged = (zipfile.BadZipFile, zlib.error, struct.error, EOFError)
    return (*damaged, OSError, ValueError, LookupError, RuntimeError, OverflowError)
