"""A table of text: which column is predicted, and which ones predict it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from specc.diag.diagnostic import Help
from specc.expand.literals import string
from specc.library.delimited import number
from specc.library.files import DataFile, listing, show
from specc.library.sources.csv import Csv
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
LOOKED_AT = 20_000
"""Lines that tell what a column holds; all are read before the spec is written."""
MOST_CLASSES = 100


@dataclass
class Column:
    """What the cells of a column are: text, empty in places, which values among the first ones."""

    name: str
    text: bool = False
    empty: bool = False
    values: set[str] = field(default_factory=set)

    def see(self, cell: str) -> None:
        cell = cell.strip()
        value = number(cell)
        if not cell or (value is not None and not math.isfinite(value)):
            self.empty = True
        elif value is None:
            self.text = True
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
    more = "" if separator == "," else f", separator = {string(separator).span.text}"
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
    target = _target(file, columns, lines)
    inputs: list[str] = []
    out: list[str] = []
    for column in columns:
        if column is target:
            continue
        why = _useless(column)
        (out if why else inputs).append(f"{show(column.name)} ({why})" if why else column.name)
    if not inputs:
        fix = Help("code the columns as numbers, and fill their empty cells")
        raise file.error(
            "E0502", f"{file.name} has no column of numbers to learn from", helps=(fix,)
        )
    options = f", target = {string(target.name).span.text}"
    if out:
        names = [string(name).span.text for name in inputs]
        options += f", inputs = {names[0] if len(names) == 1 else '(' + ', '.join(names) + ')'}"
    table = load(target=target.name, inputs=tuple(inputs) if out else None)
    how = "by its name" if target.name.lower() in NAMED else "the last column that can be"
    notes = [
        f"examples  {table.examples:,}",
        f"target    column `{show(target.name)}`, {how}",
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
    text = str(file.content(), "utf-8-sig", "replace")
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        header = next((row for row in rows if any(cell.strip() for cell in row)), [])
        names = [cell.strip() for cell in header]
        check_header(file, names)
        columns = [Column(name) for name in names]
        count = 0
        for row in islice((r for r in rows if len(r) == len(names)), LOOKED_AT):
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


def _target(file: DataFile, columns: Sequence[Column], lines: int) -> Column:
    """The column that is called like one, else the last; skipping what cannot be learnt."""
    by_name = {c.name.lower(): c for c in columns}
    named = [by_name[name] for name in NAMED if name in by_name]
    for column in (*named, *reversed(columns)):
        if _can_be_target(column, lines):
            return column
    raise file.error(
        "E0502",
        f"{file.name} has no column to predict",
        notes=(f"its columns are {listing(c.name for c in columns)}",),
        helps=(Help("a target has a value in every line, and not the same in all of them"),),
    )


def _can_be_target(column: Column, lines: int) -> bool:
    if not column.name or column.empty or len(column.values) < 2:
        return False
    return not column.text or len(column.values) <= min(MOST_CLASSES, max(2, lines // 2))


def _useless(column: Column) -> str:
    """Why a column is no input; empty if it is one."""
    if column.text:
        return "text"
    if column.empty:
        return "empty cells"
    counts = column.name.lower() in COUNTERS or column.name.lower().startswith("unnamed")
    return "counts the lines" if counts else ""
