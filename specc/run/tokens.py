"""Token numbers in the data: whole, and inside the vocabulary that they are looked up in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from specc.diag.diagnostic import Diagnostic, Edit, Help, Label, RunError
from specc.library.table import DataSource, Table
from specc.library.tokens import Tokens
from specc.run.request import DataRequest
from specc.run.rows import blocks

LARGEST = 2**24
"""The largest vocabulary, as `embedding` has it."""


def check_tokens(table: Table, source: DataSource, request: DataRequest) -> None:
    """Look through all token numbers.

    Raises:
        RunError: E0516 where one of them has no entry in its vocabulary.
    """
    for tokens in request.tokens:
        first, count, largest = None, 0, 0.0
        for start, block in _numbered(table.inputs):
            part, wrong = _outside(block, tokens)
            if first is None and wrong.any():
                row, column = np.argwhere(wrong)[0].tolist()
                first = (start + row, tokens.start + column, float(part[row, column]))
            count += int(wrong.sum())
            largest = max(largest, float(part.max()))
        if first is not None:
            raise _unknown(tokens, first, count, largest, table, source, request)


def require_tokens(X: NDArray[np.generic], tokens: tuple[Tokens, ...]) -> None:
    """Look through the token numbers of inputs (n, features) that come from a program.

    Raises:
        ValueError: one of them has no entry in its vocabulary.
    """
    for each in tokens:
        part, wrong = _outside(X, each)
        if wrong.any():
            row, column = np.argwhere(wrong)[0].tolist()
            raise ValueError(
                f"X[{row}, {each.start + column}] is {part[row, column]:g}, and token numbers are "
                f"whole, from 0 to {each.vocabulary - 1}"
            )


def _outside(
    block: NDArray[np.generic], tokens: Tokens
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    part = block[:, tokens.start : tokens.stop].astype(np.float64)
    return part, (part < 0) | (part >= tokens.vocabulary) | (part != np.floor(part))


def _numbered(X: NDArray[np.generic]) -> Iterator[tuple[int, NDArray[np.generic]]]:
    """The rows a few at a time, each time with the number of the first."""
    start = 0
    for block in blocks(X, None):
        yield start, block
        start += len(block)


def _unknown(
    tokens: Tokens,
    first: tuple[int, int, float],
    count: int,
    largest: float,
    table: Table,
    source: DataSource,
    request: DataRequest,
) -> RunError:
    row, column, value = first
    most = tokens.vocabulary - 1
    embedding, place = request.spans.get("embedding"), source.span()
    reason = "it is not whole" if value != int(value) else f"there are tokens 0 to {most:_}"
    helps = [Help("number the tokens 0, 1, 2, ... before they go into the file")]
    if most < largest < LARGEST and largest == int(largest) and value > most:
        written = embedding is not None and embedding.text == str(tokens.vocabulary)
        edits = (Edit(embedding, str(int(largest) + 1)),) if embedding and written else ()
        text = f"a vocabulary of {int(largest) + 1:_} holds the largest number, {int(largest):_}"
        helps.insert(0, Help(text, edits))
    values = "value" if count == 1 else "values"
    return RunError(
        Diagnostic(
            "E0516",
            f"the data holds {value:g} as a token number, and {reason}",
            Label(place, f"holds {count:_} such {values}") if place else None,
            (Label(embedding, f"{tokens.vocabulary:_} tokens"),) if embedding else (),
            notes=(table.where(row, column),),
            helps=tuple(helps),
        )
    )
