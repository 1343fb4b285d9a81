"""The body of a delimited text file: read in one go if it is all numbers, else cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from specc.diag.diagnostic import Help, RunError
from specc.library.files import DataFile, show
from specc.library.table import Table
from specc.record import Record

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST_LABEL = 256
_EXACT = 2**53


class Layout(Record):
    """Which columns of a file are what: numbers of columns in `header`."""

    file: DataFile
    header: list[str]
    inputs: list[int]
    target: list[int]

    def table(self, inputs: NDArray[Any], target: NDArray[Any], lines: Sequence[int]) -> Table:
        """The table of columns already parted; `lines[i]` is where example i stands."""
        names = tuple(self.header[i] for i in self.inputs)
        goal = ", ".join(self.header[i] for i in self.target)

        def where(example: int, column: int | None) -> str:
            name = show(goal if column is None else names[column])
            return f"{self.file.name}, line {lines[example]}, column `{name}`"

        if not self.target:
            return Table(inputs, None, names, None, where)
        return Table(inputs, target[:, 0] if len(self.target) == 1 else target, names, goal, where)


def number(cell: str) -> float | None:
    """The value of a cell, None if it has none.

    Digit groups (`1_000`) and digits of other scripts are no numbers, as the fast reader has it.
    """
    if "_" in cell or not cell.isascii():
        return None
    try:
        return float(cell)
    except ValueError:
        return None


def read_numbers(layout: Layout, body: str, lines_before: int, separator: str) -> Table | None:
    """The table if all of it is plain numbers, which NumPy reads in a quarter of the time."""
    import io

    import numpy as np

    if "\r" in body:
        body = body.replace("\r\n", "\n")
    if '"' in body or "\r" in body or separator == " ":
        return None
    try:
        cells = np.loadtxt(io.StringIO(body), delimiter=separator, comments=None, ndmin=2)
    except ValueError:
        return None
    if cells.shape[1] != len(layout.header):
        return None
    lines: Sequence[int] = range(lines_before + 1, lines_before + 1 + len(cells))
    if body.count("\n") + (not body.endswith("\n")) != len(cells):
        lines = [n for n, line in enumerate(body.split("\n"), lines_before + 1) if line]
        if len(lines) != len(cells):
            return None
    target = np.ascontiguousarray(cells[:, layout.target])
    if (np.abs(target) >= _EXACT).any():
        return None  # two long identifiers may be one float: the other reader keeps them as text
    whole = layout.inputs == list(range(len(layout.header)))
    inputs = cells if whole else np.ascontiguousarray(cells[:, layout.inputs])
    return layout.table(inputs, target, lines)


def read_cells(layout: Layout, reader: Any) -> Table:
    """The table from a `csv.reader` that stands behind the header.

    Raises:
        RunError: E0503 for the first cell that is no number, E0506 without a single line, E0507 for
            a line with too few or too many cells.
    """
    from array import array

    import numpy as np

    file, header, inputs = layout.file, layout.header, layout.inputs
    values, labels, lines = array("d"), [], array("q")
    line = reader.line_num + 1
    for row in reader:
        start, line = line, reader.line_num + 1
        if len(row) != len(header):
            if not any(cell.strip() for cell in row):
                continue
            check_width(file, row, start, len(header))
        try:
            if any("_" in row[i] or not row[i].isascii() for i in inputs):
                raise ValueError
            values.extend([float(row[i]) for i in inputs])
        except ValueError:
            bad = next(i for i in inputs if number(row[i]) is None)
            raise _no_number(
                row[bad], f"line {start}, column `{show(header[bad])}`", file
            ) from None
        for i in layout.target:
            label = row[i].strip()
            if not label or len(label) > _LONGEST_LABEL:
                raise _no_label(label, f"line {start}, column `{show(header[i])}`", file)
            labels.append(label)
        lines.append(start)
    if not lines:
        message = f"{file.name} has a header but no examples"
        raise file.error("E0506", message, "holds no examples")
    matrix = np.frombuffer(values).reshape(len(lines), len(inputs))
    target = _labels(labels).reshape(len(lines), len(layout.target))
    return layout.table(matrix, target, lines)


def check_width(file: DataFile, row: Sequence[str], line: int, width: int) -> None:
    """That a line has as many cells as the header.

    Raises:
        RunError: E0507, it has not.
    """
    if len(row) != width:
        cells = f"{len(row)} cell" + ("s" if len(row) != 1 else "")
        raise file.malformed(f"has {cells} in line {line}, and {width} in its header")


def _labels(labels: list[str]) -> NDArray[Any]:
    """Labels as numbers if all of them are, else as text."""
    import numpy as np

    numbers = [number(label) for label in labels]
    if any(n is None or abs(n) >= _EXACT for n in numbers):
        return np.array(labels, dtype=str)
    return np.array(numbers, dtype=np.float64)


def _no_number(cell: str, place: str, file: DataFile) -> RunError:
    if not cell.strip():
        text, fix = "an empty cell", "fill the cell, or remove the line"
    else:
        text, fix = f"`{show(cell)}`", "code the column as numbers, or name others with `inputs`"
        if number(cell.replace(",", ".")) is not None:
            fix = "write decimals with a point"
    return file.error(
        "E0503",
        f"{text} in {file.name} is not a number",
        "holds a cell that is not a number",
        notes=(f"{file.name}, {place}",),
        helps=(Help(fix),),
    )


def _no_label(label: str, place: str, file: DataFile) -> RunError:
    text = f"a cell of {len(label):_} characters" if label else "an empty cell"
    return file.error(
        "E0503",
        f"{text} in {file.name} is not a target",
        "holds an example without a target",
        notes=(f"{file.name}, {place}",),
        helps=(Help("fill the cell, or remove the line"),) if not label else (),
    )
