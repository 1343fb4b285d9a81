"""A table of text: which column is predicted, and which ones predict it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from specc.diag.diagnostic import Help, RunError
from specc.expand.literals import string
from specc.library.delimited import check_width, number
from specc.library.files import DataFile, listing, show
from specc.library.sources.csv import Csv, decode
from specc.library.table import Table
from specc.starter.guess import Guess, from_table

NAMED = (
    "label",
    "labels",
    "target",
    "class",
    "y",
    "species",
    "category",
    "diagnosis",
    "outcome",
    "output",
    "result",
    "survived",
    "quality",
    "price",
)
"""What columns to predict are called, the surest first."""
COUNTERS = ("", "id", "index", "row", "no")
"""What columns are called that only count the lines."""
SEPARATORS = ",;\t|"
APART = "cells are told apart by a comma, a semicolon, a tab or `|`"
TOLD = 4
"""Columns that a message tells about."""
LOOKED_AT = 20_000
"""Lines that tell what a column holds; all are read before the spec is written."""
MOST_CLASSES = 100
"""Different texts of a column that is not called like a target."""


@dataclass
class Column:
    """What the cells of a column are.

    Attributes:
        text: The first cell that is text, empty if none is.
        commas: Whether all text would be numbers with a point in the place of a comma.
        empty, infinite: Whether there are cells without a value, and with an infinite one.
        values: The different ones among the first cells.
    """

    name: str
    text: str = ""
    commas: bool = True
    empty: bool = False
    infinite: bool = False
    values: set[str] = field(default_factory=set)

    def see(self, cell: str) -> None:
        cell = cell.strip()
        value = number(cell)
        if not cell or (value is not None and math.isnan(value)):
            self.empty = True
        elif value is None:
            self.text = self.text or cell
            self.commas = self.commas and number(cell.replace(",", ".", 1)) is not None
        elif math.isinf(value):
            self.infinite = True
        if len(self.values) <= LOOKED_AT:
            self.values.add(cell)


def guess_csv(folder: str, path: str) -> Guess:
    """Make something of a csv file.

    Args:
        folder: Where the spec will stand.
        path: The file, as seen from there.

    Raises:
        RunError: E0501 to E0507, the file cannot be read or holds nothing to learn.
    """
    file = _source(path=path).file(folder, "path")
    separator, columns, lines = _look(file)
    written = "tab" if separator == "\t" else string(separator).span.text
    more = "" if separator == "," else f", separator = {written}"
    return guess_columns(
        file,
        columns,
        lines,
        lambda **chosen: _source(path=path, separator=separator, **chosen).load(folder),
        lambda options: f"source csv({string(path).span.text}{options}{more})",
    )


def guess_columns(
    file: DataFile,
    columns: Sequence[Column],
    lines: int,
    load: Callable[..., Table],
    write: Callable[[str], str],
) -> Guess:
    """Make something of a table of named columns.

    Args:
        file: Where it is.
        columns: What its columns hold.
        lines: How many examples there are.
        load: The table with the arguments `target` and `inputs` of the source.
        write: The statement of the source with such arguments in words.

    Raises:
        RunError: E0502 to E0507, the file holds nothing to learn.
    """
    if not lines:
        raise file.error("E0506", f"{file.name} has a header but no examples")
    target, passed = _target(file, columns, lines)
    inputs: list[str] = []
    out: list[str] = []
    for column in columns:
        if column is target:
            continue
        why = _useless(column)
        name = show(column.name) or "the column without a name"
        (out if why else inputs).append(f"{name} ({why})" if why else column.name)
    if not inputs:
        raise _no_inputs(file, columns, target)
    options = f", target = {string(target.name).span.text}"
    if out:
        names = [string(name).span.text for name in inputs]
        options += f", inputs = {names[0] if len(names) == 1 else '(' + ', '.join(names) + ')'}"
    table = load(target=target.name, inputs=tuple(inputs) if out else None)
    how = "by its name" if _is_named(target) else "the last column that can be"
    notes = [
        f"examples  {table.examples:,}",
        f"target    column `{show(target.name)}`, {how}",
        *(f"          not `{show(c.name)}`: {why}" for c, why in passed),
        f"inputs    {len(inputs)} column{'s' if len(inputs) != 1 else ''} of numbers",
    ]
    if out:
        notes.append(f"          left out: {', '.join(out[:8])}{' ...' if len(out) > 8 else ''}")
    return from_table(table, (write(options),), tuple(notes))


def _source(**arguments: Any) -> Csv:
    made: Any = Csv
    found: Csv = made(word="csv", **arguments)
    return found


def _look(file: DataFile) -> tuple[str, list[Column], int]:
    """The separator, the columns, and how many lines were looked at."""
    text = decode(file)
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = next((row for row in rows if any(cell.strip() for cell in row)), [])
        names = [cell.strip() for cell in header]
        check_header(file, names)
        columns = [Column(name) for name in names]
        count, line = 0, rows.line_num + 1
        for row in islice(rows, LOOKED_AT):
            start, line = line, rows.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            check_width(file, row, start, len(names))
            count += 1
            for column, cell in zip(columns, row, strict=True):
                column.see(cell)
    except csv.Error as problem:
        raise file.malformed("is not well-formed", show(str(problem), 120)) from None
    return separator, columns, count


def check_header(file: DataFile, names: Sequence[str]) -> None:
    """Names of columns that a spec can say."""
    if not names:
        raise file.error("E0506", f"{file.name} is empty")
    if all(number(name) is not None for name in names):
        fix = Help("put the names of the columns into line 1 of the file")
        raise file.malformed("has no header: line 1 holds numbers", helps=(fix,))
    hidden = next((n for n in names if not n.isprintable()), None)
    if hidden is not None:
        raise file.malformed(f"has a column `{show(hidden)}`, whose name no spec can hold")


def _target(
    file: DataFile, columns: Sequence[Column], lines: int
) -> tuple[Column, list[tuple[Column, str]]]:
    """The column that is called like one, else the last; and those called so that cannot be it,
    with the reason.
    """
    named = sorted(filter(_is_named, columns), key=lambda c: NAMED.index(c.name.lower()))
    passed: list[tuple[Column, str]] = []
    for column in (*named, *(c for c in reversed(columns) if not _is_named(c))):
        why = _no_target(column, lines)
        if not why:
            return column, passed
        if _is_named(column):
            passed.append((column, why))
    wanted = "a target has a value in every line, and not the same in all of them"
    raise file.error(
        "E0502",
        f"{file.name} has no column to predict",
        notes=(f"its columns are {listing(c.name for c in columns)}",),
        helps=(Help(APART if len(columns) == 1 else wanted),),
    )


def _is_named(column: Column) -> bool:
    return column.name.lower() in NAMED


def _no_target(column: Column, lines: int) -> str:
    """Why a column cannot be predicted; empty if it can."""
    if not column.name:
        return "it has no name"
    if column.empty or column.infinite:
        return f"it has {_gaps(column)}"
    if len(column.values) < 2:
        return "it is the same in every line"
    most = lines // 2 if _is_named(column) else min(MOST_CLASSES, lines // 2)
    if column.text and len(column.values) > max(2, most):
        return f"it has {len(column.values):,} different texts in {lines:,} lines"
    return ""


def _useless(column: Column) -> str:
    """Why a column is no input; empty if it is one."""
    if column.text:
        return "numbers with a comma" if column.commas else "text"
    if column.empty or column.infinite:
        return _gaps(column)
    counts = column.name.lower() in COUNTERS or column.name.lower().startswith("unnamed")
    return "counts the lines" if counts else ""


def _gaps(column: Column) -> str:
    return "empty cells" if column.empty else "infinite cells"


def _no_inputs(file: DataFile, columns: Sequence[Column], target: Column) -> RunError:
    """E0502, with what stands in the columns instead of numbers."""
    others = [c for c in columns if c is not target]
    notes = [
        f"`{show(c.name)}`: {_useless(c)}" + (f", such as `{show(c.text)}`" if c.text else "")
        for c in others[:TOLD]
    ]
    fix = "code the columns as numbers, and fill their empty cells"
    if not others:
        notes, fix = [f"its only column is `{show(target.name)}`"], APART
    elif any(c.text and c.commas for c in others):
        fix = "write decimals with a point, and numbers without commas between thousands"
    return file.error(
        "E0502",
        f"{file.name} has no column of numbers to learn from",
        notes=tuple(notes),
        helps=(Help(fix),),
    )
