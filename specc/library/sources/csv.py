"""Delimited text with a header line."""

from __future__ import annotations

from typing import Any, ClassVar

from specc.diag.diagnostic import Help
from specc.library.columns import INPUTS, TARGET, choose
from specc.library.define import arg, shared
from specc.library.delimited import Layout, number, read_cells, read_numbers
from specc.library.files import DataFile, listing, show
from specc.library.table import DataSource, Table

_SEPARATORS = (",", ";", ":", "|", "~", "^", "&", " ", "tab")


class Csv(DataSource):
    """A table of text: a header line with the names of the columns, then one line per example.

    Every column that is neither the target nor left out by `inputs` is an input, in the order of
    the file (with `inputs`, in the order given there), and holds numbers in every line. Labels may
    be numbers or text. The encoding is UTF-8, with or without a byte order mark; line ends are LF
    or CRLF; a cell may be quoted with `"`; blank lines are skipped. A gzip-compressed file is
    recognised by its content.

    Shapes      inputs (m, columns), target (m,) or, with several names, (m, k)
    Errors      E0501 no such file, E0502 no such column, E0503 a cell is not a number, E0506 no
                examples, E0507 damaged: not UTF-8, a line with too few or too many cells, a name
                used twice
    Source      RFC 4180; deviations: other separators, a header is required
    Example

    ```dl
    data {
        source  csv("data/digits.csv.gz", target = "label")
    }
    ```
    """

    target_argument: ClassVar[str] = "target"
    path: str = arg("path", doc="the file; may be gzip-compressed")
    target: str | tuple[str, ...] | None = shared(TARGET)
    inputs: str | tuple[str, ...] | None = shared(INPUTS)
    separator: str = arg(
        "name", ",", keyword=True, one_of=_SEPARATORS, doc="what stands between two cells"
    )

    def load(self, folder: str) -> Table:
        import csv
        import io

        file = self.file(folder, "path")
        separator = "\t" if self.separator == "tab" else self.separator
        if len(separator) != 1 or separator not in (*_SEPARATORS, "\t"):
            raise file.at(self.span("separator")).error(
                "E0502",
                f"`{show(self.separator)}` cannot separate cells",
                f"one of {listing(_SEPARATORS)}",
            )
        text = decode(file)
        stream = io.StringIO(text, newline="")
        reader = csv.reader(stream, delimiter=separator, strict=True)
        try:
            header = _header(reader, file)
            layout = self._choose(header, file)
            body = text[stream.tell() :]
            if not body.strip():
                message = f"{file.name} has a header but no examples"
                raise file.error("E0506", message, "holds no examples")
            table = read_numbers(layout, body, reader.line_num, separator)
            return table or read_cells(layout, reader)
        except csv.Error as problem:
            detail = f"line {reader.line_num}: {show(str(problem), 120)}"
            raise file.malformed("is not well-formed", detail) from None

    def _choose(self, header: list[str], file: DataFile) -> Layout:
        """The columns of the target and of the inputs."""
        inputs, target = choose(self, header, file, _hints)
        if self.target is None and self.inputs is None and _holds_numbers(header):
            raise file.malformed("has no header: line 1 holds numbers", helps=(_ADD_HEADER,))
        return Layout(file, header, inputs, target)


_ADD_HEADER = Help("put the names of the columns into line 1 of the file")


def _holds_numbers(header: list[str]) -> bool:
    return all(number(cell) is not None for cell in header)


def _hints(header: list[str]) -> tuple[Help, ...]:
    """What may be wrong with a file that has not the columns that one expects."""
    other = next((c for c in ";\t|," if c in header[0]), None) if len(header) == 1 else None
    if other is not None:
        shown = "tab" if other == "\t" else f'"{other}"'
        return (Help(f"the cells seem to be separated otherwise: `separator = {shown}`"),)
    return (_ADD_HEADER,) if _holds_numbers(header) else ()


def decode(file: DataFile) -> str:
    """The text of a file.

    Raises:
        RunError: E0501 and E0507, it cannot be read, or is not in UTF-8.
    """
    content = file.content()
    try:
        return str(content, "utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise file.malformed(
            "is not text in UTF-8",
            f"line {line} holds the byte 0x{content[problem.start]:02x}",
            helps=(Help("save it as UTF-8"),),
        ) from None


def _header(reader: Any, file: DataFile) -> list[str]:
    """The names in the first line that is not blank."""
    header: list[str] = next((row for row in reader if any(cell.strip() for cell in row)), [])
    if not header:
        raise file.error("E0506", f"{file.name} is empty", "holds no header and no examples")
    return [cell.strip() for cell in header]
