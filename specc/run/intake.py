"""A source's table, checked: the features that the network takes, and finite numbers only."""

from __future__ import annotations

import numpy as np

from specc.diag.diagnostic import Diagnostic, Help, Label, RunError
from specc.library.files import listing, replace
from specc.library.table import DataSource, Table
from specc.run.request import DataRequest, blame_source
from specc.run.rows import blocks


def load(source: DataSource, request: DataRequest) -> Table:
    """Load a source.

    Raises:
        RunError: E0501 to E0508 from the source; E0505 an input is NaN or infinite; E0510 there are
            more or fewer features than the network takes.
    """
    table = source.load(request.folder)
    blame = blame_source(source, request)
    if table.features != request.features:
        raise _width(table, source, request)
    if table.inputs.dtype.kind == "f":
        first: tuple[int, int, float] | None = None
        missing = start = 0
        for block in blocks(table.inputs, None):
            finite = np.isfinite(block)
            if not finite.all():
                missing += int((~finite).sum())
                if first is None:
                    row, column = np.argwhere(~finite)[0].tolist()
                    first = (start + row, column, float(block[row, column]))
            start += len(block)
        if first is not None:
            row, column, value = first
            raise blame(
                "E0505",
                f"the data holds `{value}`, which is not a finite number",
                f"holds {missing:_} such value" + ("s" if missing != 1 else ""),
                table.where(row, column),
                helps=(Help("fill the missing values, or remove those examples"),),
            )
    return table


def _width(table: Table, source: DataSource, request: DataRequest) -> RunError:
    has, wants = table.features, request.features
    span, place = request.spans.get("input"), source.span()
    edits = replace(span, str(wants), str(has))
    return RunError(
        Diagnostic(
            "E0510",
            f"`input` takes {wants:_} features per example, but the data has {has:_}",
            Label(span, f"{wants:_} features") if span else None,
            (Label(place, f"gives {has:_} features"),) if place else (),
            notes=(f"the inputs are {listing(table.columns)}",) if table.columns else (),
            helps=(Help(f"`input {has}` takes all of them", edits),),
        )
    )
