"""A source's table, checked: the features that the network takes, and finite numbers only."""

from __future__ import annotations

import numpy as np

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label, RunError
from specc.library.files import listing, replace
from specc.library.table import DataSource, Table
from specc.run.request import DataRequest, blame_source
from specc.run.rows import blocks
from specc.run.tokens import check_tokens


def load(source: DataSource, request: DataRequest) -> Table:
    """Load a source.

    Raises:
        RunError: E0501 to E0508 from the source; E0505 an input is NaN or infinite; E0510 there are
            more or fewer features than the network takes, or the same number in other axes;
            E0516 an input is no token number where `embedding` looks it up.
    """
    table = source.load(request.folder)
    blame = blame_source(source, request)
    if table.features != request.features:
        raise _width(table, source, request)
    if not _same_axes(table.shape, request.shape):
        raise _axes(table, source, request)
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
    check_tokens(table, source, request)
    return table


def _same_axes(has: tuple[int, ...], wants: tuple[int, ...]) -> bool:
    """Whether elements in row-major order mean the same.

    A plain list of features is whatever the other side says. Grey pictures may come without an axis
    for their one channel, or with it in front, which changes no element's place.
    """
    if len(has) < 2 or len(wants) < 2 or has == wants:
        return True
    plain = wants[:-1] if wants[-1] == 1 else wants
    return tuple(n for n in has if n != 1) == plain


def _written(table: Table, request: DataRequest) -> str:
    """The axes of the data as `input` would say them."""
    grey = len(table.shape) == 2 and len(request.shape) == 3
    return ", ".join(map(str, (*table.shape, 1) if grey else table.shape))


def _axes(table: Table, source: DataSource, request: DataRequest) -> RunError:
    """The same number of features, but a picture on its side or with its channels first."""
    has, wants = (" x ".join(map(str, axes)) for axes in (table.shape, request.shape))
    span, place = request.spans.get("input"), source.span()
    written = _written(table, request)
    edits = () if span is None else (Edit(span, written),)
    return RunError(
        Diagnostic(
            "E0510",
            f"`input` takes examples of {wants}, but the data has {has}",
            Label(span, wants) if span else None,
            (Label(place, f"gives {has}"),) if place else (),
            notes=("images are height, width, channels, in the file as in `input`",),
            helps=(Help(f"`input {written}` takes them as they are", edits),),
        )
    )


def _width(table: Table, source: DataSource, request: DataRequest) -> RunError:
    has, wants = table.features, request.features
    span, place = request.spans.get("input"), source.span()
    edits = replace(span, str(wants), str(has))
    said, given = f"{wants:_} features", f"{has:_} features"
    written = str(has)
    if len(request.shape) > 1:
        said = " x ".join(map(str, request.shape)) + f" = {said}"
    if table.shape:
        given = " x ".join(map(str, table.shape)) + f" = {given}"
        if len(request.shape) > 1:
            written = _written(table, request)
            edits = () if span is None else (Edit(span, written),)
    return RunError(
        Diagnostic(
            "E0510",
            f"`input` takes {wants:_} features per example, but the data has {has:_}",
            Label(span, said) if span else None,
            (Label(place, f"gives {given}"),) if place else (),
            notes=(f"the inputs are {listing(table.columns)}",) if table.columns else (),
            helps=(Help(f"`input {written}` takes all of them", edits),),
        )
    )
