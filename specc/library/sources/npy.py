"""One array per file, read where it lies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

from specc.library.arrays import BadArray, array_table, read_header
from specc.library.define import arg
from specc.library.table import DataSource, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Npy(DataSource):
    """Arrays written by `numpy.save`, mapped into memory: the file may be larger than the machine's
    memory.

    Inputs that already have the precision of the run and need no `normalize` are never copied;
    batches are read from the file as they are needed. Inputs with more than two axes are flattened,
    example by example, in row-major order. Arrays of Python objects are refused: reading them would
    run code from the file.

    Shapes      inputs (m, ...) -> (m, features), target (m,) or (m, k)
    Errors      E0501 no such file, E0506 no examples, E0507 damaged, or no numbers, E0508 inputs
                and target differ in length
    Source      NumPy, `numpy.lib.format`, versions 1 to 3
    Example

    ```dl
    data {
        source  npy(inputs = "clicks.npy", target = "clicked.npy")
    }
    ```
    """

    target_argument: ClassVar[str] = "target"
    inputs: str = arg("path", doc="the file of the inputs, one example per row")
    target: str | None = arg("path", None, doc="the file of what to predict")

    def load(self, folder: str) -> Table:
        import numpy as np

        file = self.file(folder, "inputs")
        inputs = self._map(folder, "inputs")
        target = None if self.target is None else np.array(self._map(folder, "target"))
        names = file.name, self.file(folder, "target").name if self.target is not None else None
        goal = (
            os.path.splitext(os.path.basename(self.target))[0] if self.target is not None else None
        )
        return array_table(inputs, target, names, file, target_name=goal)

    def _map(self, folder: str, argument: str) -> NDArray[Any]:
        import numpy as np

        file = self.file(folder, argument)
        with file.open() as stream:
            try:
                header = read_header(stream)
                size = os.fstat(stream.fileno()).st_size
            except BadArray as problem:
                raise file.malformed(str(problem)) from None
            except OSError as problem:
                raise file.malformed(f"cannot be read: {problem.strerror}") from None
            if size != header.offset + header.size:
                raise file.malformed(
                    f"is damaged: it has {size:_} bytes",
                    f"its header promises {header.offset + header.size:_}",
                )
            if header.size == 0:
                return np.empty(0, header.dtype)
            try:
                return np.memmap(
                    stream,
                    dtype=header.dtype,
                    mode="r",
                    offset=header.offset,
                    shape=header.shape,
                    order="F" if header.fortran else "C",
                )
            except (OSError, ValueError, OverflowError) as problem:
                raise file.malformed(f"cannot be mapped: {problem}") from None
