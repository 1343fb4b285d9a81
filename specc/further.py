"""How a further data file is read for a trained network: as its spec reads its own, if it can be.

    the spec reads such a file   the same source with the same arguments, on the other file
    .csv, .tsv (and .gz)         the columns that the network was trained on, by their names
    .parquet                     likewise
    .npz                         the array `X`, and `y` for the target
    .npy                         the array, and another file for the target

The target is what the spec calls so, unless another is named; to predict, none is needed.
"""

from __future__ import annotations

import os
from typing import Any, cast

from specc.diag.diagnostic import Diagnostic, Help, RunError
from specc.diag.escape import escape
from specc.library.registry import standard
from specc.library.table import DataSource
from specc.trained import Trained

PACKED = ".gz"
READERS: dict[str, tuple[str, dict[str, Any]]] = {
    ".csv": ("csv", {}),
    ".tsv": ("csv", {"separator": "\t"}),
    ".parquet": ("parquet", {}),
    ".npz": ("npz", {"inputs": "X", "target": "y"}),
    ".npy": ("npy", {}),
}
"""The source that reads a kind of file, and its arguments."""


def further_source(
    trained: Trained, path: str, target: str | None, *, wants_target: bool
) -> DataSource:
    """The source of a further file.

    Args:
        target: The column, array or file of the target, in place of what the spec says.
        wants_target: Whether a target is read at all.

    Raises:
        RunError: E0502 no target is named; E0507 nothing reads such a file.
    """
    data = trained.compilation.bound.data
    own: Any = data.source or data.train
    files = [a.name for a in own.args if a.kind == "path"]
    values: dict[str, Any]
    if files and _kind(getattr(own, files[0]) or "") == _kind(path):
        kind, word = type(own), own.word
        values = {a.name: getattr(own, a.name) for a in own.args} | {files[0]: path}
        # The other files of the spec belong to its own inputs.
        values |= dict.fromkeys(files[1:])
    else:
        word, extra = READERS.get(_kind(path), ("", {}))
        found = standard().find("sources", word) if word else None
        if found is None:
            raise _unknown(path)
        kind = found
        files = [a.name for a in kind.args if a.kind == "path"]
        values = {files[0]: path, **extra}
    goal = cast(type[DataSource], kind).target_argument
    if goal:
        values[goal] = (target or values.get(goal)) if wants_target else None
        if wants_target and values[goal] is None and trained.predictor.task != "input":
            raise _without_target(path)
    columns = trained.predictor.preparation.names
    if columns and any(a.name == "inputs" and a.many for a in kind.args):
        values["inputs"] = columns
    return cast(DataSource, kind(word=word, **values))


def _kind(path: str) -> str:
    """`.csv` of `data/digits.csv.gz`; empty for a folder."""
    stem, end = os.path.splitext(path.lower())
    return os.path.splitext(stem)[1] if end == PACKED else end


def _unknown(path: str) -> RunError:
    known = ", ".join(f"`{kind}`" for kind in READERS)
    return RunError(
        Diagnostic(
            "E0507",
            f"`{escape(path)}` is of no kind that can be read here",
            helps=(Help(f"give a file of the kind that the spec reads, or one of {known}"),),
        )
    )


def _without_target(path: str) -> RunError:
    return RunError(
        Diagnostic(
            "E0502",
            f"nothing says what to predict in `{escape(path)}`",
            helps=(Help("name the column, the array or the file of the target by `--target`"),),
        )
    )
