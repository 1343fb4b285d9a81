"""Delimited text with a header line."""

from __future__ import annotations

from typing import Any

from specc.diag.diagnostic import Help, RunError
from specc.library.define import arg
from specc.library.delimited import Layout, number, read_cells, read_numbers
from specc.library.files import DataFile, listing, replace, show, similar
from specc.library.table import DataSource, Table

_SEPARATORS = ",;:|~^& \t"


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
    Source      RFC 4180; deviations: any separator, a header is required
    Example

    ```dl
    data {
        source  csv("data/digits.csv.gz", target = "label")
    }
    ```
    """

    path: str = arg("path", doc="the file; may be gzip-compressed")
    target: str | tuple[str, ...] | None = arg(
        "name",
        None,
        many=True,
        keyword=True,
        doc="the column to predict, or `(a, b)` for several numbers",
    )
    inputs: str | tuple[str, ...] | None = arg(
        "name",
        None,
        many=True,
        keyword=True,
        doc="the columns to predict from; all others by default",
    )
    separator: str = arg("string", ",", keyword=True, doc="what stands between two cells")

    def load(self, folder: str) -> Table:
        import csv
        import io

        file = self.file(folder, "path")
        if len(self.separator) != 1 or self.separator not in _SEPARATORS:
            raise file.at(self.span("separator")).error(
                "E0502",
                f"`{show(self.separator)}` cannot separate cells",
                "one of `,` `;` `:` `|` `~` `^` `&`, space, tab",
            )
        text = _decode(file)
        stream = io.StringIO(text, newline="")
        reader = csv.reader(stream, delimiter=self.separator, strict=True)
        try:
            header = _header(reader, file)
            layout = self._choose(header, file)
            body = text[stream.tell() :]
            if not body.strip():
                message = f"{file.name} has a header but no examples"
                raise file.error("E0506", message, "holds no examples")
            table = read_numbers(layout, body, reader.line_num, self.separator)
            return table or read_cells(layout, reader)
        except csv.Error as problem:
            detail = f"line {reader.line_num}: {show(str(problem), 120)}"
            raise file.malformed("is not well-formed", detail) from None

    def _choose(self, header: list[str], file: DataFile) -> Layout:
        """The columns of the target and of the inputs."""
        target = self._columns("target", _names(self.target), header, file)
        chosen = _names(self.inputs)
        inputs = self._columns("inputs", chosen, header, file)
        if not chosen:
            apart = set(target)
            inputs = [i for i in range(len(header)) if i not in apart]
        if both := set(inputs) & set(target):
            message = f"column `{show(header[min(both)])}` is both an input and the target"
            raise file.at(self.span("inputs")).error("E0502", message, "names the target too")
        if not inputs:
            message = f"{file.name} has no column beside the target"
            raise file.error("E0502", message, "has no inputs")
        if not target and not chosen and all(number(cell) is not None for cell in header):
            raise file.malformed("has no header: line 1 holds numbers", helps=(_ADD_HEADER,))
        seen = {header[i] for i in target}
        for i in inputs:
            if not header[i]:
                fix = Help("name it in line 1, or name the inputs: `inputs = (a, b)`")
                raise file.malformed(f"has no name for column {i + 1}", helps=(fix,))
            if header[i] in seen:
                raise file.malformed(f"has two columns `{show(header[i])}`")
            seen.add(header[i])
        return Layout(file, header, inputs, target)

    def _columns(
        self, argument: str, names: tuple[str, ...], header: list[str], file: DataFile
    ) -> list[int]:
        found: list[int] = []
        for name in names:
            if header.count(name.strip()) == 1 and header.index(name.strip()) not in found:
                found.append(header.index(name.strip()))
            else:
                raise self._unknown(argument, name, header, file)
        return found

    def _unknown(self, argument: str, name: str, header: list[str], file: DataFile) -> RunError:
        at = file.at(self.span(argument))
        if name.strip() in header:
            twice = header.count(name.strip()) > 1
            what = f"{file.name} has two columns" if twice else f"`{argument}` names twice column"
            return at.error("E0502", f"{what} `{show(name)}`", "not one column")
        helps: tuple[Help, ...] = ()
        near = similar(name, header)
        other = next((c for c in ";\t|," if c in header[0]), None) if len(header) == 1 else None
        if near is not None:
            helps = (Help(f"there is a column `{show(near)}`", replace(at.span, name, near)),)
        elif other is not None:
            shown = "\\t" if other == "\t" else other
            helps = (Help(f'the cells seem to be separated otherwise: `separator = "{shown}"`'),)
        elif all(number(cell) is not None for cell in header):
            helps = (_ADD_HEADER,)
        return at.error(
            "E0502",
            f"{file.name} has no column `{show(name)}`",
            "not in the header",
            notes=(f"its {len(header)} columns are {listing(header)}",),
            helps=helps,
        )


_ADD_HEADER = Help("put the names of the columns into line 1 of the file")


def _names(given: str | tuple[str, ...] | None) -> tuple[str, ...]:
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else tuple(given)


def _decode(file: DataFile) -> str:
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
