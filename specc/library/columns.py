"""Which columns of a table of named columns are inputs, and which the target."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specc.diag.diagnostic import Help, RunError
from specc.library.define import arg
from specc.library.files import DataFile, listing, replace, show, similar
from specc.library.table import DataSource

Hints = Callable[[list[str]], tuple[Help, ...]]
"""From the names of the columns to what may be wrong with the file where a name is not among
them."""

TARGET: Any = arg(
    "name",
    None,
    many=True,
    keyword=True,
    doc="the column to predict, or `(a, b)` for several numbers",
)
INPUTS: Any = arg(
    "name",
    None,
    many=True,
    keyword=True,
    doc="the columns to predict from; all others by default",
)


def choose(
    source: DataSource, header: list[str], file: DataFile, hints: Hints
) -> tuple[list[int], list[int]]:
    """The numbers of the columns of inputs and of the target.

    Args:
        source: Has the arguments `TARGET` and `INPUTS`: a name, several, or None. Without `inputs`
            every column that is no target is one.
        header: The names of the columns.
        file: Where errors point.

    Raises:
        RunError: E0502 a column that is not there, or is named for both; E0507 a column without a
            name, or with that of another.
    """
    arguments: Any = source
    target = _find(source, "target", _names(arguments.target), header, file, hints)
    chosen = _names(arguments.inputs)
    inputs = _find(source, "inputs", chosen, header, file, hints)
    if not chosen:
        inputs = [i for i in range(len(header)) if i not in set(target)]
    if both := set(inputs) & set(target):
        message = f"column `{show(header[min(both)])}` is both an input and the target"
        raise file.at(source.span("inputs")).error("E0502", message, "names the target too")
    if not inputs:
        message = f"{file.name} has no column beside the target"
        raise file.error("E0502", message, "has no inputs")
    seen = {header[i] for i in target}
    for i in inputs:
        if not header[i]:
            fix = Help("name it in the file, or name the inputs: `inputs = (a, b)`")
            raise file.malformed(f"has no name for column {i + 1}", helps=(fix,))
        if header[i] in seen:
            raise file.malformed(f"has two columns `{show(header[i])}`")
        seen.add(header[i])
    return inputs, target


def _names(given: str | tuple[str, ...] | None) -> tuple[str, ...]:
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else tuple(given)


def _find(
    source: DataSource,
    argument: str,
    names: tuple[str, ...],
    header: list[str],
    file: DataFile,
    hints: Hints,
) -> list[int]:
    """The columns that an argument names, in its order."""
    found: list[int] = []
    for name in names:
        if header.count(name.strip()) != 1 or header.index(name.strip()) in found:
            raise _unknown(file.at(source.span(argument)), argument, name, header, hints)
        found.append(header.index(name.strip()))
    return found


def _unknown(at: DataFile, argument: str, name: str, header: list[str], hints: Hints) -> RunError:
    if name.strip() in header:
        twice = header.count(name.strip()) > 1
        what = f"{at.name} has two columns" if twice else f"`{argument}` names twice column"
        return at.error("E0502", f"{what} `{show(name)}`", "not one column")
    near = similar(name, header)
    helps = hints(header)
    if near is not None:
        helps = (Help(f"there is a column `{show(near)}`", replace(at.span, name, near)),)
    many = "only column is" if len(header) == 1 else f"{len(header)} columns are"
    return at.error(
        "E0502",
        f"{at.name} has no column `{show(name)}`",
        "not in the header",
        notes=(f"its {many} {listing(header)}",),
        helps=helps,
    )
